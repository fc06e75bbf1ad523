"""What waits for a person, by the roles that the person has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import ListingChange
from marketplace import roles
from marketplace.certificates.models import Certificate
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.invoices.models import Invoice
from marketplace.notices.models import Delivery
from marketplace.order.models import Order
from marketplace.people.models import User
from marketplace.settlement.models import Statement
from marketplace.settlement.queries.listing import in_state

from . import bank, disputes, goods, money, moving, parcels, places, returns, shortages, tills

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


def waiting(user: User) -> list[Section]:
    """Everything that waits for this person, section by section; nothing of roles the person does not have."""
    sections = []
    if roles.is_office(user):
        sections.append(Section(_("The office"), _office()))
    if roles.moves_goods(user):
        sections.append(Section(_("Parcels"), _parcels(user)))
        sections.append(Section(_("Stock and tills"), _stock(user)))
    if roles.owns_goods(user):
        sections.append(Section(_("Goods"), _goods(user)))
    if roles.moves_goods(user):
        sections.append(Section(_("Settlement"), _settlement(user)))
    return sections


def _office() -> list[Figure]:
    failed = Delivery.objects.filter(status=Delivery.Status.FAILED).count()
    unpaid = Order.objects.filter(status=Order.Status.AWAITING_PAYMENT).count()
    astray = Fulfilment.objects.filter(status=Fulfilment.Status.FAILED, order__status=Order.Status.CONFIRMED).count()
    silent = tills.silent_number(at=timezone.now())
    return [
        _figure(ListingChange.objects.waiting().count(), _("Listings to approve"), reverse("desk:review"), "waiting"),
        _figure(unpaid, _("Orders awaiting payment"), reverse("desk:orders") + "?status=awaiting-payment"),
        _figure(astray, _("Parcels not delivered"), reverse("desk:parcels") + "?status=failed", "stopped"),
        _figure(
            ParcelEvent.objects.to_look_at().count(),
            _("Carriers' news to look at"),
            reverse("desk:carriers"),
            "stopped",
        ),
        _figure(money.count(), _("Money to look after"), reverse("desk:money"), "stopped"),
        _figure(disputes.to_answer(), _("Disputes to answer"), reverse("desk:disputes"), "stopped"),
        _figure(silent, _("Silent tills"), reverse("desk:tills") + "?look", "stopped"),
        _figure(bank.waiting(), _("Transfers to place"), reverse("desk:bank-lines"), "stopped"),
        _figure(bank.ready(), _("Refunds to send by transfer"), reverse("desk:payouts"), "waiting"),
        _figure(Invoice.objects.failed().count(), _("Invoices that failed"), reverse("desk:invoices"), "stopped"),
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
    short = _figure(shortages.open_number(user), _("Missing pieces"), reverse("desk:shortages"), "stopped")
    back = _figure(returns.number_asked(user), _("Returns"), reverse("desk:returns"), "waiting")
    return [*figures, short, back]


def _stock(user: User) -> list[Figure]:
    coming = moving.listed(user, "in").order_by().count()
    counting = moving.counts(user).filter(status="open").order_by().count()
    parked = places.parked(user).count()
    return [
        _figure(coming, _("Transfers to receive"), reverse("desk:transfers") + "?show=in", "waiting"),
        _figure(counting, _("Counts under way"), reverse("desk:counts"), "waiting"),
        _figure(parked, _("Till events to look at"), reverse("desk:tills"), "stopped"),
    ]


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


def _settlement(user: User) -> list[Figure]:
    rows, url = Statement.objects.for_reader(user), reverse("desk:settlements")
    waits = in_state(rows, Statement.State.READY).count()
    disputed = in_state(rows, Statement.State.DISPUTED).count()
    return [
        _figure(waits, _("Statements to confirm"), f"{url}?state=ready", "waiting"),
        _figure(disputed, _("Statements in dispute"), f"{url}?state=disputed", "stopped"),
    ]


def _figure(value: int, label: str, url: str, kind: str = "plain") -> Figure:
    """A zero alarms nobody."""
    return Figure(value, label, url, kind if value else "plain")
