"""What may not travel far is said before anything is filled in; what is free of charge is said in time."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Product
from marketplace.checkout.queries.travelling import TooFar
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.queries import likely_carrier
from marketplace.order.models import Order
from marketplace.places.models import Province
from marketplace.shipping.models import Carrier, FreeDelivery, TariffStep, Zone
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from . import shortages, split

pytestmark = pytest.mark.django_db
AWAY = "79"


@pytest.fixture
def near() -> Zone:
    """Within An Giang a day, elsewhere three."""
    make.tariff()
    zone = Zone.objects.create(name="Trong tỉnh", name_en="Within the province", days=1)
    zone.provinces.add(Province.objects.get(code="91"))
    TariffStep.objects.create(tariff=zone.tariffs.create(carrier=make.carrier()), up_to_grams=9000, price=20_000)
    return zone


@pytest.fixture
def fish() -> Any:
    product = make.product("Cá tra tươi", price=100_000, travel_hours_max=24)
    make.stock(product, 10)
    return product


def _visitor(product: Any, quantity: int = 2) -> Client:
    visitor = Client()
    visitor.post(f"/basket/add/{product.pk}/", {"quantity": quantity, "next": "/basket/"})
    return visitor


def _typed(province: str = "91", **fields: Any) -> dict[str, Any]:
    commune = make.commune() if province == "91" else make.commune("Phường Sài Gòn", AWAY)
    return {
        "name": "Nguyễn Thị Lan", "phone": "0912 000 001", "email": "lan@example.vn", "method": "delivery",
        "province": commune.province_id, "commune": commune.pk, "street": "12 Trần Hưng Đạo", "payment": "cod", "note": "",
    } | fields  # fmt: skip


def test_where_it_goes_is_said_before_anything_is_typed(near: Zone, fish: Any) -> None:
    page = _visitor(fish).get("/checkout/").content.decode()
    assert "chỉ giao trong 24 giờ: Trong tỉnh" in page and "điểm bán" in page
    assert "chỉ giao" not in _visitor(_plain()).get("/checkout/").content.decode()


def _plain() -> Any:
    product = make.product()
    make.stock(product, 5)
    return product


def test_a_chosen_province_that_is_too_far_is_said_at_once(near: Zone, fish: Any) -> None:
    """Without JavaScript, when only the communes are asked for."""
    away = Province.objects.get(code=AWAY)
    page = _visitor(fish).post("/checkout/", {"method": "delivery", "province": away.pk, "refill": "1"})
    assert str(TooFar(title="Cá tra tươi", province=str(away))) in page.context["too_far"]
    home = Province.objects.get(code="91")
    assert (
        _visitor(fish).post("/checkout/", {"method": "delivery", "province": home.pk, "refill": "1"}).context["too_far"]
        == ""
    )


def test_it_is_refused_by_its_name_and_may_be_collected_or_go_near(near: Zone, fish: Any) -> None:
    visitor = _visitor(fish)
    before = everything()
    answer = visitor.post("/checkout/", _typed(AWAY))
    assert answer.status_code == 400 and "Cá tra tươi" in str(answer.context["form"].errors["province"])
    assert changed(before) == set()
    assert visitor.post("/checkout/", _typed()).status_code == 302
    with pytest.raises(TooFar):
        make.order((fish, 1), payment="cod", commune=make.commune("Phường Sài Gòn", AWAY))
    place = make.stock(fish, 3)
    assert make.order((fish, 1), payment="counter", location_id=place.pk).is_pickup


def test_from_the_sum_on_the_order_is_brought_free_and_keeps_that(near: Zone, fish: Any) -> None:
    today = timezone.localdate()
    free = FreeDelivery.objects.create(least=250_000, valid_from=today - timedelta(days=400))
    paid = make.order((fish, 2), payment="cod")
    order = make.order((fish, 3), payment="cod")
    assert (paid.shipping_incl_tax, order.shipping_incl_tax, order.total_incl_tax) == (20_000, 0, Decimal(300_000))
    free.delete()
    assert Order.objects.get(pk=order.pk).shipping_incl_tax == 0 and broken(make.NOW) == []


def test_how_much_is_missing_is_said_in_basket_and_checkout(near: Zone, fish: Any) -> None:
    today = timezone.localdate()
    FreeDelivery.objects.create(least=250_000, valid_from=today)
    visitor = _visitor(fish)
    for page in ("/basket/", "/checkout/"):
        assert "Thêm 50.000\u00a0₫ nữa để được miễn phí giao hàng." in visitor.get(page).content.decode(), page
    FreeDelivery.objects.create(least=200_000, valid_from=today, zone=near)
    home, refill = Province.objects.get(code="91").pk, {"method": "delivery", "refill": "1"}
    assert (
        "Đơn này được miễn phí giao hàng." in visitor.post("/checkout/", refill | {"province": home}).content.decode()
    )
    away = Province.objects.get(code=AWAY).pk
    assert "Thêm 50.000" in visitor.post("/checkout/", refill | {"province": away}).content.decode()
    assert "miễn phí giao hàng" not in _nothing_free(visitor)


def _nothing_free(visitor: Client) -> str:
    FreeDelivery.objects.all().delete()
    return str(visitor.get("/basket/").content.decode())


def test_volume_costs_where_the_carrier_counts_it(near: Zone) -> None:
    carrier = make.carrier()
    carrier.divisor = 6000
    carrier.save(update_fields=["divisor"])
    TariffStep.objects.create(tariff=near.tariffs.get(), up_to_grams=20_000, price=90_000)
    basket = make.product("Giỏ cỏ bàng", price=100_000, length_cm=40, width_cm=40, height_cm=40, weight_grams=800)
    make.stock(basket, 5)
    assert make.order((basket, 1), payment="cod", by=people.lan()).shipping_incl_tax == 90_000


def _rates(name: str, hours: int, *steps: tuple[int, int]) -> None:
    """A carrier everywhere, beside the one that takes 30,000 ₫ for two kilograms in three days."""
    tariff = Zone.objects.get(elsewhere=True).tariffs.create(carrier=make.carrier(name), hours=hours)
    TariffStep.objects.bulk_create(TariffStep(tariff=tariff, up_to_grams=grams, price=price) for grams, price in steps)


def test_no_parcel_goes_slower_than_was_planned_to_save_a_fee() -> None:
    goods = split.two()
    _rates("Chậm", 120, (2000, 5_000), (50_000, 100_000))  # dear for all in one, cheap for each part, too slow
    order = make.order(*goods.wanted(), payment="cod")
    parcels = [split.parcel(order, place) for place in (goods.near, goods.far)]
    assert [(int(one.fee), one.arrives_on) for one in parcels] == [(30_000, make.TODAY + timedelta(3))] * 2
    _rates("Nhanh", 24, (2000, 6_000), (50_000, 100_000))
    order = make.order(*goods.wanted(), payment="cod")
    assert [int(split.parcel(order, place).fee) for place in (goods.near, goods.far)] == [6_000, 6_000]
    assert likely_carrier(split.parcel(order, goods.near)) == "Nhanh" and broken(make.NOW) == []


def test_a_parcel_whose_fee_was_for_a_quick_carrier_stays_promised_by_that() -> None:
    """All in one would go with the quick one; its light part alone would be cheaper, and later, with the slow one."""
    goods = split.two()
    _rates("Nhanh", 48, (2000, 31_000), (50_000, 32_000))
    order = make.order((goods.sugar, 1), (goods.fish, 5), payment="card")
    light = split.parcel(order, goods.near)
    assert (light.travel_days, int(light.fee), likely_carrier(light)) == (2, 31_000, "Nhanh")
    shortages.settle_card(order)
    [kept, _other] = fulfilments.promise(order=order, at=make.NOW)
    assert kept.pk == light.pk and kept.arrives_on == light.arrives_on and kept.first_arrives_on is None


def test_each_parcel_goes_with_the_carrier_that_is_cheapest_for_it() -> None:
    """Sugar weighs one kilogram, fish three: who is cheap for the one is dear for the other. Both keep the day."""
    goods = split.two()
    _rates("Nhẹ", 72, (2000, 20_000), (50_000, 90_000))
    wanted = (goods.sugar, 1), (goods.fish, 3)
    order = make.order(*wanted, payment="cod")
    light, heavy = (split.parcel(order, place) for place in (goods.near, goods.far))
    assert [int(one.fee) for one in (light, heavy)] == [20_000, 35_000] and order.shipping_incl_tax == 55_000
    assert [likely_carrier(one) for one in (light, heavy)] == ["Nhẹ", "Giao hàng Bảy Núi"]
    assert {one.arrives_on for one in (light, heavy)} == {make.TODAY + timedelta(3)}
    fees = [one.opening.fee for one in split.proposed(goods).parcels if one.sent]
    assert sum(fees) == 40_000 and broken(make.NOW) == []  # as the review page shows them before


def test_goods_that_nobody_may_bring_together_are_all_named() -> None:
    make.tariff()
    _rates("Lạnh", 72, (50_000, 50_000))
    Carrier.objects.filter(name="Lạnh").update(cooled=True)
    _rates("Nhanh", 20, (50_000, 50_000))
    cold, cake = make.product("Mắm tươi", keep_cool=True), make.product("Bánh bò", travel_hours_max=24)
    for one in (cold, cake):
        make.stock(one, 5)
        make.order((one, 1), payment="cod")
    with pytest.raises(TooFar) as refused:
        make.order((cold, 1), (cake, 1), payment="cod")
    assert "“Mắm tươi”, “Bánh bò”" in str(refused.value)


def test_what_may_not_be_sent_is_collected_while_the_rest_is_sent() -> None:
    goods = split.two()
    Product.objects.filter(pk=goods.fish.pk).update(travel_hours_max=24)
    with pytest.raises(TooFar):
        make.order(*goods.wanted(), payment="card")
    order = split.paid(goods, **split.mixed(goods))
    assert split.parcel(order, goods.far, "pickup") and split.parcel(order, goods.near).fee == 30_000


def test_what_may_not_travel_long_is_brought_nowhere_to_save_a_parcel() -> None:
    goods = split.two()
    Product.objects.filter(pk=goods.fish.pk).update(travel_hours_max=96)
    order = make.order(*goods.wanted(), payment="cod", one_parcel=True)
    assert order.fulfilments.get().location == goods.far  # the sugar is brought to the fish
    Product.objects.filter(pk=goods.sugar.pk).update(keep_cool=True)
    Carrier.objects.update(cooled=True)
    assert make.order(*goods.wanted(), payment="cod", one_parcel=True).fulfilments.count() == 2


def test_the_review_says_what_is_missing_to_a_free_delivery_or_that_it_is_free(near: Zone, fish: Any) -> None:
    FreeDelivery.objects.create(least=250_000, valid_from=timezone.localdate())
    for pieces, said in (
        (2, "Thêm 50.000\u00a0₫ nữa để được miễn phí giao hàng."),
        (3, "Đơn này được miễn phí giao hàng."),
    ):
        visitor = _visitor(fish, pieces)
        visitor.post("/checkout/", _typed())
        assert said in visitor.get("/checkout/review/").content.decode()
    visitor = _visitor(fish)
    visitor.post("/checkout/", _typed(method="pickup", payment="counter", location=make.stock(fish, 5).pk))
    page = visitor.get("/checkout/review/").content.decode()
    assert "Điểm" in page and "miễn phí giao hàng" not in page


def test_the_product_says_how_far_it_goes(fish: Any) -> None:
    page = Client().get(fish.get_absolute_url()).content.decode()
    assert "Chỉ giao trong 24 giờ." in page and "Giữ mát" not in page
