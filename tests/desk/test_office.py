"""Tâm looks after orders, stars, producers, the tariff and messages that failed."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import TouchedProduct
from marketplace.certificates.queries import badges
from marketplace.places.models import Province
from marketplace.shipping.models import Zone
from marketplace.shipping.queries import fee
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
    page = post(tam, "order-cancel", world.order.pk, reason="Khách gọi điện")
    world.order.refresh_from_db()
    assert (said(page), world.order.status) == (["success"], "cancelled")
    assert "Khách gọi điện" in page.content.decode()
    assert stock.available([world.product.pk])[world.product.pk] == 10


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


def zone_data(*steps: tuple[Any, Any, Any], **more: Any) -> dict[str, Any]:
    data = {"name": "Gần", "name_en": "Near", "days": 2, "form-TOTAL_FORMS": len(steps), "form-INITIAL_FORMS": 0}
    for number, (grams, price, extra) in enumerate(steps):
        data |= {f"form-{number}-up_to_grams": grams, f"form-{number}-price": price, f"form-{number}-extra": extra}
    return data | more


def test_the_tariff_applies_from_the_next_basket_on(world: World, tam: Client) -> None:
    home = Province.objects.get(code="91")
    data = zone_data((1000, "20.000", ""), (3000, "30 000", "4.000"), ("", "", ""), provinces=[home.pk])
    assert tam.post(reverse("desk:zone-new"), data).status_code == 302
    assert fee(home.pk, 900).amount == 20_000 and fee(home.pk, 3500).amount == 34_000
    zone = Zone.objects.get(name="Gần")
    change = zone_data((1000, "25.000", "0"), provinces=[home.pk])
    assert tam.post(reverse("desk:zone", args=[zone.pk]), change).status_code == 302
    assert fee(home.pk, 900).amount == Decimal(25_000)


@pytest.mark.parametrize(
    ("steps", "field"),
    [([(1000, "20.000", "0"), (1000, "30.000", "0")], "form"), ([(0, "20.000", "0")], "steps"), ([], "form")],
)
def test_a_tariff_that_says_nothing_or_two_things_is_refused(world: World, tam: Client, steps: Any, field: str) -> None:
    page = tam.post(reverse("desk:zone-new"), zone_data(*steps))
    assert page.status_code == 200 and not Zone.objects.filter(name="Gần").exists()
    errors = page.context["form"].non_field_errors() if field == "form" else page.context["steps"].errors
    assert any(errors)


def test_a_province_belongs_to_one_zone(world: World, tam: Client) -> None:
    home = Province.objects.get(code="91")
    tam.post(reverse("desk:zone-new"), zone_data((1000, "20.000", "0"), provinces=[home.pk]))
    page = tam.post(reverse("desk:zone-new"), zone_data((1000, "1.000", "0"), name="Khác", provinces=[home.pk]))
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
        ("home", 30),
    ):
        with django_assert_max_num_queries(most):
            tam.get(reverse(f"desk:{name}"))
    with django_assert_max_num_queries(24):
        tam.get(reverse("desk:order", args=[world.order.pk]))
