"""The way of the goods, told to the buyer."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from marketplace.order.notices import tell_buyer
from marketplace.people.phones import spoken
from marketplace.stock.queries import on_the_way
from marketplace.stock.reasons import Reason

from .models import Fulfilment
from .queries import cash_due


def promised(fulfilment: Fulfilment) -> dict[str, Any]:
    """When and where a pickup should be ready, and from where some of it is brought."""
    if fulfilment.promised_at is None:
        return {"promised_at": None}
    sources = _sources(fulfilment) if fulfilment.routing == Reason.BROUGHT else ""
    return _moment("promised", fulfilment.promised_at) | {"place": fulfilment.location.name, "sources": sources}


def promised_anew(fulfilment: Fulfilment, before: datetime, *, at: datetime) -> None:
    """Goods that the point waits for come on another day; one letter for each change."""
    day, ready = fulfilment.collect_on, fulfilment.promised_at
    early = day.isoformat() if day and ready and day < timezone.localdate(ready) else None
    tell_buyer(
        fulfilment.order,
        "order_promised_anew",
        f"{fulfilment.pk}:{at.isoformat()}",
        **promised(fulfilment) | _moment("before", before) | {"sources": _sources(fulfilment), "too_early": early},
    )


def _sources(fulfilment: Fulfilment) -> str:
    """Places that have something to bring still."""
    return ", ".join(dict.fromkeys(one.source for one in on_the_way(fulfilment.order_id)))


def _moment(name: str, moment: datetime) -> dict[str, Any]:
    """As facts: one that has no hour is a day."""
    local = timezone.localtime(moment)
    return {f"{name}_at": local.isoformat(), f"{name}_day": local.time() == time.min}


def ready(fulfilment: Fulfilment) -> None:
    """The goods wait; with the code, the place and what is to pay there. A new code is a new occasion."""
    place = fulfilment.location
    tell_buyer(
        fulfilment.order, "order_ready", f"{fulfilment.pk}:{fulfilment.code}",
        code=fulfilment.code, collect_by=fulfilment.collect_by and fulfilment.collect_by.isoformat(),
        place=place.name, address=_address(fulfilment), phone=spoken(place.phone) if place.phone else "",
        cash=int(cash_due(fulfilment)),
    )  # fmt: skip


def handed_over(fulfilment: Fulfilment) -> None:
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), place=fulfilment.location.name)


def shipped(fulfilment: Fulfilment) -> None:
    tell_buyer(
        fulfilment.order, "order_shipped", str(fulfilment.pk),
        carrier=fulfilment.carrier, tracking_number=fulfilment.tracking_number, cash=int(cash_due(fulfilment)),
    )  # fmt: skip


def delivered(fulfilment: Fulfilment) -> None:
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), place="")


def _address(fulfilment: Fulfilment) -> str:
    place = fulfilment.location
    return ", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part)
