"""Mai decides what her point keeps from online orders, and sees what that means in numbers."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.stock import queries as stock
from marketplace.stock.actions import reserving
from marketplace.stock.queries import reserved
from tests import make, people

from .conftest import World
from .test_points import said


def address(world: World, name: str, *more: Any) -> str:
    return reverse(f"desk:{name}", args=[world.point.pk, *more])


def kept(world: World) -> Any:
    return next(row for row in reserved.kept(world.point.pk, at=timezone.now()) if row.product_id == world.product.pk)


def page(client: Client, url: str) -> str:
    return " ".join(html.unescape(client.get(url, headers={"accept-language": "en"}).content.decode()).split())


def test_a_rule_for_all_and_one_for_a_product(world: World, mai: Client) -> None:
    before = kept(world)
    assert (before.kept, before.promised) == (0, 2)
    rule = {"safety_stock": 1, "counter_percent": 30}
    assert said(mai.post(address(world, "reserves"), rule, follow=True)) == ["success"]
    assert kept(world).kept == -(-before.on_hand * 30 // 100) and not kept(world).own
    one = address(world, "reserve", world.product.pk)
    assert said(mai.post(one, {"safety_stock": 4, "counter_percent": 0}, follow=True)) == ["success"]
    now = kept(world)
    assert (now.kept, now.free, now.own) == (4, before.free - 4, True)
    assert stock.spread([world.product.pk])[world.product.pk][world.point.pk] == now.free
    assert said(mai.post(address(world, "reserve-clear", world.product.pk), follow=True)) == ["success"]
    assert not kept(world).own
    assert said(mai.post(address(world, "reserve-clear", world.product.pk), follow=True)) == ["error"]


def test_the_page_of_a_product_says_what_it_means(world: World, mai: Client) -> None:
    reserving.set_reserve(location=world.point, safety_stock=4, counter_percent=0, by=people.mai())
    row = kept(world)
    shown = page(mai, "/en" + address(world, "reserve", world.product.pk))
    assert f"Of {row.on_hand} on hand, 2 are held for orders, 4 stay for the counter" in shown
    assert f"may get {row.free}." in shown


@pytest.mark.parametrize("typed", [
    {"safety_stock": -1, "counter_percent": 0}, {"safety_stock": 1, "counter_percent": 101}, {"safety_stock": 1},
])  # fmt: skip
def test_nonsense_stays_on_the_form(world: World, mai: Client, typed: dict[str, int]) -> None:
    answer = mai.post(address(world, "reserves"), typed)
    assert answer.status_code == 200 and answer.context["form"].errors and reserved.reserve_of(world.point.pk) is None


def test_what_was_never_there_has_no_page(world: World, mai: Client) -> None:
    assert mai.get(address(world, "reserve", make.product().pk)).status_code == 404


def test_the_page_of_a_place_is_found_from_its_stock(world: World, mai: Client) -> None:
    assert address(world, "reserves") in mai.get(address(world, "stock")).content.decode()


def test_the_page_asks_the_same_number_of_queries(world: World, mai: Client, django_assert_num_queries: Any) -> None:
    for more in (1, 9):
        for _one in range(more):
            make.stock(make.product(), 5, at_place=world.point, at=timezone.now())
        with django_assert_num_queries(13):
            mai.get(address(world, "reserves"))
