"""How producers and places stand with each other now."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Sum

from marketplace.locations.models import Location
from marketplace.money import ZERO
from marketplace.partner.models import Partner

from ..models import Entry, Statement


def owed_from(after: int, limit: int) -> list[int]:
    """Producers with something on no statement yet, from that number on."""
    rows = Entry.objects.open().filter(producer__gt=after).order_by("producer_id").values_list("producer_id", flat=True)
    return list(rows.distinct()[:limit])


@dataclass(frozen=True)
class Running:
    """What has come together since the last statement."""

    producer: Partner
    location: Location
    entries: int
    net: Decimal
    opening: Decimal

    @property
    def balance(self) -> Decimal:
        return self.opening + self.net


def running(user: Any) -> list[Running]:
    """Of all that the person may see, by producer and place."""
    sums = Entry.objects.open().for_reader(user).order_by().values("producer", "location")
    rows = {(row["producer"], row["location"]): row for row in sums.annotate(entries=Count("pk"), all=Sum("net"))}
    producers = Partner.objects.in_bulk([producer for producer, _place in rows])
    places = Location.objects.in_bulk([place for _producer, place in rows])
    last = (
        Statement.objects.for_reader(user)
        .order_by("producer_id", "location_id", "-number")
        .distinct("producer_id", "location_id")
    )
    closing = {(row[0], row[1]): row[2] for row in last.values_list("producer", "location", "closing")}
    found = [
        Running(producers[who], places[where], row["entries"], row["all"], closing.get((who, where), ZERO))
        for (who, where), row in rows.items()
    ]
    return sorted(found, key=lambda one: (one.producer.name, one.location.name))


def is_latest(statement: Statement) -> bool:
    """No later one has taken its balance over."""
    between = Statement.objects.filter(producer=statement.producer_id, location=statement.location_id)
    return bool(between.aggregate(last=Max("number"))["last"] == statement.number)
