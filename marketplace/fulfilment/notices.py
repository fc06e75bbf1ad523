"""The way of the goods, told to the buyer."""

from marketplace.order.notices import tell_buyer
from marketplace.people.phones import spoken

from .models import Fulfilment
from .queries import cash_due, contents


def ready(fulfilment: Fulfilment) -> None:
    """The goods wait; with the code, the place and what is to pay there. A new code is a new occasion."""
    place = fulfilment.location
    tell_buyer(
        fulfilment.order, "order_ready", f"{fulfilment.pk}:{fulfilment.code}",
        code=fulfilment.code, collect_by=fulfilment.collect_by and fulfilment.collect_by.isoformat(),
        place=place.name, address=_address(fulfilment), phone=spoken(place.phone) if place.phone else "",
        cash=int(cash_due(fulfilment)), part=_part(fulfilment),
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


def delivered(fulfilment: Fulfilment) -> None:
    tell_buyer(fulfilment.order, "order_handed_over", str(fulfilment.pk), place="", part=_part(fulfilment))


def _part(fulfilment: Fulfilment) -> str:
    """Which of the order's parcels it is, where there are several: by what is in it."""
    several = Fulfilment.objects.filter(order=fulfilment.order_id).with_goods().count() > 1
    return ", ".join(contents(fulfilment)) if several else ""


def _address(fulfilment: Fulfilment) -> str:
    place = fulfilment.location
    return ", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part)
