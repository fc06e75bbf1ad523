"""Quantity prices: they only fall, whoever writes them, and nobody pays more for buying more."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from catalogue import actions as catalogue
from marketplace.errors import Refused
from marketplace.journal.models import Entry
from marketplace.partner.actions import PriceUnderTiers, TooManyTiers, WrongTiers
from marketplace.partner.models import StockRecord
from marketplace.partner.tiers import Tier, fall, next_tier, unit_price
from tests import make, people
from tests.rows import changed, everything

PRICE = Decimal(120_000)
TEN, FIFTY = Tier(10, Decimal(108_000)), Tier(50, Decimal(96_000))
steps = st.lists(st.tuples(st.integers(1, 60), st.integers(-5, 130)), max_size=4).map(
    lambda rows: tuple(Tier(quantity, Decimal(price)) for quantity, price in rows)
)


@pytest.mark.parametrize(
    ("quantity", "costs", "then"), [(1, 120_000, TEN), (9, 120_000, TEN), (10, 108_000, FIFTY), (50, 96_000, None)]
)
def test_the_tier_reached_is_what_a_piece_costs(quantity: int, costs: int, then: Tier | None) -> None:
    assert unit_price(PRICE, (TEN, FIFTY), quantity) == costs
    assert next_tier((TEN, FIFTY), quantity) == then


@given(steps, st.integers(1, 70))
def test_a_piece_never_costs_more_when_one_more_is_bought(tiers: tuple[Tier, ...], quantity: int) -> None:
    if fall(Decimal(120), tiers):
        costs = unit_price(Decimal(120), tiers, quantity)
        assert 0 < unit_price(Decimal(120), tiers, quantity + 1) <= costs <= 120
        assert costs == int(costs)


@pytest.mark.django_db
@given(steps)
def test_the_database_takes_what_falls_and_nothing_else(tiers: tuple[Tier, ...]) -> None:
    record = StockRecord.objects.first() or make.product(price=120).stockrecords.get()
    rows = StockRecord.objects.filter(pk=record.pk)
    rows.update(tiers=[])
    told = [[tier.from_quantity, int(tier.price)] for tier in tiers]
    try:
        with transaction.atomic():
            rows.update(tiers=told)
    except IntegrityError:
        assert not fall(Decimal(120), tiers)
    else:
        assert fall(Decimal(120), tiers)


@pytest.mark.django_db
def test_no_quantity_price_without_a_price() -> None:
    record = make.product().stockrecords.get()
    StockRecord.objects.filter(pk=record.pk).update(tiers=[[10, 100_000]])
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRecord.objects.filter(pk=record.pk).update(price=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRecord.objects.filter(pk=record.pk).update(price=100_000)


@pytest.mark.django_db
def test_they_are_set_sorted_journalled_and_the_search_hears_of_it() -> None:
    product = make.product()
    catalogue.set_tiers(product=product, tiers=[FIFTY, TEN], by=people.hung(), at=make.NOW)
    assert product.stockrecords.get().quantity_prices == (TEN, FIFTY)
    assert Entry.objects.filter(action="price.tiers_set").exists()
    catalogue.set_tiers(product=product, tiers=[], by=people.hung(), at=make.NOW)
    assert product.stockrecords.get().quantity_prices == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tiers", "refusal"),
    [
        ([Tier(1, Decimal(100_000))], WrongTiers),
        ([Tier(10, Decimal(120_000))], WrongTiers),
        ([TEN, Tier(20, Decimal(108_000))], WrongTiers),
        ([TEN, Tier(10, Decimal(90_000))], WrongTiers),
        ([Tier(n, Decimal(100_000 - n)) for n in range(2, 8)], TooManyTiers),
    ],
)
def test_what_does_not_fall_is_refused_and_changes_nothing(tiers: list[Tier], refusal: type[Refused]) -> None:
    product = make.product()
    people.hung()
    before = everything()
    with pytest.raises(refusal):
        catalogue.set_tiers(product=product, tiers=tiers, by=people.hung(), at=make.NOW)
    assert not changed(before)


@pytest.mark.django_db
def test_the_unit_price_stays_above_them() -> None:
    product = make.product()
    catalogue.set_tiers(product=product, tiers=[TEN], by=people.hung(), at=make.NOW)
    before = everything()
    with pytest.raises(PriceUnderTiers, match="108"):
        catalogue.set_price(product=product, price=Decimal(108_000), by=people.hung(), at=make.NOW)
    assert not changed(before)
    catalogue.set_price(product=product, price=Decimal(109_000), by=people.hung(), at=make.NOW)
    assert product.stockrecords.get().price == 109_000
