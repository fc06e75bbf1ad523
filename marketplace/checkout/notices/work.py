"""New work in words to those who pick."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import undone
from marketplace.notices.actions import Recipient, Telling
from marketplace.notices.links import link
from marketplace.order.models import Order
from marketplace.people.models import User

from .known import pickers


def new_work(order: Order, parcels: Iterable[Fulfilment]) -> Iterable[Telling]:
    """To those who pick pieces that others lacked: told once, and once more each time their parcel was emptied or opened."""
    if order.status != Order.Status.CONFIRMED:
        return ()
    there = list(parcels)
    times = undone(one.pk for one in there)
    return work(order, there, occasions={pk: f":{n}" for pk, n in times.items()})


def work(
    order: Order, parcels: Iterable[Fulfilment], people: Mapping[int, Sequence[Any]] | None = None,
    occasions: Mapping[int, str] | None = None,
) -> Iterator[Telling]:  # fmt: skip
    """To those who pick at each location that has something to pick. `occasions`: by parcel, what makes a telling another."""
    at: dict[int, list[Fulfilment]] = defaultdict(list)
    for parcel in parcels:
        at[parcel.location_id].append(parcel)
    people = pickers(at) if people is None else people
    for place, there in at.items():
        for person in people.get(place, ()):
            for parcel in there:
                told = _task(order, parcel, person.place_name, person)
                key = f"{parcel.pk}:{person.pk}{(occasions or {}).get(parcel.pk, '')}"
                yield Telling("order_new", key, Recipient.of(person), told)


def _task(order: Order, parcel: Fulfilment, place: str, person: User) -> dict[str, str | None]:
    return {
        "name": person.get_full_name(), "number": order.number, "place": place, "method": parcel.method,
        "collect_on": parcel.collect_on.isoformat() if parcel.collect_on else None,
        "url": link("desk:parcel", parcel.pk, language=person.language),
    }  # fmt: skip
