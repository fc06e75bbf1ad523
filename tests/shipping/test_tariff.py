"""What a parcel costs."""

from decimal import Decimal

import pytest

from marketplace.places.models import Province
from marketplace.shipping.models import TariffStep, Zone
from marketplace.shipping.queries import fee
from marketplace.shipping.tariff import Step, fee_of
from tests import make

STEPS = [Step(2000, Decimal(30_000), Decimal(5_000)), Step(500, Decimal(20_000), Decimal(0))]


@pytest.mark.parametrize(
    ("grams", "amount"),
    [(0, 20_000), (500, 20_000), (501, 30_000), (2000, 30_000), (2001, 35_000), (3000, 35_000), (3001, 40_000)],
)
def test_the_first_step_that_carries_the_weight_and_every_begun_kilogram_above(grams: int, amount: int) -> None:
    assert fee_of(STEPS, grams) == amount


@pytest.mark.django_db
def test_a_provinces_own_zone_comes_before_elsewhere() -> None:
    make.tariff(45_000)
    near = Zone.objects.create(name="An Giang", days=2)
    near.provinces.add(Province.objects.get(code="91"))
    TariffStep.objects.create(zone=near, up_to_grams=1000, price=18_000)
    home, away = Province.objects.get(code="91").pk, Province.objects.exclude(code="91").first().pk
    assert (fee(home, 900).amount, fee(home, 900).days) == (18_000, 2)
    assert fee(away, 900).amount == 45_000


@pytest.mark.django_db
def test_no_tariff_no_fee() -> None:
    assert fee(Province.objects.get(code="91").pk, 900) is None
