"""What the tests of orders in several parcels begin with, and do again and again."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from catalogue.models import Product
from marketplace.checkout.queries.drafting import Proposal, propose
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.locations.models import Location
from marketplace.order.models import Order
from tests import make, people

from . import shortages

NOW, TODAY = make.NOW, make.TODAY


@dataclass
class Two:
    """Sugar at one point of Mai's, fish at another of Khoa's; both send parcels, each weighs a kilogram."""

    sugar: Product
    fish: Product
    near: Location
    far: Location

    def wanted(self, sugar: int = 2, fish: int = 1) -> tuple[tuple[Product, int], ...]:
        return (self.sugar, sugar), (self.fish, fish)


def open_daily(place: Location) -> Location:
    """From 7 to 17."""
    for day in range(7):
        place.hours.create(weekday=day, opens="07:00", closes="17:00")
    return place


def two(at: Any = NOW) -> Two:
    sugar = make.product("Mật hoa thốt nốt", price=50_001, weight_grams=1000, stars=None)
    fish = make.product("Khô cá lóc Chợ Mới", price=100_000, weight_grams=1000, stars=None)
    near = open_daily(make.location("Điểm Châu Đốc"))
    far = open_daily(make.location("Điểm Long Xuyên", transfer_days=2, staff=people.khoa()))
    make.stock(sugar, 10, at_place=near, at=at)
    make.stock(fish, 10, at_place=far, at=at)
    make.tariff()  # 30,000 up to 2 kg, 3 days
    return Two(sugar, fish, near, far)


def mixed(goods: Two, **fields: Any) -> dict[str, Any]:
    """Sugar is delivered, fish collected at its point."""
    chosen = {"method": "both", "collected": (goods.fish.pk,), "location_id": goods.far.pk} | fields
    return vars(make.details()) | chosen


def proposed(goods: Two, **fields: Any) -> Proposal:
    basket = make.basket(*goods.wanted())
    return propose(basket, user=AnonymousUser(), details=make.details(**fields), at=NOW)


def paid(goods: Two, *wanted: Any, at: Any = NOW, **fields: Any) -> Order:
    """By card."""
    fields.pop("payment", None)
    return shortages.paid(*(wanted or goods.wanted()), at=at, **fields)


def parcel(order: Order, place: Location, method: str = "delivery") -> Fulfilment:
    return Fulfilment.objects.select_related("order", "location").get(order=order, location=place, method=method)


def packed(one: Fulfilment, at: Any = NOW) -> dict[str, Any]:
    about: dict[str, Any] = {"fulfilment": one, "by": people.mai(), "at": at}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    return about


def shipped(one: Fulfilment, at: Any = NOW) -> dict[str, Any]:
    about = packed(one, at)
    fulfilments.ship(**about, carrier="VNPost", tracking_number="EE1")
    return about


def ready(one: Fulfilment, at: Any = NOW) -> dict[str, Any]:
    about = packed(one, at)
    fulfilments.mark_ready(**about)
    return about


def back(order: Order) -> int:
    """What goes back to the shopper in all."""
    return sum(int(refund.amount) for source in order.sources.all() for refund in source.refunds.all())


def given_up(order: Order) -> int:
    order.refresh_from_db()
    return int(order.given_up)
