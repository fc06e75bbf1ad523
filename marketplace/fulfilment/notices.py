"""The way of the goods, told to the buyer."""

from datetime import time

from django.utils import timezone

from marketplace.order.notices import tell_buyer
from marketplace.people.phones import spoken

from .models import Fulfilment
from .queries import cash_due


def ready(fulfilment: Fulfilment) -> None:
    """The goods wait; with the code, the place and what is to pay there. A new code is a new occasion."""
    _waits(fulfilment, "order_ready", f"{fulfilment.pk}:{fulfilment.code}")


def _waits(fulfilment: Fulfilment, kind: str, occasion: str) -> None:
    tell_buyer(
        fulfilment.order, kind, occasion,
        code=fulfilment.code, collect_by=fulfilment.collect_by and fulfilment.collect_by.isoformat(),
        place=fulfilment.location.name, address=_address(fulfilment), phone=_phone(fulfilment),
        cash=int(cash_due(fulfilment)),
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
        phone=_phone(fulfilment),
    )  # fmt: skip


def undelivered(fulfilment: Fulfilment, reason: str) -> None:
    """The carrier brings the parcel back."""
    tell_buyer(
        fulfilment.order, "order_undelivered", str(fulfilment.pk),
        carrier=fulfilment.carrier, tracking_number=fulfilment.tracking_number, reason=reason,
        place=fulfilment.location.name, phone=_phone(fulfilment),
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


def _phone(fulfilment: Fulfilment) -> str:
    return spoken(fulfilment.location.phone) if fulfilment.location.phone else ""
