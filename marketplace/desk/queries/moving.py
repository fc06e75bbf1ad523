"""Goods between places, counts and lots, as the people who move, count and recall them see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.certificates.queries import badges
from marketplace.locations.models import Location
from marketplace.order.models import Order
from marketplace.people.models import User
from marketplace.stock import queries as stock
from marketplace.tills.models import Till

from ..pages import Link
from . import places
from .goods import products

TRAVELLING = ("sent", "partly")


@dataclass(frozen=True)
class TransferPage:
    lines: Sequence[Any]
    order: Order | None
    may_send: bool
    may_receive: bool

    @property
    def travelling(self) -> Sequence[Any]:
        """Lines of which something has not arrived."""
        return [line for line in self.lines if line.on_its_way]


def _places(user: User) -> Any:
    """None: every place."""
    return None if user.is_staff else places.mine(user).values("pk")


def transfers(user: User) -> QuerySet[Any]:
    """Those that leave or reach a place of the person's."""
    return stock.transfers(_places(user))


def leaving(user: User) -> QuerySet[Any]:
    """Those that the person may send: from an own place."""
    return transfers(user).filter(source__in=places.mine(user))


def coming(user: User) -> QuerySet[Any]:
    """Those that the person may receive: to an own place."""
    return transfers(user).filter(target__in=places.mine(user))


def listed(user: User, chosen: str) -> QuerySet[Any]:
    """What is to be received, to be sent, closed; or all that is under way."""
    if chosen == "in":
        return coming(user).filter(status__in=TRAVELLING)
    if chosen == "out":
        return leaving(user).filter(status="draft")
    rows = transfers(user)
    return rows.filter(status="closed") if chosen == "closed" else rows.exclude(status="closed")


def tabs(user: User, chosen: str) -> list[Link]:
    labels = {"": _("Under way"), "in": _("To receive"), "out": _("To send"), "closed": _("Closed")}
    chosen = chosen if chosen in labels else ""
    waiting = {name: listed(user, name).count() for name in ("in", "out")}
    return [
        Link(label, f"?show={name}" if name else "?", selected=name == chosen, count=waiting.get(name))
        for name, label in labels.items()
    ]


def transfer_page(transfer: Any, user: User) -> TransferPage:
    mine = set(places.mine(user).values_list("pk", flat=True))
    return TransferPage(
        lines=stock.lines_of(transfer),
        order=Order.objects.filter(pk=transfer.order_id).first() if transfer.order_id else None,
        may_send=transfer.status == "draft" and transfer.source_id in mine,
        may_receive=transfer.status in TRAVELLING and transfer.target_id in mine,
    )


def targets(source: Location) -> QuerySet[Location]:
    """Where goods may go: any sales point, and the stores of the producers whose goods lie here."""
    owners = Product.objects.filter(pk__in=stock.stocked(source.pk)).values("producer")
    rows = Location.objects.filter(active=True).exclude(pk=source.pk)
    return (rows.filter(kind="sales_point") | rows.filter(producer__in=owners)).order_by("kind", "name").distinct()


def counts(user: User) -> QuerySet[Any]:
    """Of the person's places."""
    return stock.counts(_places(user))


def silent_tills(count: Any) -> QuerySet[Till]:
    """Tills of the place that have not reported since the count began: sales they tell later are still taken off."""
    rows = Till.objects.filter(location=count.location_id, revoked_at=None, last_contact_at__isnull=False)
    return rows.filter(last_contact_at__lt=count.opened_at).order_by("name")


def lots(user: User, text: str = "") -> QuerySet[Any]:
    """A producer's own, the office's all."""
    owned = None if user.is_staff else products(user).order_by().values_list("pk", flat=True)
    return stock.lots(owned, text=text)


@dataclass(frozen=True)
class LotPage:
    lot: Any
    here: Sequence[Any]
    travelling: Sequence[Any]
    orders: Sequence[tuple[Order, int]]
    till_sales: Sequence[Any]


def lot_page(lot: Any) -> LotPage:
    """Where the lot is, and who has of it. A producer sees how many orders, only the office whose."""
    bought = stock.buyers(lot)
    orders = Order.objects.in_bulk(list(bought.orders))
    return LotPage(
        lot=lot,
        here=stock.where(lot),
        travelling=stock.travelling(lot),
        orders=[(orders[pk], units) for pk, units in bought.orders.items() if pk in orders],
        till_sales=[(sale.balance.location.name, sale.happened_at, -sale.quantity) for sale in bought.till_sales],
    )


def terms_of(location: Location, product: Product) -> dict[str, Any]:
    """What a receipt asks for: the live certificate whose paper should come along, and whether the goods are bought."""
    return {
        "products": places.products_for(location),
        "certificate": badges([product.pk], timezone.localdate()).get(product.pk),
        "firm": stock.buys_firm(location.pk, product, timezone.now()),
    }
