"""A small shop, and what may be done in it next."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from oscar.apps.catalogue.models import Option

from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.stock.models import Count, Lot, Transfer
from marketplace.stock.queries.short import open_cases
from marketplace.tills.models import TillEvent, Upload
from tests import make, people

DAYS = (None, 1, 4, 30)  # until a lot's date; the first has none
REWIND = "SELECT setval(name::regclass, value, called) FROM unnest(%s::text[], %s::bigint[], %s::bool[]) AS t (name, value, called)"


class World:
    """Two products of Hùng's in his store and at two points of Mai's, a till everywhere. Committed once."""

    def __init__(self) -> None:
        self.lan, self.hung, self.mai, self.tam = people.lan(), people.hung(), people.mai(), people.tam()
        producer = make.producer("Hộ Trần Hùng")
        goods = {"Mật thốt nốt": 50_001, "Đường thốt nốt": 33_333}
        self.products = [make.product(title, price=price, producer=producer) for title, price in goods.items()]
        self.products[1].arrival_days = 2
        self.products[1].save(update_fields=["arrival_days"])
        self.places = [make.location("Điểm A"), make.location("Điểm B"), producer.store]
        self.tills = [make.till(place)[0] for place in self.places]
        self.wrapping = Option.objects.create(name="Gói quà", code="goi-qua", type="text")
        make.tariff()
        for product in self.products:
            for place, days in zip(self.places, (4, 30, None), strict=True):
                make.stock(
                    product, 6, at_place=place, lot_code=f"L{days}", best_before=days and make.TODAY + timedelta(days)
                )
        inside = zip(self.products, (1, 2), strict=True)
        self.box = make.box(*inside, price=100_000, packed_at=self.places[0], title="Hộp quà Tết")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(sequencename), coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
            )
            self._numbers = [list(column) for column in zip(*cursor.fetchall(), strict=True)]

    def rewind(self) -> None:
        """The next numbers are as they were: the same steps meet the same rows in the same order."""
        with connection.cursor() as cursor:
            cursor.execute(REWIND, self._numbers)


@dataclass(frozen=True)
class Parcel:
    pk: int
    status: str
    pickup: bool


class Seen:
    """What stands in the books right now: each kind is asked for once, and only when a step wants to know."""

    @cached_property
    def orders(self) -> list[tuple[int, str, str]]:
        rows = Order.objects.order_by("pk").values_list("pk", "status", "payment_method")
        return list(rows)

    @cached_property
    def running(self) -> list[int]:
        return [pk for pk, status, _method in self.orders if status in ("awaiting-payment", "confirmed")]

    @cached_property
    def unpaid(self) -> list[int]:
        return [pk for pk, status, method in self.orders if status == "awaiting-payment" and method == "card"]

    @cached_property
    def cards(self) -> list[int]:
        return [pk for pk, _status, method in self.orders if method == "card"]

    @cached_property
    def parcels(self) -> list[Parcel]:
        rows = Fulfilment.objects.filter(order__status="confirmed").exclude(
            status__in=("collected", "delivered", "cancelled")
        )
        return [
            Parcel(*row[:2], row[2] == "pickup") for row in rows.order_by("pk").values_list("pk", "status", "method")
        ]

    @cached_property
    def shorts(self) -> list[int]:
        return list(ShortLine.objects.waiting().values_list("pk", flat=True))

    @cached_property
    def cases(self) -> list[int]:
        return open_cases()

    @cached_property
    def transfers(self) -> list[Transfer]:
        return list(Transfer.objects.under_way().prefetch_related("lines").order_by("pk"))

    @cached_property
    def drafts(self) -> list[Transfer]:
        return [one for one in self.transfers if one.status == "draft"]

    @cached_property
    def on_the_way(self) -> list[Transfer]:
        return [one for one in self.transfers if one.status != "draft"]

    @cached_property
    def counts(self) -> list[Count]:
        return list(Count.objects.filter(status="open").order_by("pk"))

    @cached_property
    def lots(self) -> list[Lot]:
        return list(Lot.objects.filter(unknown=False).order_by("pk"))

    @cached_property
    def frozen(self) -> list[Lot]:
        return [lot for lot in self.lots if lot.frozen_at]

    @cached_property
    def events(self) -> list[tuple[int, str]]:
        return list(TillEvent.objects.order_by("pk").values_list("pk", "status"))

    @cached_property
    def parked(self) -> list[int]:
        return [pk for pk, status in self.events if status == "parked"]

    @cached_property
    def waiting(self) -> list[int]:
        return [pk for pk, status in self.events if status == "waiting"]

    @cached_property
    def uploads(self) -> list[Upload]:
        return list(Upload.objects.select_related("location").order_by("pk"))

    @cached_property
    def refunds(self) -> list[int]:
        return list(
            Refund.objects.filter(status="due", source__source_type__code="card")
            .order_by("pk")
            .values_list("pk", flat=True)
        )


def one_of(rows: Any, which: int) -> Any:
    return rows[which % len(rows)]
