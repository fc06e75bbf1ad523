"""Parcels as the people who pack them see them; of the buyer no more than the hand-over needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.fulfilment.actions.disputes import HERE
from marketplace.fulfilment.models import Fulfilment, FulfilmentQuerySet, ParcelEvent
from marketplace.fulfilment.queries import Receiver, boxed, cash_due, door, likely_carrier, on_the_way, receiver
from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.payment.disputes.queries import holds
from marketplace.people.models import User
from marketplace.people.phones import spoken
from marketplace.shipping.models import Carrier
from marketplace.stock import queries as stock
from marketplace.stock.reasons import Reason

from ..pages import Link
from . import places
from .shortages import Lost, of_parcel

TRIES = 5  # as fulfilment.actions counts them
Status, Method = Fulfilment.Status, Fulfilment.Method
WORK = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY, Status.SHIPPED)
TO_PACK = (Status.OPEN, Status.PICKING, Status.PACKED)
TO_DO = (*WORK, Status.FAILED)  # what came back waits to be taken in
ENDED = (Status.COLLECTED, Status.DELIVERED, Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True)
class Line:
    """Goods of a parcel, with the lots to take them from: (lot, best before, pieces)."""

    title: str
    quantity: int
    lots: Sequence[tuple[str, date | None, int]]
    box: str = ""  # the gift box into which it is packed, and how many there are


@dataclass(frozen=True)
class Step:
    label: str
    at: object
    state: str
    note: str = ""


@dataclass(frozen=True)
class ParcelPage:
    parcel: Fulfilment
    lines: Sequence[Line]
    cash: Decimal
    steps: Sequence[Step]
    contact: Sequence[tuple[str, str]]
    may_work: bool
    blocked: bool
    why: str
    shorts: Sequence[Lost]
    coming: Sequence[stock.OnTheWay]
    others: bool  # of the order: it goes on without this one
    disputed: bool  # it waits here until the bank, or the office, has decided
    likely: str
    carriers: Sequence[str]
    said: Sequence[ParcelEvent]

    @property
    def may_fewer(self) -> bool:
        """Nobody has begun to pick it."""
        return self.may_work and self.parcel.status == Status.OPEN

    @property
    def incomplete(self) -> bool:
        """It waits for pieces, or for the bank; nobody packs it before."""
        return self.disputed or any(lost.waits for lost in self.shorts) or bool(self.coming)


def mine(user: User) -> FulfilmentQuerySet:
    """Parcels of the places where the person works."""
    rows = Fulfilment.objects.select_related("order__shipping_address__commune__province", "location", "by_carrier")
    return rows if user.is_staff else rows.filter(location__in=places.mine(user))


def listed(user: User, status: str = "") -> QuerySet[Fulfilment]:
    """By status, or all that is work now: the oldest first. An unpaid order is no work."""
    rows = mine(user).exclude(order__status="awaiting-payment").annotate(pieces=Sum("lines__quantity"))
    if status in Status.values:
        return rows.filter(status=status).order_by("-pk" if status in ENDED else "pk")
    return rows.filter(status__in=TO_DO, order__status="confirmed").order_by("pk")


def tabs(user: User, chosen: str) -> list[Link]:
    """All work, then each status that has parcels or is work, with its number."""
    rows = mine(user).exclude(order__status="awaiting-payment").order_by()
    numbers = dict(rows.values_list("status").annotate(n=Count("pk")))
    shown = [Status(value) for value in Status.values if value in WORK or numbers.get(value)]
    every = Link(_("To do"), "?", selected=chosen not in Status.values, count=sum(numbers.get(s, 0) for s in TO_DO))
    return [every, *(Link(str(s.label), f"?status={s}", selected=s == chosen, count=numbers.get(s)) for s in shown)]


def page(parcel: Fulfilment) -> ParcelPage:
    """Everything one page says about a parcel."""
    picks = stock.to_pick(parcel.order_id, parcel.location_id)
    lines = parcel.lines.select_related("line__box").order_by("line_id")
    to_ship = parcel.status == Status.PACKED and parcel.method == Method.DELIVERY
    return ParcelPage(
        parcel=parcel,
        lines=[
            Line(
                part.line.title,
                part.quantity,
                [(p.lot, p.best_before, p.quantity) for p in picks if p.line_id == part.line_id],
                boxed(part),
            )
            for part in lines
        ],
        cash=cash_due(parcel) if parcel.status in WORK else ZERO,
        steps=_steps(parcel),
        contact=_contact(receiver(parcel)),
        others=others(parcel),
        disputed=parcel.status in HERE and holds(parcel.order_id),
        may_work=parcel.order.status == "confirmed" and parcel.status in WORK,
        blocked=parcel.wrong_codes >= TRIES,
        shorts=of_parcel(parcel.pk),
        coming=on_the_way(parcel) if parcel.status in TO_PACK else [],
        likely=likely_carrier(parcel) if to_ship else "",
        carriers=list(Carrier.objects.filter(active=True).values_list("name", flat=True)) if to_ship else (),
        said=list(parcel.events.order_by("happened_at", "pk")) if parcel.by_carrier_id else (),
        why=str(Reason(parcel.routing).label) if parcel.routing in Reason.values else parcel.routing,
    )


def others(parcel: Fulfilment) -> bool:
    """The buyer has other parcels of the order, or is to have them."""
    return Fulfilment.objects.filter(order=parcel.order_id).living().exclude(pk=parcel.pk).exists()


def contact(order: Order) -> list[tuple[str, str]]:
    """How the office reaches the buyer, and where the goods go."""
    phone = spoken(order.phone) if order.phone else ""
    return _contact(Receiver(order.contact_name, phone, door(order.shipping_address)))


def _contact(to: Receiver) -> list[tuple[str, str]]:
    facts = [(_("Buyer"), to.name), (_("Phone"), to.phone)]
    return [*facts, (_("Address"), to.address)] if to.address else facts


def _steps(parcel: Fulfilment) -> list[Step]:
    """The way of the parcel, from the status that it has."""
    middle = (
        [(Status.READY, parcel.ready_at)] if parcel.method == Method.PICKUP else [(Status.SHIPPED, parcel.shipped_at)]
    )
    end = Status.COLLECTED if parcel.method == Method.PICKUP else Status.DELIVERED
    end = Status(parcel.status) if parcel.status in (Status.FAILED, Status.CANCELLED) else end
    way = [(Status.OPEN, None), (Status.PICKING, parcel.picking_at), (Status.PACKED, parcel.packed_at), *middle]
    way.append((end, parcel.finished_at))
    at = next((i for i, (status, _at) in enumerate(way) if status == parcel.status), 0)
    done = parcel.status in ENDED
    states = ["done" if i < at or (done and i == at) else "now" if i == at else "todo" for i in range(len(way))]
    return [Step(str(s.label), when, state) for (s, when), state in zip(way, states, strict=True)]
