"""Gift boxes in the shop: the shelf, the page, the basket, the order and the slip."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from marketplace.basket.models import Line
from marketplace.boxes import actions as composing
from marketplace.certificates.models import Certificate
from marketplace.checkout.actions import place_order
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from tests import make, people

pytestmark = pytest.mark.django_db


def _box(**fields: Any) -> Any:
    place = make.location("Điểm Châu Đốc")
    honey, tea = make.product("Mật ong", price=200_000, **fields), make.product("Trà", price=100_000, stars=None)
    for product in (honey, tea):
        make.stock(product, 10, at_place=place)
    return make.box((honey, 1), (tea, 2), price=360_000, packed_at=place, title="Hộp quà Tết")


def test_the_page_shows_what_is_inside_with_the_stars_of_today() -> None:
    box = _box()
    page = Client().get(box.get_absolute_url())
    said = page.content.decode()
    assert all(word in said for word in ("Mật ong", "Trà", "360.000", "40.000", "OCOP 4 sao"))
    Certificate.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert "OCOP 4 sao" not in Client().get(box.get_absolute_url()).content.decode()
    assert "Hộp quà Tết" in Client().get("/boxes/").content.decode()


@pytest.mark.parametrize("number", [1, 4])
def test_the_shelf_asks_the_same_for_one_box_and_four(number: int) -> None:
    for _ in range(number):
        _box()
    Client().get("/boxes/")
    with CaptureQueriesContext(connection) as queries:
        assert len(Client().get("/boxes/").context["boxes"]) == number
    assert len(queries) <= 7


def test_what_is_no_more_in_the_shop_is_not_found() -> None:
    box = _box()
    composing.take_out(box=box, by=people.tam(), at=make.NOW)
    assert Client().get(box.get_absolute_url()).status_code == 404
    assert Client().post(f"/boxes/{box.pk}/basket/", {"quantity": 1}).status_code == 404
    assert "Hộp quà Tết" not in Client().get("/boxes/").content.decode()


def test_wine_in_it_is_for_adults() -> None:
    box = _box(ethanol_percent=29)
    visitor = Client()
    assert "Mật ong" not in visitor.get(box.get_absolute_url()).content.decode()
    assert visitor.get("/boxes/").context["boxes"] == []
    visitor.post("/age/", {"adult": "on"})
    assert "Mật ong" in visitor.get(box.get_absolute_url()).content.decode()
    assert len(visitor.get("/boxes/").context["boxes"]) == 1


def test_it_goes_into_the_basket_as_one_and_out_as_one() -> None:
    box, visitor = _box(), Client()
    visitor.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})
    visitor.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})
    page = visitor.get("/basket/")
    [(row, _form)] = page.context["boxes"]
    assert (row.quantity, row.unit_price, row.total, row.warning) == (2, 360_000, 720_000, "")
    assert [line.quantity for line in Line.objects.order_by("pk")] == [2, 4] and page.context["lines"] == []
    visitor.post(f"/boxes/{box.pk}/basket/change/", {"quantity": 3})
    assert [line.quantity for line in Line.objects.order_by("pk")] == [3, 6]
    visitor.post(f"/boxes/{box.pk}/basket/change/", {"quantity": ["3", "0"]})  # the button after the field
    assert not Line.objects.exists()


def test_nobody_changes_a_part_of_it_by_the_baskets_form() -> None:
    box, visitor = _box(), Client()
    visitor.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})
    tea = Line.objects.get(product__title="Trà")
    formset = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": tea.pk,
        "form-0-quantity": 1,
        "form-0-DELETE": "on",
    }
    visitor.post("/basket/", formset)
    assert [line.quantity for line in Line.objects.order_by("pk")] == [1, 2]


def test_nonsense_changes_nothing() -> None:
    box, visitor = _box(), Client()
    for nonsense in ({}, {"quantity": "x"}, {"quantity": -1}):
        assert visitor.post(f"/boxes/{box.pk}/basket/", nonsense).status_code == 302
        assert visitor.post(f"/boxes/{box.pk}/basket/change/", nonsense).status_code == 302
    assert not Line.objects.exists()


def test_a_dearer_part_is_said() -> None:
    box, visitor = _box(), Client()
    visitor.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})
    make.order((box.parts.last().product, 10), payment="cod", at=timezone.now())
    [(row, _form)] = visitor.get("/basket/").context["boxes"]
    assert row.warning


def _ordered() -> tuple[Any, str]:
    make.tariff()
    box = _box()
    details = make.details(location_id=box.packed_at_id, payment="counter")
    order = place_order(basket=make.basket_of_boxes(box, 2), details=details, by=None, at=timezone.now())
    return order, f"/orders/{order.token}/"


def test_order_page_letter_and_desk_show_the_box_with_its_content() -> None:
    order, url = _ordered()
    [line] = Client().get(url).context["summary"].lines
    assert (line.title, line.quantity, line.unit_price, line.total) == ("Hộp quà Tết", 2, 360_000, 720_000)
    assert line.contents == (("1 × Mật ong", 4), ("2 × Trà", None))
    text = letter(Notice.objects.get(kind="order_placed")).text
    assert "2 × Hộp quà Tết (1 × Mật ong, 2 × Trà)" in text and "720.000" in text
    desk = Client()
    desk.force_login(people.mai())
    parcel = order.fulfilments.get()
    assert desk.get(f"/desk/parcels/{parcel.pk}/").content.decode().count("2 × Hộp quà Tết") == 1
    slip = b"".join(desk.get(reverse("desk:slip", args=[parcel.pk])))
    assert slip.startswith(b"%PDF") and "Hộp quà Tết" in _text(slip)


def _text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
