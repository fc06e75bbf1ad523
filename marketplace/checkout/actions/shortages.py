"""A place promised more than it has: others are found for the order that came last, or its shopper is asked.

Orders are taken one by one, each in a transaction of its own with its lock first; whoever works on the same case at the
same time finds what is left of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from catalogue.models import Product
from marketplace.errors import one_by_one
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, ShortLine
from marketplace.fulfilment.queries import barred_places, days_to_door, line_ids, on_the_way, picked_before
from marketplace.locations.models import Location
from marketplace.order import actions as orders
from marketplace.order.models import Order, ShippingAddress
from marketplace.stock import actions as stock
from marketplace.stock.actions import shortages as ledger
from marketplace.stock.queries import available, first_day, point_of, to_point
from marketplace.stock.queries import on_the_way as still_coming
from marketplace.stock.queries.recalled import orders as orders_of
from marketplace.stock.queries.recalled import served_there
from marketplace.stock.queries.short import Case, Missing, holders, missing_on_the_way, open_case

from .. import notices
from ..queries.travelling import is_delicate

Status, Outcome = Fulfilment.Status, ShortLine.Outcome
AT_ONCE = 100
# Nobody has these in a bag with the buyer's name: those not touched yet come first, a packed one last.
IN_TURN = (Status.OPEN, Status.PICKING, Status.PACKED)


def mend(*, case_id: int, at: datetime) -> None:
    """The place promises no more than it has, or only what is packed and waits for its buyer: then people must count."""
    case = open_case(case_id)
    if case is None:
        return
    if case.recalled:
        _replace_all(case, case.recalled, at)
        return
    left = case.quantity - _taken(case)
    for status in IN_TURN:
        for parcel in _in_turn(case, status, at) if left > 0 else ():
            if left > 0:
                left -= _reroute(case, parcel, status, left, at)
    outcome = "rerouted" if _taken(case) else "covered"
    ledger.close_covered(location_id=case.location_id, product_id=case.product_id, outcome=outcome, at=at)


def _taken(case: Case) -> int:
    """How many units of the case have been taken from orders so far."""
    rows = ShortLine.objects.filter(shortage_id=case.pk)
    return int(rows.aggregate(units=Sum("quantity", default=0))["units"])


def _in_turn(case: Case, status: str, at: datetime) -> Iterator[Fulfilment]:
    """Parcels that hold units there, or have them brought from there; of the newest order first."""
    promised = holders(case.location_id, case.product_id, at=at)
    rows = _with_it(case).filter(order__in=promised, status=status)
    yield from rows.order_by("-order__date_placed", "-order_id")


def _with_it(case: Case) -> Any:
    """Parcels with the product that leave the place, or for which it is brought from there."""
    theirs = Q(location_id=case.location_id) | Q(gathers=True)
    with_it = FulfilmentLine.objects.filter(fulfilment=OuterRef("pk"), line__product=case.product_id)
    return Fulfilment.objects.filter(theirs, Exists(with_it))


@transaction.atomic
def _reroute(case: Case, parcel: Fulfilment, status: str, units: int, at: datetime) -> int:
    """How many units the order has lost there; 0 when it has gone on meanwhile."""
    order = orders.lock(parcel.order_id)
    parcel.refresh_from_db()
    if parcel.status != status or not _alive(order, at):
        return 0
    found = ledger.find_others(
        order_id=order.pk,
        location_id=case.location_id,
        product_id=case.product_id,
        units=units,
        at=at,
        **where_to(parcel=parcel, at=at, product_id=case.product_id),
    )
    if found:
        fulfilments.shortages.pick_anew(fulfilment=parcel)
        keep(order=order, parcel=parcel, found=found, cause={"shortage_id": case.pk}, at=at)
    return sum(one.quantity for one in found)


def _replace_all(case: Case, lot: Any, at: datetime) -> None:
    """Nobody waits for pieces of the recalled lot any more, and none of them is left in a bag: the oldest order first."""
    there = served_there(lot, case.location_id)
    picked = picked_before(lot.frozen_at, case.location_id, case.product_id, there)
    waiting = orders_of(lot.pk, case.location_id, at=at) | picked
    found = Order.objects.filter(pk__in=waiting).order_by("date_placed", "pk")
    some = list(found.values_list("pk", flat=True)[:AT_ONCE])
    done = one_by_one(some, lambda pk: _replace(case, lot, pk, there.get(pk, {}), at))
    if len(done) == len(waiting):
        ledger.close_recalled(case_id=case.pk, at=at)


@transaction.atomic
def _replace(case: Case, lot: Any, order_id: int, there: Mapping[int, int], at: datetime) -> None:
    """The order's pieces of the lot are others now, or are missing; what holds them is opened and picked anew."""
    order = orders.lock(order_id)
    parcel = _with_it(case).filter(order=order).exclude(status=Status.CANCELLED).first()
    if parcel is None or not _alive(order, at):
        return
    facts = {"order_id": order.pk, "lot_id": lot.pk, "location_id": case.location_id, "at": at}
    found = ledger.replace(**facts, **where_to(parcel=parcel, at=at, product_id=case.product_id, lot_id=lot.pk))
    was_ready = parcel.status == Status.READY
    if found or order.pk in picked_before(lot.frozen_at, case.location_id, case.product_id, [order.pk]):
        found += [ledger.Found(line, units, case.location_id) for line, units in there.items() if _picked(parcel)]
        fulfilments.shortages.pick_anew(fulfilment=parcel)
    cause = {"shortage_id": case.pk, "recalled_lot": lot.code, "reason": lot.frozen_because}
    keep(order=order, parcel=parcel, found=found, cause=cause, at=at)
    if was_ready and parcel.status != Status.READY:
        parcel.refresh_from_db()
        notices.not_ready(parcel, lot)


