"""Tâm looks after orders, stars, producers, the tariff and messages that failed."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import TouchedProduct
from marketplace.certificates.queries import badges
from marketplace.checkout import actions as checkout
from marketplace.places.models import Province
from marketplace.shipping.models import Zone
from marketplace.stock import queries as stock
from tests import make

from .conftest import World
from .test_points import post, said


def test_an_order_is_found_by_what_the_caller_says(world: World, tam: Client) -> None:
    for text in (world.order.number.lower(), "0912 000 001", "lan@example.vn", "thị lan"):
        page = tam.get(reverse("desk:orders"), {"q": text}).content.decode()
        assert world.order.number in page, text
    assert world.order.number not in tam.get(reverse("desk:orders"), {"q": "0912 000 009"}).content.decode()


def test_the_office_cancels_with_a_reason_and_the_units_are_free_again(world: World, tam: Client) -> None:
    assert said(post(tam, "order-cancel", world.order.pk, reason="")) == ["error"]
    before = stock.available([world.product.pk])[world.product.pk]
    page = post(tam, "order-cancel", world.order.pk, reason="Khách gọi điện")
    world.order.refresh_from_db()
    assert (said(page), world.order.status) == (["success"], "cancelled")
    assert "Khách gọi điện" in page.content.decode()
    pieces = world.order.lines.get().quantity
    assert stock.available([world.product.pk])[world.product.pk] == before + pieces


def test_what_happened_is_told_in_words(tam: Client) -> None:
    order, now = make.transfer_order(at=timezone.now()), timezone.now()
    line = make.bank_line(order.sources.get().reference, order.due + 5_000, at=now)
    checkout.receive(line_id=line.pk, at=now)
    page = tam.get(reverse("desk:order", args=[order.pk])).content.decode()
    assert "Đã trả nhiều hơn giá đơn hàng." in page and "overpaid" not in page


def test_what_is_being_packed_is_not_cancelled(world: World, tam: Client) -> None:
    post(tam, "pick", world.parcel.pk)
    page = tam.get(reverse("desk:order", args=[world.order.pk])).content.decode()
    assert reverse("desk:order-cancel", args=[world.order.pk]) not in page
    assert said(post(tam, "order-cancel", world.order.pk, reason="x")) == ["error"]


def test_stars_are_taken_back_by_decision(world: World, tam: Client) -> None:
    TouchedProduct.objects.all().delete()
    url, today = reverse("desk:certificate-revoke", args=[world.certificate.pk]), timezone.localdate()
    assert tam.post(url, {"decision": "7/QĐ-UBND", "on": "2001-01-01"}).status_code == 200
    assert badges([world.product.pk], today)
    assert tam.post(url, {"decision": "7/QĐ-UBND", "on": today}).status_code == 302
    assert not badges([world.product.pk], today) and TouchedProduct.objects.exists()


def test_identity_is_doubted_with_a_reason_and_seen_again(world: World, tam: Client) -> None:
    def verified() -> bool:
        world.producer.refresh_from_db()
        return world.producer.verified_at is not None

    assert said(post(tam, "producer-doubt", world.producer.pk, reason=" ")) == ["error"] and verified()
    page = post(tam, "producer-doubt", world.producer.pk, reason="Giấy đăng ký không khớp")
    assert said(page) == ["success"] and not verified()
    assert page.context["rows"][0] == world.producer  # whom the office has to look at stands first
    assert said(post(tam, "producer-verify", world.producer.pk)) == ["success"] and verified()


def test_the_producer_reads_at_the_desk_why_nothing_is_sold(world: World, tam: Client, hung: Client) -> None:
    page, shop = reverse("desk:listing", args=[world.product.pk]), world.product.get_absolute_url()
    warning = "danh tính của chủ thể chưa được xác minh"
    assert shop in (shown := hung.get(page).content.decode()) and warning not in shown
    post(tam, "producer-doubt", world.producer.pk, reason="Giấy đăng ký không khớp")
    assert shop not in (shown := hung.get(page).content.decode()) and warning in shown


def zone_data(**more: Any) -> dict[str, Any]:
    return {"name": "Gần", "name_en": "Near", "days": 2} | more


def test_a_province_belongs_to_one_zone(world: World, tam: Client) -> None:
    home = Province.objects.get(code="91")
    assert tam.post(reverse("desk:zone-new"), zone_data(provinces=[home.pk])).status_code == 302
    page = tam.post(reverse("desk:zone-new"), zone_data(name="Khác", provinces=[home.pk]))
    assert page.status_code == 200 and "An Giang" in str(page.context["form"].non_field_errors())


def test_the_zone_for_elsewhere_stays(world: World, tam: Client) -> None:
    assert said(post(tam, "zone-remove", world.zone.pk)) == ["error"]
    assert Zone.objects.filter(pk=world.zone.pk).exists()


def test_a_message_that_failed_is_sent_again(world: World, tam: Client) -> None:
    assert "lan@example.vn" in tam.get(reverse("desk:letters")).content.decode()
    assert said(post(tam, "letter-resend", world.letter.pk)) == ["success"]
    assert said(post(tam, "letter-resend", world.letter.pk)) == ["error"]
    world.letter.refresh_from_db()
    assert world.letter.status == "waiting"


def test_what_waits_stands_on_the_first_page(world: World, tam: Client) -> None:
    sections = tam.get(reverse("desk:home")).context["sections"]
    figures = {figure.url: figure.value for section in sections for figure in section.figures}
    assert figures[reverse("desk:letters")] == 1
    assert figures[reverse("desk:parcels") + "?status=open"] == 2


def test_the_lists_ask_the_same_number_of_queries(
    world: World, tam: Client, django_assert_max_num_queries: Any
) -> None:
    for _more in range(4):
        make.order((world.product, 1), payment="counter", location_id=world.point.pk, at=timezone.now())
    for name, most in (
        ("orders", 16),
        ("producers", 16),
        ("tariff", 16),
        ("letters", 16),
        ("review", 16),
        ("home", 34),  # among them what carriers said that fits nothing, and the own unread messages
    ):
        with django_assert_max_num_queries(most):
            tam.get(reverse(f"desk:{name}"))
    with django_assert_max_num_queries(24):
        tam.get(reverse("desk:order", args=[world.order.pk]))
