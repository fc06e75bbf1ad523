"""Numbers, tokens, and who may see what."""

import re

import pytest

from marketplace.order.models import Order
from marketplace.order.numbers import new_number
from tests import make, people


def test_numbers_can_be_read_out_and_not_be_counted(settings: object) -> None:
    numbers = {new_number() for _ in range(2000)}
    assert len(numbers) == 2000
    assert all(re.fullmatch(r"AG-[2-9A-HJ-NP-Z]{8}", number) for number in numbers)
    assert not any(letter in number[3:] for number in numbers for letter in "01OIL")


@pytest.mark.django_db
def test_every_order_has_a_link_nobody_guesses() -> None:
    product = make.product()
    make.stock(product)
    first, second = make.order((product, 1)), make.order((product, 1))
    assert len(first.token) >= 32 and first.token != second.token


@pytest.mark.django_db
def test_a_shopper_sees_the_own_orders_only() -> None:
    product = make.product()
    make.stock(product)
    mine = make.order((product, 1), by=people.lan())
    make.order((product, 1))
    assert list(Order.objects.for_shopper(people.lan())) == [mine]
    assert list(Order.objects.for_shopper(people.khoa())) == []


@pytest.mark.django_db
def test_why_it_was_cancelled_in_the_readers_words() -> None:
    assert Order(cancel_reason="Khách đổi ý").cancel_label == "Khách đổi ý"
    assert Order(cancel_reason="unpaid").cancel_label not in ("", "unpaid")
