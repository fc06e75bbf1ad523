"""The summary before the order: every fee, every seller, every fact the law wants seen (Law 19/2023/QH15)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.basket.summary import Summary, of_draft, seen
from marketplace.fulfilment.queries import perishable_terms
from marketplace.locations.models import Location
from marketplace.order.drafts import Draft
from marketplace.order.models import Order
from marketplace.people.phones import spoken
from marketplace.places.models import Commune

from ..details import Details
from .drafting import draft, propose
from .points import Point, points_for
from .showing import Choice, Shown, choices, shown
from .travelling import Limit, limits, too_far_to

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Seller:
    name: str
    kind: str
    address: str
    phone: str
    registration: str
    demonstration: bool


@dataclass(frozen=True)
class GoodsFacts:
    """What a label says of one product in the order."""

    title: str
    facts: Facts


@dataclass(frozen=True)
class Review:
    contact: Facts
    delivery: Facts
    payment: Facts
    summary: Summary
    parcels: list[Shown]
    choices: list[Choice]
    sellers: list[Seller]
    goods: list[GoodsFacts]
    free_from: Decimal | None
    total: Decimal
    mark: str
    submit_label: str
    return_days: int
    perishable: list[str]
    perishable_terms: str


@dataclass(frozen=True)
class DetailsPage:
    """Beside the form: what the goods cost, and where they could be collected."""

    summary: Summary
    points: list[Point]
    has_alcohol: bool
    limits: list[Limit]
    too_far: str


def details_page(
    basket: Any, *, user: Any, chosen: str, collected: Collection[str], province: Any = "", at: datetime
) -> DetailsPage:
    """`chosen` is the point that is ticked, `province` where the rest goes, as far as they are known.

    `collected`: the products that would be collected, all where none is named.
    """
    made = draft(basket, user=user, at=at)
    products = [line.product for line in made.lines]
    seen(products)
    lines = [line for line in basket.all_lines() if not collected or str(line.product_id) in collected]
    points = points_for(lines, chosen, at=at)
    far = too_far_to((one for one in products if str(one.pk) not in collected), province, at)
    return DetailsPage(of_draft(made, shipping=None), points, made.has_alcohol, limits(products, at), far)


def review(basket: Any, *, user: Any, details: Details, at: datetime) -> Review:
    """The basket as it would be ordered now; refused by name where it may not be."""
    found = propose(basket, user=user, details=details, at=at)
    made = found.draft
    seen(line.product for line in made.lines)
    label = _("Pickup") if details.is_pickup else _("Delivery")
    return Review(
        contact=contact(details.name, details.phone, details.email, details.note),
        delivery=[*_delivery(found.to.commune, details), *_pickup(found.to.point, details)],
        payment=payment(details.payment) + invoice(details.invoice), summary=of_draft(made, shipping=made.shipping, label=label),
        parcels=shown(found, at=at), choices=choices(basket, found, user=user, at=at),
        sellers=sellers(made), goods=[GoodsFacts(line.product.title, label_facts(line.product)) for line in made.lines], total=made.total,
        mark=found.mark, free_from=found.free_from,
        return_days=found.to.point.days_to_return if found.to.point and details.is_pickup else settings.RETURN_DAYS,
        perishable=[line.product.title for line in made.lines if line.product.perishable],
        perishable_terms=perishable_terms(),
        submit_label=_("Order now, pay in cash") if details.payment in Order.IN_CASH else _("Order and pay"),
    )  # fmt: skip


def contact(name: str, phone: str, email: str, note: str = "") -> Facts:
    rows = [(_("Name"), name), (_("Phone"), spoken(phone)), (_("E-mail"), email), (_("Note"), note)]
    return [row for row in rows if row[1]]


def payment(method: str) -> Facts:
    """How and when the money is taken, and how it comes back."""
    when = {
        Order.Method.CARD: _("On the next page, by the payment company Stripe. A refund goes back to the same card."),
        Order.Method.TRANSFER: ngettext(
            "By your bank's app within %(hours)d hour: the next page shows the QR code. A refund goes to an account you name.",
            "By your bank's app within %(hours)d hours: the next page shows the QR code. A refund goes to an account you name.",
            settings.TRANSFER_HOURS,
        )
        % {"hours": settings.TRANSFER_HOURS},
        Order.Method.COD: _("In cash, when you receive the parcel."),
        Order.Method.COUNTER: _("In cash, when you collect the goods."),
    }
    return [(_("Payment"), str(Order.Method(method).label)), (_("When you pay"), when[Order.Method(method)])]


def invoice(asked: dict[str, str] | None) -> Facts:
    """To whom it is made out."""
    return (
        [(_("Invoice for"), address(asked["company"], asked["tax_code"], asked["address"], asked["email"]))]
        if asked
        else []
    )


def _delivery(commune: Commune | None, details: Details) -> Facts:
    if commune is None:
        return []
    return [(_("Delivered to"), address(details.street, commune.name, str(commune.province)))]


def _pickup(point: Location | None, details: Details) -> Facts:
    if point is None:
        return []
    rows = [
        (_("Collected at"), point.name),
        (_("Address"), address(point.street, point.commune.name if point.commune else "")),
        (_("Phone"), spoken(point.phone) if point.phone else ""),
        (_("Day of pickup"), day(details.collect_on) if details.collect_on else _("as soon as it is ready")),
    ]
    return [row for row in rows if row[1]]


def address(*parts: str) -> str:
    return ", ".join(part.strip() for part in parts if part.strip())


def day(value: Any) -> str:
    return formats.date_format(value, "d/m/Y", use_l10n=False)


def sellers(made: Draft) -> list[Seller]:
    """Each producer once, in the order of the lines."""
    producers = {line.producer.pk: line.producer for line in made.lines}
    return [seller(one) for one in producers.values()]


def seller(producer: Any) -> Seller:
    """What the law wants known of who sells (Law 19/2023/QH15)."""
    return Seller(
        name=producer.name, kind=producer.get_kind_display(),
        address=address(producer.street, producer.commune.name if producer.commune else producer.former_place),
        phone=spoken(producer.phone) if producer.phone else "", registration=producer.registration_number,
        demonstration=producer.demonstration,
    )  # fmt: skip


def label_facts(product: Any) -> Facts:
    """Quantity, origin, shelf life and what else the label must say before somebody buys."""
    life = ngettext("%(days)d day", "%(days)d days", product.shelf_life_days or 0)
    strength = product.ethanol_percent
    rows = [
        (_("Net quantity"), product.net_quantity),
        (_("Origin"), product.origin),
        (_("Shelf life"), life % {"days": product.shelf_life_days} if product.shelf_life_days else ""),
        (_("Alcohol"), f"{formats.number_format(strength)} % vol" if strength else ""),
        (_("How to store"), product.storage),
        (_("Warnings"), product.warnings),
        (_("Returns"), perishable_terms() if product.perishable else ""),
    ]
    return [row for row in rows if row[1]]
