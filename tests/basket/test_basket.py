"""The basket: few queries however much is in it, and only what can be had."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.basket.models import Basket
from tests import make, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> list[Any]:
    products = [make.product(f"Khô cá lóc số {number}", price=10_000) for number in range(12)]
    place = make.location()
    for product in products:
        make.stock(product, at_place=place, at=timezone.now())
    return products


def _visitor(goods: list[Any], quantity: int = 1) -> Client:
    visitor = Client()
    for product in goods:
        visitor.post(f"/basket/add/{product.pk}/", {"quantity": quantity})
    return visitor


def _count(visitor: Client, path: str, data: Any = None) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = visitor.post(path, data) if data is not None else visitor.get(path)
    assert answer.status_code in (200, 302)
    return len(seen)


def test_the_basket_page_asks_the_same_for_one_line_and_twelve(goods: list[Any]) -> None:
    one, twelve = _visitor(goods[:1]), _visitor(goods)
    asked = _count(one, "/basket/")
    assert asked == _count(twelve, "/basket/") <= 14


def test_adding_asks_the_same_for_an_empty_and_a_full_basket(goods: list[Any]) -> None:
    few = _count(_visitor(goods[:1]), f"/basket/add/{goods[11].pk}/", {"quantity": 1})
    many = _count(_visitor(goods[:11]), f"/basket/add/{goods[11].pk}/", {"quantity": 1})
    assert few == many <= 24


def test_the_checkout_pages_ask_the_same_for_one_line_and_twelve(goods: list[Any]) -> None:
    make.tariff()
    home = make.commune()
    details = {
        "name": "Lan", "phone": "0912000001", "email": "lan@example.vn", "method": "delivery", "payment": "cod",
        "province": home.province_id, "commune": home.pk, "street": "12 Trần Hưng Đạo",
    }  # fmt: skip
    asked = []
    for visitor in (_visitor(goods[:1]), _visitor(goods[:1]), _visitor(goods)):  # the first teaches the process
        form = _count(visitor, "/checkout/")
        visitor.post("/checkout/", details)
        review = _count(visitor, "/checkout/review/")
        agreed = visitor.get("/checkout/review/").context["form"].initial | {"accept": "on"}
        asked.append((form, review, _count(visitor, "/checkout/place/", agreed)))
    assert asked[1] == asked[2]
    assert asked[1][0] <= 20 and asked[1][1] <= 20 and asked[1][2] <= 45


def _change(visitor: Client, **fields: Any) -> Any:
    formset = visitor.get("/basket/").context["formset"]
    sent = {f"form-{name}": formset.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for number, form in enumerate(formset.forms):
        sent |= {f"form-{number}-id": form.instance.pk, f"form-{number}-quantity": form.instance.quantity}
    return visitor.post(
        "/basket/", sent | {name.replace("_", "-"): value for name, value in fields.items()}, follow=True
    )


def test_quantities_change_and_lines_go(goods: list[Any]) -> None:
    visitor = _visitor(goods[:2])
    _change(visitor, form_0_quantity=4, form_1_DELETE="on")
    assert list(Basket.objects.get().lines.values_list("product", "quantity")) == [(goods[0].pk, 4)]
    _change(visitor, form_0_quantity=0)
    assert not Basket.objects.get().lines.exists()


def test_more_than_there_is_is_refused_beside_the_line_and_changes_nothing(goods: list[Any]) -> None:
    visitor = _visitor(goods[:1], 2)
    answer = _change(visitor, form_0_quantity=11)
    assert answer.context["formset"].forms[0].errors["quantity"]
    assert Basket.objects.get().lines.get().quantity == 2
    for nonsense in ("-1", "viele", ""):
        assert _change(visitor, form_0_quantity=nonsense).status_code == 200
        assert Basket.objects.get().lines.get().quantity == 2


def test_what_became_scarce_dearer_or_unlisted_is_said(goods: list[Any]) -> None:
    visitor = _visitor(goods[:3], 5)
    make.order((goods[0], 7), payment="cod", at=timezone.now())
    goods[1].stockrecords.update(price=12_000)
    type(goods[2]).objects.filter(pk=goods[2].pk).update(is_public=False)
    rows = visitor.get("/basket/").context["lines"]
    assert [bool(row.warning) for row in rows] == [True, True, True]
    assert "3" in rows[0].warning and rows[0].available == 3


def test_the_basket_of_a_visitor_goes_with_them_into_their_account(goods: list[Any]) -> None:
    visitor = _visitor(goods[:1], 2)
    visitor.force_login(people.lan())
    visitor.get("/basket/")
    basket = Basket.open.get(owner=people.lan())
    assert [(line.product, line.quantity) for line in basket.lines.all()] == [(goods[0], 2)]


def test_anothers_basket_cannot_be_changed(goods: list[Any]) -> None:
    visitor = _visitor(goods[:1], 2)
    theirs = Basket.objects.get().lines.get()
    stranger = _visitor(goods[1:2], 1)
    formset = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": theirs.pk, "form-0-quantity": 9}
    stranger.post("/basket/", formset)
    theirs.refresh_from_db()
    assert theirs.quantity == 2
    assert visitor.get("/basket/").status_code == 200


def test_an_empty_basket_says_so(client: Client) -> None:
    assert client.get("/basket/").status_code == 200
    assert client.get("/checkout/")["Location"] == "/basket/"


@pytest.mark.parametrize(
    "posted", [{}, {"form-TOTAL_FORMS": "x"}, {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": "x"}]
)
def test_a_form_that_is_none_of_ours_changes_nothing(goods: list[Any], posted: dict[str, Any]) -> None:
    visitor = _visitor(goods[:1], 2)
    assert visitor.post("/basket/", posted).status_code == 302
    assert [line.quantity for line in Basket.objects.get().lines.all()] == [2]


@pytest.mark.parametrize("asked", ["get", "post"])
def test_oscars_second_basket_leads_to_the_first(goods: list[Any], asked: str) -> None:
    visitor = Client()
    visitor.force_login(people.lan())
    assert getattr(visitor, asked)("/basket/saved/")["Location"] == "/basket/"