def _picked(parcel: Fulfilment) -> bool:
    return parcel.status in (Status.PICKING, Status.PACKED, Status.READY)


def take_up_missing(*, at: datetime) -> None:
    """What went missing on its way to a pickup point is looked for elsewhere."""
    one_by_one(missing_on_the_way(), lambda missing: _take_up(missing, at))


@transaction.atomic
def _take_up(missing: Missing, at: datetime) -> None:
    """Units that never reached the pickup point are looked for elsewhere, once."""
    order = orders.lock(missing.order_id)
    if not ledger.take_up(transfer_line_id=missing.transfer_line_id) or not _alive(order, at):
        return
    parcel = Fulfilment.objects.get(order=order, gathers=True, lines__line=missing.order_line_id)
    want = stock.Want(missing.order_line_id, missing.product_id, missing.quantity)
    where = where_to(parcel=parcel, at=at, product_id=want.product_id)
    found = ledger.find(order_id=order.pk, want=want, until=None, at=at, **where)
    cause = {"transfer_line_id": missing.transfer_line_id, "reason": missing.reason}
    keep(order=order, parcel=parcel, found=found, cause=cause, at=at)


def serve_waiting(*, at: datetime) -> None:
    """Whoever waits gets what has come in since, the oldest first."""
    rows = ShortLine.objects.waiting().filter(line__product__isnull=False)
    waiting = list(
        rows.order_by("opened_at", "fulfilment__order__date_placed", "pk").values_list("pk", "line__product_id")
    )
    there = available({product for _pk, product in waiting}, at=at) if waiting else {}
    some = [(pk, product) for pk, product in waiting if there[product] > 0]

    def serve(waits: tuple[int, int]) -> None:
        pk, product = waits
        if there[product] > 0:
            there[product] -= _serve(pk, at)

    one_by_one(some[:AT_ONCE], serve)


@transaction.atomic
def _serve(short_id: int, at: datetime) -> int:
    """How many of the missing units were found."""
    short = ShortLine.objects.select_related("fulfilment", "line").get(pk=short_id)
    order = orders.lock(short.fulfilment.order_id)
    short.refresh_from_db(fields=["quantity", "closed_at", "chosen", "chosen_at"])
    if short.closed_at or not _alive(order, at):
        return 0
    parcel = short.fulfilment
    want = stock.Want(short.line_id, short.line.product_id or 0, short.quantity)
    where = where_to(parcel=parcel, at=at, product_id=want.product_id)
    found = ledger.find(order_id=order.pk, want=want, until=order.pay_by, at=at, **where)
    came = [one for one in found if one.location_id]
    parcels = [_move(parcel, one, at) for one in came]
    for one in came:
        fulfilments.shortages.found(short=short, quantity=one.quantity, location_id=one.location_id or 0, at=at)
    if came:
        fulfilments.promise_anew(order=order, parcels=parcels, at=at)
        notices.pieces_found(order, short, sum(one.quantity for one in came), parcels)
    return sum(one.quantity for one in came)


