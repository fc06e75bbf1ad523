"""Mai's point has no till: she sends files, looks at what they would change, and books them."""

import html
import logging
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace import sheets
from marketplace.errors import Refused
from marketplace.sheets import UnreadableFile
from marketplace.stock import queries as stock
from marketplace.stock.actions import StaleCount
from marketplace.tills import tasks
from marketplace.tills.actions import UnknownCode
from marketplace.tills.models import Till, Upload
from marketplace.tills.uploads import reading
from tests import make, people
from tests.rows import changed, everything

from .conftest import World
from .test_points import post, said


def send(client: Client, world: World, data: bytes, *, language: str = "vi", **fields: Any) -> Any:
    """Follows to the file's own page."""
    with translation.override(language):
        at = reverse("desk:uploads")
    file = SimpleUploadedFile(fields.pop("name", "ban.csv"), data)
    form = {"place": world.point.pk, "kind": "sales", "file": file, "day": timezone.localdate().isoformat()}
    return client.post(at, form | fields, follow=True)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def on_hand(world: World) -> int:
    rows = stock.balances(location_ids=[world.point.pk], product_ids=[world.product.pk])
    return sum(row.on_hand for row in rows)


def test_seen_booked_and_reported_row_by_row(world: World, mai: Client) -> None:
    before = on_hand(world)
    code = world.product.upc
    page = send(mai, world, f"Mã;Lô;SL\n{code};L1;3\n{code};;-1\nSP-LA;;1\n{code};;hai\n".encode())
    shown = text(page)
    assert f"{before} → {before - 3}" in shown and f"{before - 3} → {before - 2}" in shown
    assert str(UnknownCode(product_code="SP-LA")) in shown and "“hai”" in shown
    assert on_hand(world) == before and page.context["totals"].fresh == 2
    upload = page.context["upload"]
    booked = post(mai, "upload-book", upload.pk)
    assert said(booked) == ["success"] and booked.context["totals"].waiting == 2
    tasks.record_waiting()
    report = mai.get(reverse("desk:upload", args=[upload.pk]))
    totals = report.context["totals"]
    assert (totals.recorded, totals.waiting, totals.refused) == (2, 0, 2) and on_hand(world) == before - 2
    assert reverse("desk:upload-book", args=[upload.pk]) not in report.content.decode()
    listed = mai.get(reverse("desk:uploads")).content.decode()
    assert reverse("desk:upload", args=[upload.pk]) in listed


def test_the_same_file_twice_is_said_and_changes_nothing(world: World, mai: Client) -> None:
    data = f"Mã;SL\n{world.product.upc};3\n".encode()
    post(mai, "upload-book", send(mai, world, data).context["upload"].pk)
    tasks.record_waiting()
    again = send(mai, world, data, name="lai.csv")
    assert again.context["same"].name == "ban.csv"
    assert (again.context["totals"].before, again.context["totals"].fresh) == (1, 0)
    assert [line.row.number for line in again.context["lines"] if not line.moves] == [2]
    before = everything()
    assert said(post(mai, "upload-book", again.context["upload"].pk)) in (["error"], [])
    assert changed(before) == set()


def test_rows_of_an_earlier_file_are_left_out_unless_ticked(world: World, mai: Client) -> None:
    before, code = on_hand(world), world.product.upc
    post(mai, "upload-book", send(mai, world, f"Mã;SL\n{code};3\n".encode()).context["upload"].pk)
    grown = send(mai, world, f"Mã;SL\n{code};3\n{code};1\n".encode(), name="them.csv")
    assert (grown.context["totals"].alike, grown.context["totals"].fresh) == (1, 1)
    assert "ban.csv" in text(grown)
    post(mai, "upload-book", grown.context["upload"].pk)
    tasks.record_waiting()
    assert on_hand(world) == before - 4
    third = send(mai, world, f"Mã;SL\n\n{code};3\n".encode()).context["upload"]
    post(mai, "upload-book", third.pk, alike="on")
    tasks.record_waiting()
    assert on_hand(world) == before - 7


