"""The proofs of what carriers said notice what no action would do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.fulfilment.proofs import RULES
from tests.fulfilment.carried import NOW, hear, sent

pytestmark = pytest.mark.django_db


def _twice() -> None:
    event = ParcelEvent.objects.get(status="delivered")
    event.pk, event.key, event.happened_at = None, "again", NOW + timedelta(hours=9)
    event.save()


def _forgotten() -> None:
    ParcelEvent.objects.filter(status="out").update(fulfilment=None, outcome="unknown")


BREAKAGES: dict[str, Callable[[], object]] = {
    "parcels_went_where_their_carrier_said": lambda: Fulfilment.objects.update(status="shipped"),
    "a_carrier_ends_a_parcel_once": _twice,
    "no_word_waits_for_a_parcel_that_is_known": _forgotten,
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_each_rule_sees_its_own(name: str) -> None:
    sent()
    hear("out", 1), hear("delivered", 2)
    assert [row for rule in RULES for row in rule(NOW)] == []
    BREAKAGES[name]()
    assert [rule.__name__ for rule in RULES if list(rule(NOW))] == [name]


def test_every_rule_is_broken_once() -> None:
    assert {rule.__name__ for rule in RULES} == set(BREAKAGES)
