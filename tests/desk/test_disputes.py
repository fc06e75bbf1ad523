"""Tâm answers a buyer's bank, and sees everywhere which order waits for it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.payment.models import Dispute, DisputeFile
from tests import disputes, make
from tests.checkout.shortages import paid
from tests.rows import changed, everything

from .conftest import World
from .test_points import post, said


def text(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"desk:{name}", args=args)).content.decode()


def test_the_list_says_how_much_why_and_until_when(world: World, tam: Client) -> None:
    page, due = text(tam, "disputes"), timezone.localtime(world.dispute.due_by)
    for known in (
        world.dispute.source.order.number,
        "Người mua nói hàng không đến.",
        "Cần trả lời",
        f"{due:%H:%M, %d/%m/%Y}",
    ):
        assert known in page, known
    assert "(1)" in page or ">1<" in page
    for show in ("answered", "ended"):
        assert "Không có khiếu nại nào" in tam.get(reverse("desk:disputes") + f"?show={show}").content.decode()


def test_the_page_shows_what_is_known_and_what_may_be_done(world: World, tam: Client) -> None:
    page = text(tam, "dispute", world.dispute.pk)
    for known in (
        "du_",
        "13.1",
        "Nguyễn Thị Lan",
        "Khô cá tra phồng",
        "Chưa rời cửa hàng",
        "xác nhận giao hàng của đơn vị vận chuyển",
    ):
        assert known in page, known
    for name in ("answer", "accept", "release", "evidence", "file-add"):
        assert reverse(f"desk:dispute-{name}", args=[world.dispute.pk]) in page, name


def test_decided_nothing_is_left_to_do(world: World, tam: Client) -> None:
    order, at = world.dispute.source.order, timezone.now()
    disputes.hear(order, at, status="won", withdrawn=False)
    page = text(tam, "dispute", world.dispute.pk)
    for name in ("answer", "accept", "release", "file-add"):
        assert reverse(f"desk:dispute-{name}", args=[world.dispute.pk]) not in page, name
    assert "Khoản tiền ở lại với cửa hàng." in page
    assert order.number in tam.get(reverse("desk:disputes") + "?show=ended").content.decode()


def test_it_is_seen_on_the_order_its_parcel_the_list_and_the_first_page(world: World, tam: Client) -> None:
    order = world.dispute.source.order
    assert reverse("desk:dispute", args=[world.dispute.pk]) in text(tam, "order", order.pk)
    assert "Khiếu nại</span>" in text(tam, "orders")
    parcel = text(tam, "parcel", order.fulfilments.get().pk)
    assert "đang bị khiếu nại" in parcel and reverse("desk:pick", args=[order.fulfilments.get().pk]) not in parcel
    sections = tam.get(reverse("desk:home")).context["sections"]
    figures = {figure.url: figure.value for section in sections for figure in section.figures}
    assert figures[reverse("desk:disputes")] == 1


def test_the_point_is_refused_and_let_go_on(world: World, tam: Client, mai: Client) -> None:
    parcel = world.dispute.source.order.fulfilments.get()
    parcel.location.staff.add(mai.get(reverse("desk:home")).context["user"])
    before = everything()
    assert said(post(mai, "pick", parcel.pk)) == ["error"]
    assert changed(before) == set()
    assert said(post(tam, "dispute-release", world.dispute.pk)) == ["success"]
    assert said(post(mai, "pick", parcel.pk)) == ["success"]
    assert "Đơn hàng không phải chờ khiếu nại này." in text(tam, "dispute", world.dispute.pk)
    assert said(post(tam, "dispute-release", world.dispute.pk)) == ["error"]


def test_no_answer_of_the_company_is_said_and_nothing_counts_as_sent(world: World, tam: Client, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert said(post(tam, "dispute-answer", world.dispute.pk, words="Đã nhận hàng")) == ["error"]
    assert said(post(tam, "dispute-accept", world.dispute.pk)) == ["error"]
    world.dispute.refresh_from_db()
    assert (world.dispute.submitted_at, world.dispute.words, world.dispute.state) == (
        None,
        "Đã nhận hàng",
        "needs_response",
    )


def test_the_paper_is_a_pdf_in_both_languages(world: World, tam: Client) -> None:
    for query in ("", "?lang=en"):
        answer = tam.get(reverse("desk:dispute-evidence", args=[world.dispute.pk]) + query)
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def note(content: bytes, name: str = "giao hàng.pdf") -> dict[str, Any]:
    return {"kind": "shipping_documentation", "file": SimpleUploadedFile(name, content)}


def test_a_file_is_added_opened_and_taken_away(world: World, tam: Client) -> None:
    assert said(post(tam, "dispute-file-add", world.dispute.pk, **note(b"%PDF-1.7 giao"))) == ["success"]
    file = DisputeFile.objects.get(kind="shipping_documentation")
    page = text(tam, "dispute", world.dispute.pk)
    assert "giao hàng.pdf" in page and reverse("desk:dispute-file", args=[file.pk]) in page
    opened = tam.get(reverse("desk:dispute-file", args=[file.pk]))
    assert (opened.content, opened["Content-Type"]) == (b"%PDF-1.7 giao", "application/pdf")
    assert "inline" in opened["Content-Disposition"] and "no-store" in opened["Cache-Control"]
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert said(post(tam, "dispute-file-add", world.dispute.pk, **note(b"%PDF-1.7 again"))) == ["error"]
    assert said(post(tam, "dispute-file-drop", file.pk)) == ["success"]
    assert list(DisputeFile.objects.all()) == [world.dispute_file]


@pytest.mark.parametrize(
    "wrong", [note(b"<html>", "giao.pdf"), note(b"%PDF-" + bytes(4_000_000)), note(b""), {"kind": "receipt"}]
)
def test_no_other_file_is_taken(world: World, tam: Client, wrong: dict[str, Any]) -> None:
    for file in wrong.values():
        if not isinstance(file, str):
            file.seek(0)
    before = everything()
    assert set(said(post(tam, "dispute-file-add", world.dispute.pk, **wrong))) == {"error"}
    assert changed(before) == set()


def test_what_the_bank_has_stands_on_the_page(world: World, tam: Client) -> None:
    disputes.answered(world.dispute, timezone.now())
    disputes.hear(world.dispute.source.order, timezone.now(), status="under_review", answers=1)
    page = text(tam, "dispute", world.dispute.pk)
    assert "Phiếu giao.pdf" in page and "Ngân hàng đã có các tệp này" in page
    assert reverse("desk:dispute-file-add", args=[world.dispute.pk]) not in page


@pytest.mark.parametrize("more", [0, 5])
def test_the_list_asks_the_same_number_of_queries(
    world: World, tam: Client, django_assert_num_queries: Any, more: int
) -> None:
    make.stock(world.product, more + 1, at_place=world.point, at=timezone.now())
    for _ in range(more):
        disputes.hear(paid((world.product, 1), at=timezone.now()), timezone.now())
    text(tam, "disputes")
    with django_assert_num_queries(11):
        text(tam, "disputes")
    assert Dispute.objects.count() == more + 1


def test_the_page_asks_so_many_queries(world: World, tam: Client, django_assert_num_queries: Any) -> None:
    text(tam, "dispute", world.dispute.pk)
    with django_assert_num_queries(17):  # with the files for the bank
        text(tam, "dispute", world.dispute.pk)
