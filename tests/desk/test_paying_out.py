"""Lan brings a jar back; Mai gives her the money out of the drawer, prints a sheet to sign, and counts the drawer."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.cash.models import CashUp
from marketplace.checkout.queries.returned import paid_out
from tests import make, people
from tests.checkout import returns
from tests.checkout.shortages import settle_card

from .conftest import World, signed_in
from .test_cash import drawer
from .test_points import post, said


def settled(world: World, **order: Any) -> Any:
    """Came back to Mai's counter and is on the shelf again."""
    now, jar = timezone.now(), make.product("Mật thốt nốt cô đặc", price=90_000, stars=None)
    make.stock(jar, 5, at_place=world.point, at=now)
    placed = make.order((jar, 2), at=now, location_id=world.point.pk, **{"payment": "counter"} | order)
    if placed.payment_method == "card":
        settle_card(placed)
    asked = returns.ask(returns.hand_over(placed, at=now), at=now)
    client = signed_in(people.mai())
    post(client, "return-accept", asked.pk, way="counter", answer="")
    post(client, "return-take-in", asked.pk, **{f"good-{asked.lines.get().pk}": 1})
    asked.refresh_from_db()
    return asked


def page(client: Client, asked: Any) -> str:
    return client.get(reverse("desk:return", args=[asked.pk])).content.decode()


def test_paid_back_at_the_counter_and_counted(world: World, mai: Client) -> None:
    asked = settled(world)
    assert "Đã hoàn tại quầy: 90.000" in page(mai, asked)
    assert mai.get(reverse("desk:return-paid-back", args=[asked.pk])).status_code == 404
    answer = post(mai, "return-pay-out", asked.pk)
    assert said(answer) == ["success"] and "Đã hoàn tiền tại quầy lúc" in answer.content.decode()
    assert paid_out(asked) and "Đã hoàn tại quầy: 90.000" not in page(mai, asked)
    sheet = mai.get(reverse("desk:return-paid-back", args=[asked.pk]))
    assert sheet["Content-Type"] == "application/pdf" and sheet.content.startswith(b"%PDF")
    assert said(post(mai, "return-pay-out", asked.pk)) == ["error"]
    count = mai.get(drawer(world))
    assert count.context["form"].expected == 90_000 and "-90.000" in count.content.decode()
    typed = {"payments": count.context["form"].fields["payments"].initial, "counted": "90.000"}
    counted = mai.post(drawer(world), typed, follow=True).content.decode()
    assert CashUp.objects.latest("pk").expected == 90_000 and "-90.000" in counted and "hoàn tiền" in counted


def test_a_drawer_that_only_paid_back_is_counted_with_a_minus(world: World, mai: Client) -> None:
    asked = settled(world)
    rows = mai.get(drawer(world)).context["form"].fields["payments"].initial
    mai.post(drawer(world), {"payments": rows, "counted": "180.000"})
    post(mai, "return-pay-out", asked.pk)
    form = mai.get(drawer(world)).context["form"]
    assert form.expected == -90_000 and "dấu trừ" in str(form.fields["counted"].help_text)
    mai.post(drawer(world), {"payments": form.fields["payments"].initial, "counted": "−90.000"})
    assert (CashUp.objects.latest("pk").counted, CashUp.objects.latest("pk").difference) == (-90_000, 0)


@pytest.mark.parametrize("typed", ["-", "--5", "5-", "−1.000"])
def test_a_drawer_that_took_money_is_not_counted_below_nothing(world: World, mai: Client, typed: str) -> None:
    settled(world)
    before, rows = CashUp.objects.count(), mai.get(drawer(world)).context["form"].fields["payments"].initial
    answer = mai.post(drawer(world), {"payments": rows, "counted": typed})
    assert answer.context["form"].errors["counted"] and CashUp.objects.count() == before


def test_what_came_by_card_has_no_button_and_is_refused(world: World, mai: Client) -> None:
    asked = settled(world, payment="card")
    assert "Đã hoàn tại quầy" not in page(mai, asked)
    assert said(post(mai, "return-pay-out", asked.pk)) == ["error"] and not paid_out(asked)


def test_another_point_finds_nothing(world: World) -> None:
    asked, other = settled(world), people.khoa()
    make.location("Điểm khác", staff=other)
    client = signed_in(other)
    assert client.post(reverse("desk:return-pay-out", args=[asked.pk])).status_code == 404
    assert client.get(reverse("desk:return-paid-back", args=[asked.pk])).status_code == 404
    assert paid_out(asked) is None


def test_what_the_page_costs(world: World, mai: Client, django_assert_max_num_queries: Any) -> None:
    asked = settled(world)
    page(mai, asked)
    with django_assert_max_num_queries(18):
        page(mai, asked)
