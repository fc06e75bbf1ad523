"""The way of the goods, told to the buyer."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from marketplace.order.notices import tell_buyer
from marketplace.people.phones import spoken

from .models import Fulfilment
from .queries import When, as_promised, cash_due, contents, on_the_way


def promised(fulfilment: Fulfilment, part: str = "") -> dict[str, Any]:
    """When and where it should be ready, or at the door, and from where some of it is brought."""
    return coming(fulfilment, fulfilment.location.name, part, (one.source for one in on_the_way(fulfilment)))


def coming(fulfilment: Fulfilment, place: str, part: str, sources: Iterable[str]) -> dict[str, Any]:
    """The same, of what is known already."""
    about = {"pickup": fulfilment.is_pickup, "place": place, "part": part, "sources": ", ".join(dict.fromkeys(sources))}
    return about | _moment(as_promised(fulfilment).moment)


def promised_anew(fulfilment: Fulfilment, before: When, *, at: datetime) -> None:
    """Goods that a parcel waits for come on another day; one letter for each change."""
    wanted, ready = fulfilment.collect_on, fulfilment.promised_at
    early = wanted.isoformat() if wanted and ready and wanted < timezone.localdate(ready) else None
    tell_buyer(
        fulfilment.order, "order_promised_anew", f"{fulfilment.pk}:{at.isoformat()}", too_early=early,
        pickup=fulfilment.is_pickup, place=fulfilment.location.name, before=_moment(before.moment),
        parcels=[promised(fulfilment, _part(fulfilment))],
    )  # fmt: skip


def _moment(when: datetime | date | None) -> dict[str, Any]:
    """As facts: one that has no hour is a day."""
    if not isinstance(when, datetime):
        return {"when": when and when.isoformat(), "day": True}
    local = timezone.localtime(when)
    return {"when": local.isoformat(), "day": local.time() == time.min}


def ready(fulfilment: Fulfilment) -> None:
    """The goods wait; with the code, the place and what is to pay there. A new code is a new occasion."""
    _waits(fulfilment, "order_ready", f"{fulfilment.pk}:{fulfilment.code}")


def _waits(fulfilment: Fulfilment, kind: str, occasion: str) -> None:
    tell_buyer(
        fulfilment.order, kind, occasion,
        code=fulfilment.code, collect_by=fulfilment.collect_by and fulfilment.collect_by.isoformat(),
        place=fulfilment.location.name, address=_address(fulfilment), phone=_phone(fulfilment),
        cash=int(cash_due(fulfilment)), part=_part(fulfilment),
    )  # fmt: skip


def uncollected(fulfilment: Fulfilment) -> None:
    """The last day is near, and the goods still wait; with the code once more."""
    _waits(fulfilment, "order_uncollected", f"{fulfilment.pk}:{fulfilment.collect_by}")


def delayed(fulfilment: Fulfilment) -> None:
    """The goods are not ready although they were promised; told once for each promise."""
    promised = timezone.localtime(fulfilment.promised_at)
    tell_buyer(
        fulfilment.order, "order_delayed", f"{fulfilment.pk}:{promised.isoformat()}",
        place=fulfilment.location.name, promised_at=promised.isoformat(), promised_day=promised.time() == time.min,
        phone=_phone(fulfilment), part=_part(fulfilment),
    )  # fmt: skip


def handed_over(fulfilment: Fulfilment) -> None:
    facts = {"place": fulfilment.location.name, "part": _part(fulfilment)}
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), **facts)


def shipped(fulfilment: Fulfilment) -> None:
    tell_buyer(
        fulfilment.order, "order_shipped", str(fulfilment.pk),
        carrier=fulfilment.carrier, tracking_number=fulfilment.tracking_number, cash=int(cash_due(fulfilment)),
        part=_part(fulfilment),
    )  # fmt: skip


def out(fulfilment: Fulfilment) -> None:
    """Today the courier comes; with what is to pay at the door."""
    tell_buyer(
        fulfilment.order, "order_out", str(fulfilment.pk), carrier=fulfilment.carrier,
        tracking_number=fulfilment.tracking_number, cash=int(cash_due(fulfilment)), part=_part(fulfilment),
    )  # fmt: skip


def undelivered(fulfilment: Fulfilment, reason: str) -> None:
    """The carrier brings it back; with whom to call."""
    tell_buyer(
        fulfilment.order, "order_undelivered", str(fulfilment.pk), carrier=fulfilment.carrier,
        tracking_number=fulfilment.tracking_number, reason=reason.strip(), place=fulfilment.location.name,
        phone=_phone(fulfilment), part=_part(fulfilment),
    )  # fmt: skip


def delivered(fulfilment: Fulfilment) -> None:
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), place="", part=_part(fulfilment))


def _part(fulfilment: Fulfilment) -> str:
    """Which of the order's parcels it is, where there are several: by what is in it."""
    several = Fulfilment.objects.filter(order=fulfilment.order_id).with_goods().count() > 1
    return ", ".join(contents(fulfilment)) if several else ""


def _address(fulfilment: Fulfilment) -> str:
    place = fulfilment.location
    return ", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part)


def _phone(fulfilment: Fulfilment) -> str:
    return spoken(fulfilment.location.phone) if fulfilment.location.phone else ""
