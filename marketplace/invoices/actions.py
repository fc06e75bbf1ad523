"""Invoices: asked for, prepared when the order is complete, issued by the provider, lowered when goods came back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.partner.models import Partner

from . import documents, gateways, notices, queries
from .models import Invoice, InvoiceRequest
from .tax_codes import normal

WAITS = [timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720, 1440)]
Kind, Status = Invoice.Kind, Invoice.Status


class WrongTaxCode(Refused):
    """Not ten digits (or ten and three) with their check digit."""

    sentence = _("This is not a tax code: ten digits, for a branch three more. Please look at the digits again.")
    code = "wrong_tax_code"


class AlreadyInvoiced(Refused):
    """What is issued is not changed any more."""

    sentence = _("The invoice of this order is issued already and cannot be changed here. Please call us.")
    code = "already_invoiced"


class NothingToInvoice(Refused):
    """Nothing is sold."""

    sentence = _("This order is “%(status)s”; there is nothing to write an invoice for.")
    code = "nothing_to_invoice"


class NotFailed(Refused):
    """Only what failed for good is tried again by a person."""

    sentence = _("This invoice has not failed; it needs no further try.")
    code = "invoice_not_failed"


@transaction.atomic
def ask(
    *, order: Order, company: str, tax_code: str, address: str, email: str, by: Any, at: datetime
) -> InvoiceRequest:
    """The order's invoices are made out to this company, once it is complete. Asked again, the new words count."""
    locked = orders.lock(order.pk)
    if locked.status == Order.Status.CANCELLED:
        raise NothingToInvoice(status=locked.status_label)
    if queries.asked_late(locked.pk):
        raise AlreadyInvoiced
    InvoiceRequest.objects.filter(order=locked).delete()  # the last words count
    return note_request(order=locked, company=company, tax_code=tax_code, address=address, email=email, by=by, at=at)


def note_request(
    *, order: Order, company: str, tax_code: str, address: str, email: str, by: Any, at: datetime
) -> InvoiceRequest:
    """The same of a locked order of which nobody has asked it."""
    written = normal(tax_code)
    if written is None:
        raise WrongTaxCode
    told = {"company": company, "tax_code": written, "address": address, "email": email, "asked_at": at}
    request = InvoiceRequest.objects.create(order=order, **told)
    journal.note(order, "invoice.asked", by=by, tax_code=written)
    return request


@transaction.atomic
def prepare(*, order_id: int, at: datetime) -> list[Invoice]:
    """Of the complete order there is one invoice for each seller, to be issued; together they are what it cost.

    Who sold nothing but what was free writes none.
    """
    order = orders.lock(order_id)
    request = InvoiceRequest.objects.filter(order=order).first()
    if request is None or order.status != Order.Status.COMPLETED or queries.asked_late(order.pk):
        return []
    sold = _sold(order)
    goods = {seller.pk: sum((line.left_incl_tax for line in lines), ZERO) for seller, lines in sold.items()}
    rest = documents.shares(goods, order.due)
    paid = [one for one in sold.items() if goods[one[0].pk] + rest[one[0].pk]]
    return [_prepared(order, request, seller, lines, rest[seller.pk], at) for seller, lines in paid]


def _sold(order: Order) -> dict[Partner, list[Any]]:
    """What is left of the order, by who sold it."""
    found: dict[Partner, list[Any]] = {}
    for line in order.lines.select_related("partner__commune").order_by("pk"):
        if line.partner and line.kept_quantity:
            found.setdefault(line.partner, []).append(line)
    return found


def _prepared(
    order: Order, request: InvoiceRequest, seller: Partner, lines: list[Any], rest: Decimal, at: datetime
) -> Invoice:
    kind = Kind.VAT if seller.kind in Invoice.DEDUCT_VAT else Kind.SALES
    rows = documents.rows_of(lines, rest, with_vat=kind == Kind.VAT)
    return _write(order, request, seller, kind, rows, f"{order.number}-{seller.pk}", at)


def _write(
    order: Order, request: InvoiceRequest, seller: Partner, kind: str, rows: list[documents.Row], key: str, at: datetime,
    adjusts: Invoice | None = None,
) -> Invoice:  # fmt: skip
    told = documents.document(
        kind=kind, order=order, seller=seller, buyer=request, rows=rows, on=timezone.localdate(at), adjusts=adjusts
    )
    invoice = Invoice.objects.create(
        order=order, seller=seller, kind=kind, adjusts=adjusts, amount=told["total"], vat=told["vat"], document=told,
        key=key, prepared_at=at, next_try_at=at,
    )  # fmt: skip
    journal.note(order, "invoice.prepared", key=key, amount=told["total"])
    return invoice


