"""A gift box as Mai composes it at her point."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.pictures import small
from marketplace.boxes.models import Box
from tests import make, people
from tests.catalogue.pictures import upload

from .conftest import signed_in

pytestmark = pytest.mark.django_db


def test_composed_filled_priced_brought_out_and_taken_out() -> None:
    place, desk = make.location("Điểm Châu Đốc"), signed_in(people.mai())
    honey, tea = make.product("Mật ong", price=200_000), make.product("Trà", price=100_000)
    made = desk.post("/desk/boxes/new/", {"title": "Hộp quà Tết", "packed_at": place.pk})
    box = Box.objects.get()
    assert made["Location"] == f"/desk/boxes/{box.pk}/"
    for product, quantity in ((honey, 1), (tea, 3), (tea, 2)):
        desk.post(f"/desk/boxes/{box.pk}/parts/", {"product": product.pk, "quantity": quantity})
    page = desk.post(f"/desk/boxes/{box.pk}/words/", {"title": "Hộp quà Tết", "price": "360.000"}, follow=True)
    assert (page.context["offer"].price, page.context["offer"].before) == (360_000, 400_000)
    desk.post(f"/desk/boxes/{box.pk}/open/")
    box.refresh_from_db()
    assert box.is_open and "Hộp quà Tết" in desk.get("/desk/boxes/").content.decode()
    desk.post(f"/desk/boxes/{box.pk}/close/")
    box.refresh_from_db()
    assert not box.is_open


def test_what_may_not_be_stands_as_a_sentence_and_changes_nothing() -> None:
    place, desk = make.location("Điểm Châu Đốc"), signed_in(people.mai())
    box = make.box(
        (make.product(price=200_000), 1), (make.product(price=100_000), 2), packed_at=place, title="Hộp quà Tết"
    )
    answer = desk.post(f"/desk/boxes/{box.pk}/words/", {"title": "Hộp quà Tết", "price": "900.000"})
    assert "400.000" in answer.content.decode() and Box.objects.get().price is None
    desk.post(f"/desk/boxes/{box.pk}/parts/", {"product": make.product().pk, "quantity": 1})
    assert box.parts.count() == 2


def test_at_anothers_point_nobody_composes() -> None:
    make.location("Điểm của Mai")
    other = make.location("Điểm khác", staff=people.khoa())
    desk = signed_in(people.mai())
    answer = desk.post("/desk/boxes/new/", {"title": "Hộp quà", "packed_at": other.pk})
    assert answer.status_code == 200 and answer.context["form"].errors["packed_at"] and not Box.objects.exists()


def test_a_photograph_is_checked_shown_and_taken_away(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    place, desk = make.location("Điểm Châu Đốc"), signed_in(people.mai())
    box = make.box((make.product(price=200_000), 1), (make.product(price=100_000), 2), packed_at=place)
    for wrong in (upload(size=(200, 200)), SimpleUploadedFile("hop.jpg", b"<html>"), None):
        answer = desk.post(f"/desk/boxes/{box.pk}/photograph/", {"photograph": wrong} if wrong else {})
        assert answer.context["photo_form"].errors["photograph"] and not Box.objects.get().photo
    desk.post(f"/desk/boxes/{box.pk}/photograph/", {"photograph": upload()})
    box.refresh_from_db()
    assert small(box.photo.name) in desk.get(f"/desk/boxes/{box.pk}/").content.decode()
    desk.post(f"/desk/boxes/{box.pk}/photograph/drop/")
    assert not Box.objects.get().photo
