"""The way of the goods, told to the buyer."""

from marketplace.order.notices import tell_buyer
from marketplace.people.phones import spoken

from .models import Fulfilment
from .queries import cash_due


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


def out(fulfilment: Fulfilment) -> None:
    """Today the courier comes; with what is to pay at the door."""
    tell_buyer(
        fulfilment.order, "order_out", str(fulfilment.pk), carrier=fulfilment.carrier,
        tracking_number=fulfilment.tracking_number, cash=int(cash_due(fulfilment)),
    )  # fmt: skip


def undelivered(fulfilment: Fulfilment, reason: str) -> None:
    """The carrier brings it back; with whom to call."""
    phone = spoken(fulfilment.location.phone) if fulfilment.location.phone else ""
    facts = {"carrier": fulfilment.carrier, "reason": reason.strip(), "place": fulfilment.location.name, "phone": phone}
    tell_buyer(fulfilment.order, "order_undelivered", str(fulfilment.pk), **facts)


def delivered(fulfilment: Fulfilment) -> None:
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), place="")


def _address(fulfilment: Fulfilment) -> str:
    place = fulfilment.location
    return ", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part)
