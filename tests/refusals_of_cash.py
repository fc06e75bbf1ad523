"""What is refused of orders in cash and of invoices; tests/test_refusals.py asks for each in both languages."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.checkout import actions as checkout
from marketplace.checkout.confirmation import confirm_link
from marketplace.checkout.queries import drafting
from marketplace.fulfilment import actions as fulfilment
from marketplace.invoices import actions as invoices
from tests import make, people
from tests.shopper import Ask, Shop


def cash_order_to_be_paid_by_card(shop: Shop) -> Ask:
    order = make.order((shop.product, 1), payment="cod", at=timezone.now())
    return shop.post(f"/checkout/pay/{order.token}/", {})


def much_cash(shop: Shop) -> Any:
    """Seven pieces are more than may be ordered in cash without a second yes."""
    shop.product.stockrecords.update(price=400_000)
    return make.order((shop.product, 7), payment="cod", at=timezone.now(), language=shop.language)


def confirmed_after_it_ended(shop: Shop) -> Ask:
    order = much_cash(shop)
    path = confirm_link(order).removeprefix(settings.SITE_URL).removeprefix("/en")
    checkout.settle(order_id=order.pk, at=timezone.now() + timedelta(days=2))
    return shop.post(path, {})


def cash_after_two_parcels_came_back(shop: Shop) -> Ask:
    for _each in range(2):
        order = make.order((shop.product, 1), payment="cod", at=timezone.now())
        about = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": timezone.now()}
        fulfilment.start_picking(**about)
        fulfilment.pack(**about)
        fulfilment.ship(**about, own=True)
        fulfilment.fail(**about, why="refused", reason="")
    return shop.details()


def invoice_with_a_wrong_tax_code(shop: Shop) -> Ask:
    order = make.order((shop.product, 1), payment="cod", at=timezone.now())
    typed = {"company": "Công ty A", "tax_code": "0100109107", "company_address": "Hà Nội", "invoice_email": "a@b.vn"}
    return shop.post(f"/orders/{order.token}/invoice/", typed)


def invoice_for_nothing(shop: Shop) -> Ask:
    order = make.order((shop.product, 1), payment="cod", at=timezone.now())
    checkout.cancel(order=order, by=None, reason="shopper", at=timezone.now())
    typed = {"company": "Công ty A", "tax_code": "0100109106", "company_address": "Hà Nội", "invoice_email": "a@b.vn"}
    return shop.post(f"/orders/{order.token}/invoice/", typed)


TABLE = [
    (cash_order_to_be_paid_by_card, 200, lambda: checkout.NotPayable(status=_("Confirmed")), "order_not_payable"),
    (
        confirmed_after_it_ended,
        200,
        lambda: checkout.NothingToConfirm(status=_("Cancelled")),
        "order_nothing_to_confirm",
    ),
    (cash_after_two_parcels_came_back, 400, lambda: drafting.NoMoreCash(times=2), "payment no_more_cash"),
    (invoice_with_a_wrong_tax_code, 400, invoices.WrongTaxCode, "tax_code wrong_tax_code"),
    (invoice_for_nothing, 200, lambda: invoices.NothingToInvoice(status=_("Cancelled")), "nothing_to_invoice"),
]