def test_what_could_not_be_recorded_says_why(world: World, mai: Client) -> None:
    upload = send(mai, world, f"Mã;SL\n{world.product.upc};1\n".encode(), kind="counts").context["upload"]
    make.stock(world.product, 5, at_place=world.point, at=timezone.now())
    post(mai, "upload-book", upload.pk)
    tasks.record_waiting()
    report = mai.get(reverse("desk:upload", args=[upload.pk]))
    assert report.context["totals"].parked == 1
    sentence = StaleCount(seen=on_hand(world) - 5, on_hand=on_hand(world))
    assert str(sentence) in text(report)


def test_looked_at_again_and_removed(world: World, mai: Client) -> None:
    assert said(post(mai, "upload-look", world.upload.pk)) == ["success"]
    assert said(post(mai, "upload-drop", world.upload.pk)) == ["success"]
    assert not Upload.objects.filter(pk=world.upload.pk).exists()
    assert mai.get(reverse("desk:upload", args=[world.upload.pk])).status_code == 404


def test_the_office_sees_whose_file_it_is(world: World, tam: Client) -> None:
    assert str(people.mai()) in text(tam.get(reverse("desk:uploads")))


REFUSED: list[tuple[str, dict[str, Any], Refused]] = [
    ("too large", {"data": b"x" * (sheets.MOST_BYTES + 1)}, sheets.FileTooLarge(most=2)),
    ("no spreadsheet", {"data": b"%PDF-1.7\n\0"}, UnreadableFile(name="ban.csv", reason="")),
    ("wrong heading", {"data": "Tên;Giá\nMật;1\n".encode()}, reading.WrongColumns(missing="")),
    ("no rows", {"data": "Mã;SL\n".encode()}, sheets.NoRows()),
]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("data", "no"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_file_that_cannot_be_read(
    world: World, mai: Client, language: str, data: dict[str, Any], no: Refused, caplog: Any
) -> None:
    mai.get("/desk/")
    before = everything()
    caplog.clear()
    with caplog.at_level(logging.INFO):
        answer = send(mai, world, language=language, **data)
    assert changed(before) == set()
    [line] = [record.getMessage() for record in caplog.records]
    assert no.code in line
    with translation.override(language):
        begins = str(no.sentence).partition("%(missing)s")[0].partition("%(reason)s")[0] % no.facts
        assert begins in html.unescape(answer.content.decode())


@pytest.mark.parametrize(("fields", "code"), [
    ({"place": 999_999}, "place invalid_choice"), ({"kind": "gifts"}, "kind invalid_choice"), ({"file": ""}, "file required"),
    ({"day": "2100-01-01"}, "day in_the_future"),
])  # fmt: skip
def test_a_form_that_cannot_be_meant(world: World, mai: Client, fields: Any, code: str, caplog: Any) -> None:
    before = everything()
    with caplog.at_level(logging.INFO):
        answer = send(mai, world, b"x", **fields)
    assert answer.status_code == 400 and answer.context["form"].errors and changed(before) == set()
    [line] = [record.getMessage() for record in caplog.records]
    assert code in line and "desk:uploads" in line


def test_another_place_is_unknown(world: World, mai: Client) -> None:
    assert send(mai, world, b"x", place=make.location("Điểm khác", staff=people.khoa()).pk).status_code == 400


def test_the_till_of_files_is_not_shut_out(world: World, mai: Client) -> None:
    post(mai, "upload-book", world.upload.pk)
    till = Till.objects.get(kind="upload")
    page = mai.get(reverse("desk:tills")).content.decode()
    assert reverse("desk:till-revoke", args=[world.till.pk]) in page
    assert reverse("desk:till-revoke", args=[till.pk]) not in page
    assert mai.post(reverse("desk:till-revoke", args=[till.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 150])
def test_the_pages_ask_the_same_number_of_queries(
    world: World, mai: Client, django_assert_num_queries: Any, rows: int
) -> None:
    data = ("Mã;SL\n" + f"{world.product.upc};1\nSP-LA;1\n" * rows).encode()
    upload = send(mai, world, data).context["upload"]
    for _file in range(rows % 7):
        send(mai, world, data)
    page = reverse("desk:upload", args=[upload.pk])
    with django_assert_num_queries(QUERIES["upload"]):
        mai.get(page)
    with django_assert_num_queries(QUERIES["uploads"]):
        mai.get(reverse("desk:uploads"))
    post(mai, "upload-book", upload.pk)
    with django_assert_num_queries(QUERIES["upload"] - 1):  # no other file is looked for
        mai.get(page)


QUERIES = {"upload": 17, "uploads": 12}