@transaction.atomic
def adjust(*, order_id: int, at: datetime) -> list[Invoice]:
    """Goods came back after the invoices were issued: what each seller's buyer does not keep is on one that lowers the first."""
    order, rows = orders.lock(order_id), list(queries.of_order(order_id))
    if any(row.status != Status.ISSUED for row in rows):
        return []
    firsts = {row.seller_id: row for row in rows if row.adjusts_id is None}
    said = {
        seller: [documents.Row.told(line) for row in rows if row.seller_id == seller for line in row.document["lines"]]
        for seller in firsts
    }
    deduct = {seller for seller, first in firsts.items() if first.kind == Kind.VAT}
    now = {
        line.pk: documents.goods(line, with_vat=line.partner_id in deduct)
        for line in order.lines.filter(partner__in=firsts)
    }
    lower = documents.lowered(said, now, order.due)
    return [_lowered(order, firsts[seller], lines, len(rows), at) for seller, lines in lower.items()]


def _lowered(order: Order, first: Invoice, lines: list[documents.Row], before: int, at: datetime) -> Invoice:
    """`before`: how many invoices the order had; the key of each adjustment is its own."""
    key = f"{order.number}-{first.seller_id}-adjusted-{before}"
    return _write(order, order.invoice_request, first.seller, first.kind, lines, key, at, adjusts=first)


def issue(*, invoice_id: int, at: datetime) -> None:
    """The provider has issued it, or is asked again later, or a person must look. It is asked with no row locked."""
    invoice = Invoice.objects.get(pk=invoice_id)
    if invoice.status != Status.WAITING:
        return
    try:
        answer = gateways.issue(invoice.document, key=invoice.key)
    except gateways.InvoiceRefused as refused:
        _not_issued(invoice_id, str(refused), True, at)
    except gateways.InvoiceError as error:
        _not_issued(invoice_id, str(error), False, at)
    else:
        _issued(invoice_id, answer, at)


@transaction.atomic
def _issued(invoice_id: int, answer: gateways.Issued, at: datetime) -> None:
    """Number and lookup code are kept, and whoever asked has them. Heard twice it is once."""
    told: dict[str, Any] = vars(answer) | {"status": Status.ISSUED, "issued_at": at, "next_try_at": None, "error": ""}
    if Invoice.objects.filter(pk=invoice_id, status=Status.WAITING).update(**told):
        invoice = Invoice.objects.select_related("order__invoice_request", "order__user", "seller", "adjusts").get(
            pk=invoice_id
        )
        journal.note(invoice.order, "invoice.issued", number=answer.number, symbol=answer.symbol)
        notices.issued(invoice)


@transaction.atomic
def _not_issued(invoice_id: int, error: str, final: bool, at: datetime) -> None:
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("order").get(pk=invoice_id)
    if invoice.status != Status.WAITING:
        return
    invoice.attempts, invoice.error = invoice.attempts + 1, error
    given_up = final or invoice.attempts > len(WAITS)
    invoice.status = Status.FAILED if given_up else Status.WAITING
    invoice.next_try_at = None if given_up else at + WAITS[invoice.attempts - 1]
    invoice.save(update_fields=["attempts", "error", "status", "next_try_at"])
    if given_up:
        journal.note(invoice.order, "invoice.failed", key=invoice.key, error=error)


@transaction.atomic
def try_again(*, invoice: Invoice, by: Any, at: datetime) -> None:
    """What failed is due once more, with what the books say of its seller now."""
    locked = (
        Invoice.objects.select_for_update(of=("self",)).select_related("seller__commune", "order").get(pk=invoice.pk)
    )
    if locked.status != Status.FAILED:
        raise NotFailed
    locked.document["seller"] = documents.seller_of(locked.seller)
    locked.status, locked.attempts, locked.next_try_at = Status.WAITING, 0, at
    locked.save(update_fields=["document", "status", "attempts", "next_try_at"])
    journal.note(locked.order, "invoice.again", by=by, key=locked.key)
