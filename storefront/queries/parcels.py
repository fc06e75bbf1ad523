"""The parcels of an order as its buyer follows them: how far each is, when it comes, and what to show at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.basket.summary import SummaryLine
from marketplace.checkout.queries.showing import there
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.fulfilment.queries import on_the_way
from marketplace.locations.promise import spoken as spoken_promise
from marketplace.order.models import Order

from .points import Point, point_of
from .returns import GiveBack, give_back

Status = Fulfilment.Status
PICKUP = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY, Status.COLLECTED)
DELIVERY = (Status.OPEN, Status.PICKING, Status.PACKED, Status.SHIPPED, Status.DELIVERED)


@dataclass(frozen=True)
class Step:
    label: str
    at: datetime | None
    state: str  # done, now, todo
    note: str = ""


@dataclass(frozen=True)
class Parcel:
    """What one place packs. `code` and its QR only while the goods wait to be collected. `phone`: whom to ask."""

    title: str
    method: str
    place: Point | None
    phone: str
    code: str
    qr: str
    collect_by: date | None
    promise: str
    fee: Decimal | None
    off: str
    cancel_url: str
    cancel_not: str  # why the order cannot go on without it
    carrier: str
    tracking_number: str
    tracking_url: str
    status_label: str
    steps: list[Step]
    way: list[Step]
    lines: list[SummaryLine]
    back: GiveBack


def several(order: Order, parcels: Sequence[Fulfilment]) -> bool:
    """One can be given up and the order goes on."""
    living = [one for one in parcels if one.status != Status.CANCELLED]
    return order.status == Order.Status.CONFIRMED and len(living) > 1


def progress(parcels: Sequence[Fulfilment]) -> str:
    """How many of several parcels the buyer has."""
    living = [one for one in parcels if one.status != Status.CANCELLED]
    had = sum(one.status in (Status.COLLECTED, Status.DELIVERED) for one in living)
    if len(living) < 2:
        return ""
    return _("You have %(had)s of %(all)s parcels.") % {"had": had, "all": len(living)}


def parcel(
    one: Fulfilment, lines: dict[int, SummaryLine], *, one_of_several: bool, why_whole: str = "", way: Sequence[Step] = ()
) -> Parcel:  # fmt: skip
    pickup, ready = one.is_pickup, one.status == Status.READY
    may_go = one_of_several and one.status == Status.OPEN
    title = _("Collect at %s") % one.location.name if pickup else _("Parcel from %s") % one.location.name
    code = one.code if pickup and ready else ""
    parts = [(lines[part.line_id], part.quantity) for part in one.lines.all() if part.line_id in lines]
    return Parcel(
        title=title,
        method=one.method,
        place=point_of(one.location) if pickup else None,
        phone="" if pickup else one.location.phone,
        code=code,
        qr=segno.make_qr(code).svg_data_uri(scale=6, border=2) if code else "",
        collect_by=one.collect_by if pickup else None,
        promise=_promise(one, timezone.now()),
        fee=None if pickup else one.fee,
        off=str(one.get_off_because_display()) if one.off_because else "",
        cancel_url=_cancel_url(one) if may_go and not why_whole else "",
        cancel_not=why_whole if may_go else "",
        carrier=one.carrier,
        tracking_number=one.tracking_number,
        tracking_url=one.tracking_url,
        status_label=one.get_status_display(),
        steps=_parcel_steps(one, PICKUP if pickup else DELIVERY),
        way=list(way),
        lines=[_share(line, quantity) for line, quantity in parts],
        back=give_back(one, timezone.now()) if one.status in Fulfilment.WITH_BUYER else GiveBack(),
    )


def told_of(parcels: Sequence[Fulfilment]) -> dict[int, list[Step]]:
    """What carriers told of each of these parcels, the newest first. One query, none where none has such a carrier."""
    found: dict[int, list[Step]] = {one.pk: [] for one in parcels}
    carried = [one.pk for one in parcels if one.by_carrier_id]
    for event in ParcelEvent.objects.on_the_way().reverse().filter(fulfilment__in=carried) if carried else ():
        found[event.fulfilment_id or 0].append(
            Step(str(event.get_status_display()), event.happened_at, "done", event.reason)
        )
    return found


def _share(line: SummaryLine, quantity: int) -> SummaryLine:
    return SummaryLine(
        line.title, line.url, line.picture, line.illustration, line.seller, quantity, line.unit_price,
        line.unit_price * quantity, line.badge_stars, box=line.box,
    )  # fmt: skip


def _promise(one: Fulfilment, at: datetime) -> str:
    """When it should be ready and what comes from elsewhere, while both lie ahead, the order stands and nothing is missing."""
    if any(short.closed_at is None for short in one.shorts.all()):
        return ""
    awaited = one.order.status == Order.Status.CONFIRMED and one.status in (Status.OPEN, Status.PICKING, Status.PACKED)
    ready = one.promised_at if awaited and one.promised_at and one.promised_at > at else None
    under_way = awaited or one.status == Status.SHIPPED
    day = one.arrives_on if under_way and one.arrives_on and one.arrives_on >= timezone.localdate(at) else None
    if ready is None and day is None:
        return ""
    sources = list(dict.fromkeys(coming.source for coming in on_the_way(one))) if one.status == Status.OPEN else []
    return spoken_promise(ready, at=at, sources=sources) if ready else there(day, sources=sources)


def _cancel_url(one: Fulfilment) -> str:
    return reverse("shop:parcel-cancel", kwargs={"token": one.order.token, "pk": one.pk})


def _parcel_steps(one: Fulfilment, way: Sequence[Fulfilment.Status]) -> list[Step]:
    """The whole way; what ended otherwise ends there."""
    moments = {
        Status.PICKING: one.picking_at, Status.PACKED: one.packed_at, Status.READY: one.ready_at,
        Status.SHIPPED: one.shipped_at, Status.COLLECTED: one.finished_at, Status.DELIVERED: one.finished_at,
    }  # fmt: skip
    if one.status not in way:
        done = [Step(str(stop.label), moments[stop], "done") for stop in way if moments.get(stop) and stop != way[-1]]
        failed = _("The carrier brings it back. What was paid for it is then paid back.")
        return [*done, Step(one.get_status_display(), one.finished_at, "now", failed if one.status == "failed" else "")]
    here = way.index(Status(one.status))
    there = "done" if one.status == way[-1] else "now"
    states = ["done"] * here + [there] + ["todo"] * (len(way) - here - 1)
    return [Step(str(stop.label), moments.get(stop), state) for stop, state in zip(way, states, strict=True)]
