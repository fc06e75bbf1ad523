"""What a person's account shows, and everything the shop knows of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import QueryDict
from django.urls import reverse

from marketplace.notices.models import Notice, Preference
from marketplace.order.models import Order
from marketplace.people.models import User

from ..asked import asked as read
from .pages import pager

SIZE = 20
WISHES = ("orders_email", "orders_phone", "work_email", "work_phone", "quiet_from", "quiet_until")
KINDS = {
    Order.Status.AWAITING_PAYMENT: "waiting",
    Order.Status.CONFIRMED: "ok",
    Order.Status.COMPLETED: "ok",
    Order.Status.CANCELLED: "stopped",
}


@dataclass(frozen=True)
class OrderRow:
    number: str
    url: str
    placed_at: datetime
    total: Decimal
    state: str
    state_kind: str
    items: int
    receipt_url: str


def orders(user: User, limit: int, start: int = 0) -> list[OrderRow]:
    """The person's orders, the newest first. One query."""
    found = (
        Order.objects.for_shopper(user)
        .annotate(items=Sum("lines__quantity", default=0))
        .order_by("-date_placed", "-pk")
    )
    return [_row(order) for order in found[start : start + limit]]


def orders_page(user: User, asked: QueryDict, path: str) -> dict[str, Any]:
    number, total = read(asked).page, Order.objects.for_shopper(user).count()
    return {"orders": orders(user, SIZE, (number - 1) * SIZE), "pager": pager(number, total, SIZE, asked, path)}


def _row(order: Any) -> OrderRow:
    return OrderRow(
        number=order.number,
        url=reverse("shop:order", args=[order.token]),
        placed_at=order.date_placed,
        total=order.total_incl_tax,
        state=order.status_label,
        state_kind=KINDS[order.status],
        items=order.items,
        receipt_url=reverse("shop:order-receipt", args=[order.token]),
    )


def everything(user: User) -> dict[str, Any]:
    """All the shop keeps about the person (Law 91/2025/QH15: access). JSON values and dates only."""
    return {
        "person": {
            "name": user.get_full_name(), "email": user.email, "phone": user.phone, "language": user.language,
            "since": user.date_joined, "last_sign_in": user.last_login,
        },
        "consents": list(user.consents.order_by("pk").values("purpose", "words", "given_at", "withdrawn_at")),
        "orders": [_order(order) for order in _whole_orders(user)],
        "messages": list(Notice.objects.filter(user=user).order_by("pk").values("kind", "email", "phone", "created_at")),
        "wishes_for_messages": list(Preference.objects.filter(user=user).values(*WISHES)),
    }  # fmt: skip


def _whole_orders(user: User) -> Any:
    found = (
        Order.objects.for_shopper(user)
        .select_related("shipping_address__commune", "invoice_request")
        .prefetch_related("lines", "sources__refund_account", "sources__refunds")
    )
    return found.order_by("pk")


def _order(order: Any) -> dict[str, Any]:
    address, firm = order.shipping_address, getattr(order, "invoice_request", None)
    return {
        "number": order.number, "placed_at": order.date_placed, "status": order.status, "payment": order.payment_method,
        "name": order.contact_name, "phone": order.phone, "email": order.email, "total": order.total_incl_tax,
        "address": address and [address.line1, address.commune.name if address.commune else ""],
        "invoice_for": firm and [firm.company, firm.tax_code, firm.address, firm.email],
        "lines": [[line.title, line.quantity, line.line_price_incl_tax] for line in order.lines.all()],
        "money_back_to": _money_back_to(order),
    }  # fmt: skip


def _money_back_to(order: Any) -> list[list[str]]:
    """The account that was named last, and those that files for the bank name."""
    found: dict[tuple[str, ...], None] = {}
    for source in order.sources.all():
        for account in (getattr(source, "refund_account", None), *source.refunds.all()):
            if account and account.number:
                found[account.bank, account.number, account.holder] = None
    return [list(one) for one in found]
