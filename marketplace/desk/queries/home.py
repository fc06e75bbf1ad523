"""What waits for a person, by the roles that the person has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import ListingChange
from marketplace import roles
from marketplace.certificates.models import Certificate
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Delivery
from marketplace.order.models import Order
from marketplace.people.models import User

from ..pages import Link
from . import goods, money, moving, parcels, places, shortages

Status = ListingChange.Status


@dataclass(frozen=True)
class Figure:
    """A number that leads to its page; `kind` as components/stat.html wants it."""

    value: int
    label: str
    url: str
    kind: str = "plain"


@dataclass(frozen=True)
class Section:
    title: str
    figures: Sequence[Figure]


SECTIONS: tuple[tuple[str, Any, Callable[[Any], bool]], ...] = (
    ("desk:home", gettext_lazy("Today"), roles.moves_goods),
    ("desk:review", gettext_lazy("To approve"), roles.is_office),
    ("desk:orders", gettext_lazy("Orders"), roles.is_office),
    ("desk:parcels", gettext_lazy("Parcels"), roles.moves_goods),
    ("desk:shortages", gettext_lazy("Missing pieces"), roles.moves_goods),
    ("desk:stocks", gettext_lazy("Stock"), roles.moves_goods),
    ("desk:transfers", gettext_lazy("Transfers"), roles.moves_goods),
    ("desk:counts", gettext_lazy("Counts"), roles.moves_goods),
    ("desk:tills", gettext_lazy("Tills"), roles.moves_goods),
    ("desk:uploads", gettext_lazy("Files of sales and counts"), roles.moves_goods),
    ("desk:listings", gettext_lazy("Goods"), roles.owns_goods),
    ("desk:lots", gettext_lazy("Lots and recall"), roles.owns_goods),
    ("desk:sold", gettext_lazy("Sold"), roles.owns_goods),
    ("desk:certificates", gettext_lazy("Certificates"), roles.owns_goods),
    ("desk:money", gettext_lazy("Money to look after"), roles.is_office),
    ("desk:producers", gettext_lazy("Producers"), roles.is_office),
    ("desk:connectors", gettext_lazy("Tills that are asked"), roles.is_office),
    ("desk:tariff", gettext_lazy("Delivery tariff"), roles.is_office),
    ("desk:letters", gettext_lazy("Failed messages"), roles.is_office),
    ("dashboard:index", gettext_lazy("Shop administration"), roles.is_office),
    ("wagtailadmin_home", gettext_lazy("Pages of the site"), roles.edits_pages),
)


def nav(request: HttpRequest) -> list[Link]:
    """The sections that the person may open."""
    may = {role: role(request.user) for role in {role for _name, _label, role in SECTIONS}}
    links = [(reverse(name), str(label)) for name, label, role in SECTIONS if may[role]]
    home = reverse("desk:home")
    return [
        Link(label, url, selected=request.path == url if url == home else request.path.startswith(url))
        for url, label in links
    ]


def waiting(user: User) -> list[Section]:
    """Everything that waits for this person, section by section; nothing of roles the person does not have."""
    sections = []
    if roles.is_office(user):
        sections.append(Section(_("The office"), _office()))
    if roles.moves_goods(user):
        sections.append(Section(_("Parcels"), _parcels(user)))
    if roles.owns_goods(user):
        sections.append(Section(_("Goods"), _goods(user)))
    return sections


def _office() -> list[Figure]:
    failed = Delivery.objects.filter(status=Delivery.Status.FAILED).count()
    unpaid = Order.objects.filter(status=Order.Status.AWAITING_PAYMENT).count()
    astray = Fulfilment.objects.filter(status=Fulfilment.Status.FAILED, order__status=Order.Status.CONFIRMED).count()
    return [
        _figure(ListingChange.objects.waiting().count(), _("Listings to approve"), reverse("desk:review"), "waiting"),
        _figure(unpaid, _("Orders awaiting payment"), reverse("desk:orders") + "?status=awaiting-payment"),
        _figure(astray, _("Parcels not delivered"), reverse("desk:parcels") + "?status=failed", "stopped"),
        _figure(money.count(), _("Money to look after"), reverse("desk:money"), "stopped"),
        _figure(failed, _("Messages that failed"), reverse("desk:letters"), "stopped"),
    ]


def _parcels(user: User) -> list[Figure]:
    rows = parcels.mine(user).filter(order__status=Order.Status.CONFIRMED).order_by()
    numbers = dict(rows.values_list("status").annotate(n=Count("pk")))
    url = reverse("desk:parcels")
    figures = [
        _figure(
            numbers.get(status, 0),
            str(status.label),
            f"{url}?status={status}",
            "waiting" if status == "open" else "plain",
        )
        for status in parcels.TO_DO
    ]
    parked = places.parked(user).count()
    short = _figure(shortages.open_number(user), _("Missing pieces"), reverse("desk:shortages"), "stopped")
    coming = moving.listed(user, "in").order_by().count()
    to_receive = _figure(coming, _("Transfers to receive"), reverse("desk:transfers") + "?show=in", "waiting")
    return [*figures, short, to_receive, _figure(parked, _("Till events to look at"), reverse("desk:tills"), "stopped")]


def _goods(user: User) -> list[Figure]:
    today, changes = timezone.localdate(), ListingChange.objects.for_owner(user)
    soon = Q(expires_on__lte=today + timedelta(days=180))
    ending = Certificate.objects.live_on(today).filter(soon, product__in=goods.products(user)).count()
    drafts = changes.filter(status=Status.DRAFT).count()
    return [
        _figure(goods.products(user).count(), _("Products"), reverse("desk:listings")),
        _figure(drafts, _("Drafts"), reverse("desk:listings"), "waiting"),
        _figure(changes.waiting().count(), _("Waiting for the office"), reverse("desk:listings")),
        _figure(ending, _("Certificates ending within 180 days"), reverse("desk:certificates"), "waiting"),
    ]


def _figure(value: int, label: str, url: str, kind: str = "plain") -> Figure:
    """A zero alarms nobody."""
    return Figure(value, label, url, kind if value else "plain")
