"""What changes between a shopper's look and yes, and what cannot be divided."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from oscar.apps.offer.models import Condition

from catalogue.actions import doubt_producer
from marketplace.boxes import actions as boxes
from marketplace.checkout.actions import OfferHolds
from marketplace.order.models import Order
from tests import make, people
from tests.checkout.test_offers import _offer
from tests.shopper import Ask, Shop

from . import returns


def checkout_of_nothing(shop: Shop) -> Ask:
    return shop.get("/checkout/")


def sold_meanwhile(shop: Shop) -> Ask:
    agreed = shop.agreed(quantity=4)
    make.order((shop.product, 7), payment="cod", at=timezone.now())
    return shop.post("/checkout/place/", agreed)


def dearer_meanwhile(shop: Shop) -> Ask:
    agreed = shop.agreed()
    shop.product.stockrecords.update(price=150_000)
    return shop.post("/checkout/place/", agreed)


def withdrawn_meanwhile(shop: Shop) -> Ask:
    agreed = shop.agreed()
    type(shop.product).objects.filter(pk=shop.product.pk).update(is_public=False)
    return shop.post("/checkout/place/", agreed)


def later_meanwhile(shop: Shop) -> Ask:
    """The only place that has it is closed from now on, but for one day of the week."""
    agreed = shop.agreed()
    opens = timezone.localdate() + timedelta(days=3)
    shop.place.hours.create(weekday=opens.weekday(), opens="07:00", closes="17:00")
    return shop.post("/checkout/place/", agreed)


def _divided(shop: Shop, **fields: Any) -> Ask:
    shop.fill(product=shop.spirit)
    return shop.details(method="both", location=shop.place.pk, payment="card", adult="on", **fields)


def all_of_it_delivered_and_some_collected(shop: Shop) -> Ask:
    return _divided(shop)


def cash_for_two_ways(shop: Shop) -> Ask:
    """One product of two is collected; neither is alcohol."""
    type(shop.spirit).objects.filter(pk=shop.spirit.pk).update(ethanol_percent=None)
    shop.fill(product=shop.spirit)
    return shop.details(method="both", location=shop.place.pk, collected=[shop.product.pk])


def _box(shop: Shop) -> Any:
    return make.box((shop.product, 1), (make.product("Mật ong"), 1), packed_at=shop.place, title="Hộp quà Tết")


def box_without_a_part(shop: Shop) -> Ask:
    return shop.post(f"/boxes/{_box(shop).pk}/basket/", {"quantity": 1})


def box_with_a_part_not_sold(shop: Shop) -> Ask:
    box = _box(shop)
    doubt_producer(producer=shop.product.producer, reason="Giấy tờ không khớp", by=people.tam(), at=make.NOW)
    return shop.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})


def box_taken_out_meanwhile(shop: Shop) -> Ask:
    box = _box(shop)
    make.stock(box.parts.last().product, 5, at_place=shop.place)
    shop.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})()
    shop.post("/checkout/", shop.typed())()
    agreed = shop.get("/checkout/review/")().context["form"].initial | {"accept": "on"}
    boxes.take_out(box=box, by=people.tam(), at=timezone.now())
    return shop.post("/checkout/place/", agreed)


def fish_that_cannot_wait_for_the_box(shop: Shop) -> Ask:
    """It is at another place than the box's packer."""
    box = _box(shop)
    make.stock(box.parts.last().product, 5, at_place=shop.place)
    fish = make.product("Cá tra tươi", price=100_000, travel_hours_max=96)
    make.stock(fish, 5)
    for address in (f"/boxes/{box.pk}/basket/", f"/basket/add/{fish.pk}/"):
        shop.post(address, {"quantity": 1})()
    return shop.post("/checkout/", shop.typed())


def _return(shop: Shop, pieces: int) -> tuple[Any, Ask]:
    """Of two pieces collected now so many are to go back; and one more."""
    parcel = returns.collected((shop.product, 2), location_id=shop.place.pk, at=timezone.now())
    asked = returns.ask(parcel, pieces, at=timezone.now())
    said = {"reason": "damaged", f"line-{parcel.lines.get().line_id}": 1}
    return asked, shop.post(f"/orders/{parcel.order.token}/return/{parcel.pk}/", said)


def returned_when_nothing_is_left(shop: Shop) -> Ask:
    _asked, again = _return(shop, 2)
    return again


def returned_too_often(shop: Shop) -> Ask:
    asked, again = _return(shop, 1)
    facts = {"status": "withdrawn", "asked_at": asked.asked_at, "closed_at": timezone.now(), "reason": "damaged"}
    for _time in range(9):
        asked.fulfilment.returns.create(**facts)
    return again


def too_little_for_a_card(shop: Shop) -> Ask:
    """Half a dollar, and Stripe takes no less: the delivery does not lift it over."""
    shop.product.stockrecords.update(price=3_000)
    return shop.details(payment="card", method="pickup", location=shop.place.pk)


def pieces_gone_before_the_card_was_asked(shop: Shop) -> Ask:
    """The order costs less by now than a card pays."""
    order = make.order((shop.product, 1), at=timezone.now())
    Order.objects.filter(pk=order.pk).update(given_up=order.total_incl_tax - 9_000)
    return shop.post(f"/checkout/pay/{order.token}/", {})


def fewer_than_its_price_is_for(shop: Shop) -> Ask:
    shop.product.stockrecords.update(tiers=[[3, 100_000]])
    order = make.order((shop.product, 4), payment="cod", at=timezone.now())
    return shop.post(f"/orders/{order.token}/fewer/", {f"line-{order.lines.get().pk}": 2})


def offer_holds() -> OfferHolds:
    return OfferHolds(offer="Offer 1")


def fewer_of_what_an_offer_made_cheaper(shop: Shop) -> Ask:
    """So much off for two, and one alone is not enough."""
    Condition.objects.filter(pk=_offer().condition_id).update(value=2)
    order = make.order((shop.product, 2), payment="cod", at=timezone.now())
    return shop.post(f"/orders/{order.token}/fewer/", {f"line-{order.lines.get().pk}": 1})
