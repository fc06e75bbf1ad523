"""The way from the basket to the paid order, through its addresses; nothing that was typed is lost on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.basket.models import Basket
from marketplace.checkout.actions import BasketChanged
from marketplace.locations.models import Location
from marketplace.order.models import Order
from marketplace.places.models import Commune
from tests import make, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> Any:
    """Sugar at a point that is open on every day."""
    product = make.product("Đường thốt nốt Ba Tô", origin="Tịnh Biên, An Giang", shelf_life_days=365)
    place = make.stock(product, at_place=make.location("Điểm bán Châu Đốc"))
    for day in range(7):
        place.hours.create(weekday=day, opens="07:00", closes="17:00")
    make.tariff()
    product.place = place
    return product


def _with_basket(product: Any, quantity: int = 2, user: Any = None) -> Client:
    visitor = Client()
    if user:
        visitor.force_login(user)
    answer = visitor.post(f"/basket/add/{product.pk}/", {"quantity": quantity, "next": "/basket/"})
    assert answer.status_code == 302 and answer["Location"] == "/basket/"
    return visitor


def _typed(**fields: Any) -> dict[str, Any]:
    home = make.commune()
    return {
        "name": "Nguyễn Thị Lan", "phone": "0912 000 001", "email": "lan@example.vn", "method": "delivery",
        "province": home.province_id, "commune": home.pk, "street": "12 Trần Hưng Đạo", "payment": "cod", "note": "",
    } | fields  # fmt: skip


def _order(visitor: Client, **agreed: Any) -> Any:
    page = visitor.get("/checkout/review/")
    assert page.status_code == 200
    asked = page.context["form"].initial
    return visitor.post("/checkout/place/", asked | {"accept": "on"} | agreed, follow=True)


def test_only_what_was_looked_at_is_ordered(goods: Any) -> None:
    """In another window Lan takes something else for the same money, or has it sent elsewhere for the same fee."""
    visitor = _with_basket(goods)
    visitor.post("/checkout/", _typed())
    agreed = visitor.get("/checkout/review/").context["form"].initial | {"accept": "on"}
    twin = make.product("Muối sả")
    make.stock(twin)
    basket = Basket.objects.get()
    visitor.post("/checkout/", _typed(street="1 Lê Lợi"))
    elsewhere = visitor.post("/checkout/place/", agreed, follow=True)
    visitor.post("/checkout/", _typed())
    basket.lines.all().delete()
    visitor.post(f"/basket/add/{twin.pk}/", {"quantity": 2})
    other_goods = visitor.post("/checkout/place/", agreed, follow=True)
    assert not Order.objects.exists()
    assert all(str(BasketChanged()) in _said(answer) for answer in (elsewhere, other_goods))
    assert _order(visitor).status_code == 200 and Order.objects.count() == 1


def _said(answer: Any) -> str:
    return " ".join(str(one) for one in answer.context["messages"])


def test_a_guest_orders_for_cash(goods: Any) -> None:
    visitor = _with_basket(goods)
    basket = visitor.get("/basket/")
    assert "Đường thốt nốt Ba Tô" in basket.content.decode() and "240.000" in basket.content.decode()
    assert visitor.get("/checkout/").status_code == 200
    assert visitor.post("/checkout/", _typed())["Location"] == "/checkout/review/"
    review = visitor.get("/checkout/review/").content.decode()
    producer = goods.producer
    for fact in (
        "270.000", "30.000", producer.name, producer.registration_number, "Tổ 5, ấp Phũm Soài", "12 Trần Hưng Đạo",
        "Tịnh Biên, An Giang", "500 g", "365", "0912 000 001",
    ):  # fmt: skip
        assert fact in review, fact
    answer = _order(visitor)
    order = Order.objects.get()
    assert answer.redirect_chain[-1][0] == f"/orders/{order.token}/"
    assert (order.status, order.total_incl_tax, order.phone, order.user) == ("confirmed", 270_000, "+84912000001", None)
    assert visitor.get("/checkout/").status_code == 302  # an empty basket has nothing to check out


def test_pickup_is_free_and_keeps_the_day(goods: Any) -> None:
    visitor = _with_basket(goods)
    page = visitor.get("/checkout/").content.decode()
    assert "Điểm bán Châu Đốc" in page
    day = timezone.localdate() + timedelta(days=1)  # in the afternoon nothing is ready the same day
    typed = _typed(method="pickup", payment="counter", location=goods.place.pk, collect_on=day.isoformat())
    assert visitor.post("/checkout/", typed).status_code == 302
    _order(visitor)
    order = Order.objects.get()
    assert (order.is_pickup, order.total_incl_tax, order.shipping_address) == (True, 240_000, None)
    assert order.fulfilments.get().collect_on == day


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"phone": "0123"}, "phone"), ({"email": "lan"}, "email"), ({"name": ""}, "name"),
        ({"street": ""}, "street"), ({"commune": ""}, "commune"), ({"payment": "counter"}, "payment"),
        ({"method": "pickup", "payment": "counter"}, "location"),
        ({"method": "pickup", "payment": "counter", "location": "999999"}, "location"),
        ({"method": "teleport"}, "method"), ({"province": "abc"}, "province"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(goods: Any, fields: Any, field: str) -> None:
    visitor = _with_basket(goods)
    answer = visitor.post("/checkout/", _typed(note="Gọi trước") | fields)
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    page = answer.content.decode()
    assert "Gọi trước" in page and (field == "name" or "Nguyễn Thị Lan" in page)


def test_a_commune_of_another_province(goods: Any) -> None:
    visitor = _with_basket(goods)
    answer = visitor.post("/checkout/", _typed(commune=make.commune("Phường Sài Gòn", "79").pk))
    assert answer.context["form"].errors["commune"]


def test_a_point_that_has_too_little_is_refused_before_the_review(goods: Any) -> None:
    empty = make.location("Điểm bán Tri Tôn")
    Location.objects.filter(pk=goods.place.pk).update(ships=False)  # else it would be brought
    visitor = _with_basket(goods)
    answer = visitor.post("/checkout/", _typed(method="pickup", payment="counter", location=empty.pk))
    errors = answer.context["form"].errors
    assert answer.status_code == 400 and list(errors) == ["location"]
    assert "Điểm bán Tri Tôn" in errors["location"][0] and goods.title in errors["location"][0]
    assert visitor.get("/checkout/review/").status_code == 302


def test_a_pickup_day_that_is_over(goods: Any) -> None:
    visitor = _with_basket(goods)
    typed = _typed(method="pickup", payment="counter", location=goods.place.pk, collect_on="2026-01-01")
    assert visitor.post("/checkout/", typed).context["form"].errors["collect_on"]


def test_without_javascript_the_communes_are_asked_for_and_nothing_is_wrong_yet(goods: Any) -> None:
    visitor = _with_basket(goods)
    typed = {"name": "Lan", "province": make.commune().province_id, "method": "delivery", "refill": "1"}
    answer = visitor.post("/checkout/", typed)
    assert answer.status_code == 200 and not answer.context["form"].errors
    page = answer.content.decode()
    assert "Phường Long Xuyên" in page and 'value="Lan"' in page


def test_the_communes_of_a_province_as_json(client: Client) -> None:
    home = make.commune()
    found = client.get("/checkout/communes/", {"province": home.province_id}).json()
    assert [home.pk, home.name] in found
    assert len(found) == Commune.objects.filter(province=home.province_id).count()
    for nonsense in ("", "x", "99999999999999999999"):
        assert client.get("/checkout/communes/", {"province": nonsense}).json() == []


def test_an_account_finds_its_last_address(goods: Any) -> None:
    make.order((goods, 1), by=people.lan(), payment="cod", street="Số 7 Lê Lợi")
    visitor = _with_basket(goods, user=people.lan())
    page = visitor.get("/checkout/").content.decode()
    assert "Số 7 Lê Lợi" in page and "Phường Long Xuyên" in page


def test_what_was_said_is_still_there_on_the_way_back(goods: Any) -> None:
    visitor = _with_basket(goods)
    visitor.post("/checkout/", _typed(street="Hẻm 3"))
    assert "Hẻm 3" in visitor.get("/checkout/").content.decode()


def test_the_same_order_sent_twice_is_one_order(goods: Any) -> None:
    visitor = _with_basket(goods)
    visitor.post("/checkout/", _typed())
    agreed = visitor.get("/checkout/review/").context["form"].initial | {"accept": "on"}
    first = visitor.post("/checkout/place/", agreed)
    second = visitor.post("/checkout/place/", agreed)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_nothing_is_ordered_without_a_yes(goods: Any) -> None:
    visitor = _with_basket(goods)
    visitor.post("/checkout/", _typed())
    answer = _order(visitor, accept="")
    assert answer.redirect_chain[-1][0] == "/checkout/review/" and _said(answer)
    assert not Order.objects.exists()


def test_a_price_that_rose_on_the_way_is_asked_again(goods: Any) -> None:
    visitor = _with_basket(goods)
    visitor.post("/checkout/", _typed())
    agreed = visitor.get("/checkout/review/").context["form"].initial | {"accept": "on"}
    goods.stockrecords.update(price=130_000)
    answer = visitor.post("/checkout/place/", agreed, follow=True)
    assert "290.000" in _said(answer) and not Order.objects.exists()
    _order(visitor)
    assert Order.objects.get().total_incl_tax == 290_000


def test_goods_that_sold_out_on_the_way(goods: Any) -> None:
    visitor = _with_basket(goods, 6)
    visitor.post("/checkout/", _typed())
    agreed = visitor.get("/checkout/review/").context["form"].initial | {"accept": "on"}
    make.order((goods, 5), payment="cod")
    answer = visitor.post("/checkout/place/", agreed, follow=True)
    assert "5" in _said(answer) and Order.objects.count() == 1


def test_more_than_there_is_does_not_go_into_the_basket(goods: Any) -> None:
    visitor = Client()
    answer = visitor.post(f"/basket/add/{goods.pk}/", {"quantity": 11}, follow=True)
    assert "10" in _said(answer)
    assert visitor.get("/checkout/")["Location"] == "/basket/"


def test_an_unknown_product_is_not_found(client: Client) -> None:
    assert client.post("/basket/add/999999/", {"quantity": 1}).status_code == 404


def test_too_many_orders_in_a_minute(goods: Any, settings: Any) -> None:
    settings.ORDERS_PER_MINUTE = 1
    ends = []
    for _ in range(3):
        visitor = _with_basket(goods, 1)
        visitor.post("/checkout/", _typed())
        ends.append(_order(visitor).redirect_chain[-1][0])
    # A minute may begin between two of them, but not twice.
    assert Order.objects.count() <= 2 and "/checkout/review/" in ends


def test_the_doors_of_nobodys_order(client: Client) -> None:
    assert client.post("/checkout/pay/nobody/").status_code == 404
    assert client.get("/checkout/paid/nobody/").status_code == 404
    assert client.get("/checkout/review/")["Location"] == "/checkout/"


def test_the_pages_in_english(goods: Any) -> None:
    visitor = _with_basket(goods)
    assert visitor.get("/en/checkout/").status_code == 200
    visitor.post("/en/checkout/", _typed())
    assert "Who sells to you" in visitor.get("/en/checkout/review/").content.decode()
    agreed = visitor.get("/en/checkout/review/").context["form"].initial | {"accept": "on"}
    answer = visitor.post("/en/checkout/place/", agreed)
    order = Order.objects.get()
    assert (order.language, answer["Location"]) == ("en", f"/en/orders/{order.token}/")
    province = order.shipping_address.commune.province
    page = visitor.get(answer["Location"]).content.decode()
    assert province.name_en in page and province.name not in page
