"""Invoices where goods cost nothing, or all of them came back; which day they name, and to whom they tell what."""

from datetime import datetime
from typing import Any

import pytest

from marketplace.invoices import actions, queries
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from tests import make
from tests.checkout.test_offers import _offer

from .test_invoices import FIRM, NOW, asked, broken, delivered, folder, given_back, issued, lowered, order

__all__ = ["folder", "order"]  # fixtures
pytestmark = pytest.mark.django_db


def with_gift(*makers: Any) -> Any:
    """Sugar for money, and a tea that an offer has made free; so made."""
    sugar, tea = (
        make.product(price=price, producer=maker) for price, maker in zip((45_000, 10_000), makers, strict=True)
    )
    point = make.stock(sugar)
    make.stock(tea, at_place=point)
    offer = _offer("Multibuy", None)
    offer.condition.value = 2
    offer.condition.save()
    return make.order((sugar, 1), (tea, 1), payment="cod")


@pytest.fixture
def gift() -> Any:
    return with_gift(make.producer(), make.producer())


def test_who_gave_only_what_was_free_writes_no_invoice(gift: Any) -> None:
    assert [int(line.line_price_incl_tax) for line in gift.lines.order_by("pk")] == [45_000, 0]
    [one] = issued(gift)
    assert (one.amount, one.seller) == (gift.due, gift.lines.order_by("pk")[0].partner)
    assert queries.to_prepare() == [] and broken() == []


def test_a_free_piece_that_came_back_lowers_nothing(gift: Any) -> None:
    issued(gift)
    given_back(gift, 0, 1)
    assert queries.to_adjust() == [] and actions.adjust(order_id=gift.pk, at=NOW) == []
    given_back(gift, 1, 0)
    assert [int(one.amount) for one in lowered(gift)] == [-45_000] and broken() == []


def test_a_free_piece_beside_a_paid_one_of_the_same_seller_lowers_nothing() -> None:
    maker = make.producer()
    order = with_gift(maker, maker)
    issued(order)
    given_back(order, 0, 1)
    assert actions.adjust(order_id=order.pk, at=NOW) == [] and broken() == []


def test_an_order_of_which_only_the_way_is_paid_waits_for_no_invoice(order: Any) -> None:
    asked(order)
    delivered(order)
    given_back(order, 2, 1)
    assert order.due == 30_000 and queries.to_prepare() == [] and actions.prepare(order_id=order.pk, at=NOW) == []


def test_an_adjustment_names_the_day_that_its_invoice_bears(order: Any) -> None:
    night = datetime.fromisoformat("2026-11-20T20:00:00+00:00")  # the 21st in Long Xuyên
    asked(order)
    delivered(order)
    for one in actions.prepare(order_id=order.pk, at=night):
        actions.issue(invoice_id=one.pk, at=night)
    given_back(order, 1, 0)
    [one] = lowered(order)
    assert one.adjusts and one.document["adjusts"]["date"] == one.adjusts.document["date"] == "2026-11-21"


def test_only_the_buyer_is_told_the_orders_secret_address(order: Any) -> None:
    issued(order)
    for one in Notice.objects.filter(kind="invoice_issued"):
        said = letter(one)
        assert (order.token in said.text + said.html) == (one.email == order.email != FIRM["email"])


def test_whoever_wants_it_to_the_own_address_is_told_once(order: Any) -> None:
    asked(order, email=order.email.upper())
    delivered(order)
    first = actions.prepare(order_id=order.pk, at=NOW)[0]
    actions.issue(invoice_id=first.pk, at=NOW)
    [one] = Notice.objects.filter(kind="invoice_issued")
    assert one.email == order.email and order.token in letter(one).text