def keep(
    *, order: Order, parcel: Fulfilment, found: Iterable[ledger.Found], cause: dict[str, Any], at: datetime
) -> None:
    """What was found goes into parcels; for the rest the shopper chooses."""
    until = at + timedelta(days=settings.SHORTAGE_DAYS)
    parcels = []
    for one in found:
        facts: dict[str, Any] = {"line_id": one.line_id, "quantity": one.quantity, "at": at, **cause}
        if one.location_id is None:
            short = fulfilments.shortages.open_short(fulfilment=parcel, wait_until=until, **facts)
            notices.pieces_short(order, short)
            continue
        outcome = Outcome.CAME if one.location_id == parcel.location_id else Outcome.MOVED
        ended: dict[str, Any] = {"closed_at": at, "outcome": outcome, "found_at_id": one.location_id}
        fulfilments.shortages.open_short(fulfilment=parcel, **facts, **ended)
        parcels.append(_move(parcel, one, at))
    if parcels:
        fulfilments.promise_anew(order=order, parcels=parcels, at=at)
        notices.work_moved(order, parcels)


def _move(parcel: Fulfilment, one: ledger.Found, at: datetime) -> Fulfilment:
    """The parcel in which the units go out: what is gathered stays in one, wherever it comes from."""
    if parcel.gathers:
        return parcel
    return fulfilments.shortages.move_pieces(
        fulfilment=parcel, line_id=one.line_id, quantity=one.quantity, location_id=one.location_id or 0,
        reason=one.reason, at=at,
    )  # fmt: skip


def arrives_on(*, order: Order, at: datetime) -> dict[int, date]:
    """On which day each line of the order reaches the shopper, were its goods to leave now."""
    found: dict[int, date] = {}
    for parcel in Fulfilment.objects.filter(order=order).prefetch_related("lines"):
        days = [coming.expected_on for coming in on_the_way(parcel) if coming.expected_on]
        to: stock.Destination = where_to(parcel=parcel, at=at)["destination"]
        there = max(to.arrives_on or date.min, timezone.localdate(at), *(day + to.sent_on for day in days))
        found |= {line: max(there, found.get(line, there)) for line in line_ids(parcel)}
    return found


def where_to(
    *, parcel: Fulfilment, at: datetime, product_id: int | None = None, lot_id: int | None = None
) -> dict[str, Any]:
    """Where the goods go, with which lines, and which places may not give the product. `lot_id`: what others stand in for."""
    today, lines = timezone.localdate(at), line_ids(parcel)
    place = Location.objects.select_related("commune").get(pk=parcel.location_id) if parcel.gathers else None
    promised = max(_waited_for(parcel, lot_id) or today, today)
    if place and parcel.is_pickup:
        day = max(promised, first_day(place, at=at))
        return {"destination": to_point(place, day), "barred": (), "line_ids": lines}
    days = days_to_door(parcel)
    arrives = today + timedelta(days)
    if place:
        return {
            "destination": stock.Destination(place.pk, point_of(place), max(promised, arrives), days),
            "barred": _too_far_away(place, product_id),
            "line_ids": lines,
        }
    commune = ShippingAddress.objects.select_related("commune").get(order=parcel.order_id).commune
    closed = barred_places(parcel.order_id, parcel.method) - {parcel.location_id}
    to = stock.Destination(None, commune.point if commune else None, arrives, days)
    return {"destination": to, "barred": closed, "line_ids": lines}


def _waited_for(parcel: Fulfilment, lot_id: int | None) -> date | None:
    """The day that was promised, as long as the parcel waits for other goods than this lot; else when it is wanted."""
    waits = still_coming(parcel.order_id, line_ids(parcel), without_lot=lot_id)
    return parcel.reaches_on if waits else parcel.collect_on


def _too_far_away(place: Location, product_id: int | None) -> list[int]:
    """What is delicate is not brought from elsewhere first, where a parcel for a door is gathered."""
    product = Product.objects.filter(pk=product_id or 0).first()
    others = Location.objects.exclude(pk=place.pk).values_list("pk", flat=True)
    return list(others) if product and is_delicate(product) else []


def _alive(order: Order, at: datetime) -> bool:
    """Its units are still needed."""
    waits = order.status == Order.Status.AWAITING_PAYMENT and order.pay_by is not None and order.pay_by > at
    return waits or order.status == Order.Status.CONFIRMED
