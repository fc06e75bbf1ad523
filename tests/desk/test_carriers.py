"""The office's carriers, tariffs and free deliveries; parcels that go out with a carrier, and what it says of them."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from marketplace.fulfilment import actions
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.places.models import Province
from marketplace.shipping.models import Carrier, FreeDelivery, Tariff
from marketplace.shipping.queries import carrier_of, quote
from tests import make, people

from .conftest import World


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"desk:{name}", args=args), data, follow=True)


def said(answer: Any) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


def table(carrier: Carrier, *steps: tuple[Any, Any, Any], days: int = 0, hours: Any = "") -> dict[str, Any]:
    data = {"carrier": carrier.pk, "valid_from": timezone.localdate() + timedelta(days=days), "hours": hours}
    data |= {"form-TOTAL_FORMS": len(steps), "form-INITIAL_FORMS": 0}
    for number, (grams, price, extra) in enumerate(steps):
        data |= {f"form-{number}-up_to_grams": grams, f"form-{number}-price": price, f"form-{number}-extra": extra}
    return data


def test_todays_tariff_applies_from_the_next_basket_on_and_tomorrows_from_tomorrow(world: World, tam: Client) -> None:
    home, today = Province.objects.get(code="91"), timezone.localdate()
    new = reverse("desk:tariff-new", args=[world.zone.pk])
    steps = (1000, "20.000", ""), (3000, "30 000", "4.000"), ("", "", "")
    assert tam.post(new, table(world.carrier, *steps)).status_code == 302
    assert [quote(home.pk, [grams], on=today).amount for grams in (900, 3500)] == [20_000, 34_000]
    assert tam.post(new, table(world.carrier, (1000, "25.000", "0"), days=1, hours=20)).status_code == 302
    tomorrow = today + timedelta(days=1)
    assert quote(home.pk, [900], on=today).amount == 20_000 and quote(home.pk, [900], on=tomorrow).amount == 25_000
    page = tam.get(reverse("desk:tariff")).content.decode()
    assert "25.000" in page and "20.000" in page and f"{tomorrow:%d/%m/%Y}" in page
    coming = Tariff.objects.get(valid_from=tomorrow)
    begun = tam.get(reverse("desk:tariff-table", args=[coming.pk])).context["form"]
    assert (begun.initial["valid_from"], begun.initial["hours"]) == (tomorrow, 20)
    assert said(post(tam, "tariff-drop", coming.pk)) == ["success"] and not Tariff.objects.filter(pk=coming.pk).exists()
    assert said(post(tam, "tariff-drop", world.tariff.pk)) == ["error"]


@pytest.mark.parametrize(
    ("steps", "days", "field"),
    [
        ([(1000, "20.000", "0"), (1000, "30.000", "0")], 0, "form"), ([(0, "20.000", "0")], 0, "steps"), ([], 0, "form"),
        ([(1000, "20.000", "0")], -1, "form"),
    ],
)  # fmt: skip
def test_a_tariff_that_says_nothing_two_things_or_the_past_is_refused(
    world: World, tam: Client, steps: Any, days: int, field: str
) -> None:
    page = tam.post(reverse("desk:tariff-new", args=[world.zone.pk]), table(world.carrier, *steps, days=days))
    assert page.status_code == 200 and Tariff.objects.count() == 1
    errors = page.context["form"].non_field_errors() if field == "form" else page.context["steps"].errors
    assert any(errors)


def test_free_from_a_sum_on(world: World, tam: Client) -> None:
    today = timezone.localdate()
    data = {"least": "300.000", "zone": world.zone.pk, "valid_from": today, "valid_until": today}
    assert said(post(tam, "free-new", **data)) == ["success"]
    home = Province.objects.get(code="91")
    assert quote(home.pk, [900], on=today, goods_total=Decimal(300_000)).free
    wrong = tam.post(reverse("desk:free-new"), data | {"valid_until": today - timedelta(days=1)})
    assert wrong.status_code == 200 and wrong.context["form"].errors["valid_until"]
    assert said(post(tam, "free-remove", FreeDelivery.objects.get(least=300_000).pk)) == ["success"]
    assert not quote(home.pk, [900], on=today, goods_total=Decimal(300_000)).free


def test_a_carrier_is_known_with_its_words_and_its_token(world: World, tam: Client) -> None:
    data = {
        "name": "Xe tốc hành", "phone": "", "tracking_url": "https://x.example.vn/{number}", "gateway": "files",
        "divisor": 6000, "active": "on", "column-status": "TT", "word-delivered": "OK; Xong",
    }  # fmt: skip
    assert said(tam.post(reverse("desk:carrier-new"), data, follow=True)) == ["success"]
    made = Carrier.objects.get(name="Xe tốc hành")
    assert made.mapping == {"status": "TT", "delivered": "OK; Xong"} and made.divisor == 6000
    wrong = tam.post(reverse("desk:carrier", args=[made.pk]), data | {"tracking_url": "https://x.example.vn/"})
    assert wrong.context["form"].errors["tracking_url"]
    assert said(post(tam, "carrier-token", made.pk)) == ["error"]
    page = post(tam, "carrier-token", world.carrier.pk)
    assert carrier_of(page.context["token"]) == world.carrier
    assert page.context["token"] not in tam.get(reverse("desk:carrier", args=[world.carrier.pk])).content.decode()


def _file(rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("tt.csv", f"Mã vận đơn;Trạng thái;Thời gian\n{rows}".encode())


def test_a_status_file_says_row_by_row_what_became_of_it(world: World, tam: Client) -> None:
    now = timezone.localtime()
    rows = f"BN1;Giao thành công;{now:%d/%m/%Y %H:%M}\nBN1;Bay;{now:%d/%m/%Y %H:%M}\n"
    page = post(tam, "status-file-take", world.carrier.pk, file=_file(rows))
    assert [(line.row, line.kind, bool(line.why)) for line in page.context["lines"]] == [
        (2, "ok", False),
        (3, "stopped", True),
    ]
    world.sent.refresh_from_db()
    assert world.sent.status == "delivered"
    again = post(tam, "status-file-take", world.carrier.pk, file=_file(rows)).content.decode()
    assert "Đã ghi nhận trước đó" in again
    wrong = post(tam, "status-file-take", world.carrier.pk, file=SimpleUploadedFile("x.csv", b"a;b\n1;2\n"))
    assert "mã vận đơn, trạng thái, thời gian" in wrong.content.decode()


def test_what_fits_nothing_stands_before_the_office_until_somebody_has_looked(world: World, tam: Client) -> None:
    assert "BN404" in tam.get(reverse("desk:carriers")).content.decode()
    assert said(post(tam, "parcel-event-aside", world.parcel_event.pk)) == ["success"]
    assert said(post(tam, "parcel-event-aside", world.parcel_event.pk)) == ["error"]
    assert "BN404" not in tam.get(reverse("desk:carriers")).content.decode()


def _packed(world: World) -> Fulfilment:
    parcel = make.order((world.product, 1), payment="cod", at=timezone.now(), name="=Lan").fulfilments.get()
    for step in (actions.start_picking, actions.pack):
        step(fulfilment=parcel, by=people.mai(), at=timezone.now())
    return parcel


def _pages(client: Client, name: str, *parcels: Fulfilment) -> list[str]:
    file = client.get(reverse(f"desk:{name}"), {"parcel": [one.pk for one in parcels]})
    assert file["Content-Type"] == "application/pdf"
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(file.content)).pages]


def test_the_ticked_parcels_of_the_list_are_printed_in_one_file(world: World, mai: Client) -> None:
    first, second = _packed(world), _packed(world)
    listed = mai.get(reverse("desk:parcels")).content.decode()
    assert f'name="parcel" value="{first.pk}"' in listed and reverse("desk:slips") in listed
    slips = _pages(mai, "slips", first, second)
    assert [f"{one.order.number} · 1" in page for one, page in zip((first, second), slips, strict=True)] == [True, True]
    assert [
        one.reference in page for one, page in zip((first, second), _pages(mai, "labels", first, second), strict=True)
    ] == [True] * 2
    assert len(_pages(mai, "slips")) == Fulfilment.objects.filter(location=world.point, status="open").count()
    assert len(_pages(mai, "labels")) == 2


def test_where_nothing_waits_the_list_says_that_there_is_nothing_to_print(mai: Client, world: World) -> None:
    Fulfilment.objects.filter(status="open").update(status="cancelled")
    for name in ("slips", "labels"):
        assert said(mai.get(reverse(f"desk:{name}"), follow=True)) == ["info"]


def test_many_go_out_at_once_with_labels_and_a_manifest(world: World, mai: Client) -> None:
    first, second, third = (_packed(world) for _n in range(3))
    out = reverse("desk:parcels-out")
    page = mai.get(out)
    assert [row[0] for row in page.context["form"].rows()] == [first, second, third]
    assert len(PdfReader(BytesIO(mai.get(reverse("desk:labels")).content)).pages) == 3
    nothing = mai.post(out, {"carrier": world.carrier.name})
    assert nothing.context["form"].non_field_errors()
    numbers = {f"number-{first.pk}": "BN7", f"number-{second.pk}": "BN1", f"number-{third.pk}": ""}
    taken = mai.post(out, numbers | {"carrier": world.carrier.name})
    first.refresh_from_db()
    assert "BN1" in str(taken.context["form"].non_field_errors()) and first.status == "packed"
    assert mai.post(out, numbers | {"carrier": world.carrier.name, f"number-{second.pk}": "BN8"}).status_code == 302
    assert list(Fulfilment.objects.filter(status="packed")) == [third]
    [row] = mai.get(reverse("desk:hand-overs")).context["rows"]
    assert (row.parcels, row.grams, row.cash) == (3, 1500, 450_000)
    about = [world.point.pk, world.carrier.pk, f"{timezone.localdate():%Y-%m-%d}"]
    text = mai.get(reverse("desk:manifest-file", args=about)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(one["Mã vận đơn"], one["Tiền thu hộ (đ)"]) for one in rows] == [
        ("BN1", "150000"),
        ("BN7", "150000"),
        ("BN8", "150000"),
    ]
    assert rows[1]["Người nhận"] == "'=Lan" and rows[1]["Địa chỉ"] == "12 Trần Hưng Đạo"
    pdf = mai.get(reverse("desk:manifest", args=about))
    assert (
        pdf["Content-Type"] == "application/pdf" and "3 kiện" in PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
    )
    actions.delivered(fulfilment=first, by=people.mai(), at=timezone.now())
    later = mai.get(reverse("desk:manifest-file", args=about)).content.decode("utf-8-sig")
    doors = {one["Mã vận đơn"]: one["Địa chỉ"] for one in csv.DictReader(io.StringIO(later))}
    assert doors == {"BN1": "12 Trần Hưng Đạo", "BN7": "", "BN8": "12 Trần Hưng Đạo"}
    for day in ("2020-01-01", "gestern"):
        assert mai.get(reverse("desk:manifest", args=[*about[:2], day])).status_code == 404


def test_the_likely_carrier_is_offered_and_what_it_says_is_read(world: World, mai: Client) -> None:
    page = mai.get(reverse("desk:parcel", args=[_packed(world).pk]))
    assert page.context["ship_form"]["carrier"].value() == world.carrier.name
    ParcelEvent.objects.create(
        carrier=world.carrier, key="x", fulfilment=world.sent, tracking_number="BN1", status="out", reason="Sáng nay",
        happened_at=timezone.now(), received_at=timezone.now(), source="file", outcome="noted",
    )  # fmt: skip
    assert "Sáng nay" in mai.get(reverse("desk:parcel", args=[world.sent.pk])).content.decode()


@pytest.mark.parametrize(("name", "most"), [("carriers", 14), ("tariff", 14), ("hand-overs", 12), ("parcels-out", 14)])
def test_the_pages_ask_the_same_number_of_queries(
    world: World, tam: Client, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    for _each in range(3):
        _packed(world)
        make.carrier(f"Hãng {_each}").tariffs.create(zone=world.zone)
    with django_assert_max_num_queries(most):
        tam.get(reverse(f"desk:{name}"))
