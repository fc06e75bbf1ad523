"""A till's sale of promised pieces, as the point and the office see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions
from tests import make
from tests.checkout.shortages import mend, short, sold

from .conftest import World

PAGE = reverse("desk:shortages")


@pytest.fixture
def order(world: World) -> Any:
    """Ten pieces stood at the point: two are kept for Lan, five for this order; Mai's till sold six."""
    order = make.order((world.product, 5), payment="cod", at=timezone.now() + timedelta(minutes=1))
    make.stock(world.product, 1, at_place=make.location("Điểm B"), at=timezone.now())
    sold(world.product, world.point, 5, at=timezone.now())
    return order


def test_the_case_names_the_till_the_orders_and_what_was_done(
    world: World, mai: Client, tam: Client, order: Any
) -> None:
    said = mai.get(PAGE)
    [row] = said.context["rows"]
    assert (row.case.taken, row.case.quantity, list(row.lost)) == (5, 2, [])
    mend(timezone.now())
    assert not mai.get(PAGE).context["rows"]
    said = tam.get(PAGE + "?ended=1")
    [row] = said.context["rows"]
    assert [(lost.short.quantity, lost.waits) for lost in row.lost] == [(1, False), (1, True)]
    assert order.number in said.content.decode() and "Điểm B" in said.content.decode()
    parcel = order.fulfilments.get(location=world.point)
    page = tam.get(reverse("desk:parcel", args=[parcel.pk]))
    assert [lost.waits for lost in page.context["page"].shorts] == [False, True]
    mai.post(reverse("desk:pick", args=[parcel.pk]))
    parcel.refresh_from_db()
    assert parcel.status == "open"
    actions.answer_shortage(short=short(order), choice="money", by=None, at=timezone.now())
    story = tam.get(reverse("desk:order", args=[order.pk]))
    assert len(story.context["page"].shorts) == 2 and story.context["order"].due < order.total_incl_tax


@pytest.mark.parametrize("more", [0, 3])
def test_so_many_questions_whatever_the_number(
    world: World, tam: Client, order: Any, django_assert_num_queries: Any, more: int
) -> None:
    mend(timezone.now())
    for number in range(more):
        sold(world.product, world.point, 1, str(number), at=timezone.now())
        mend(timezone.now())
    tam.get(PAGE)
    with django_assert_num_queries(15):
        tam.get(PAGE + "?ended=1")
