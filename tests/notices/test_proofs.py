from pathlib import Path
from typing import Any

import pytest

from marketplace.notices.actions import deliver
from marketplace.notices.models import Attempt, Delivery, Notice
from marketplace.notices.proofs import RULES

from .test_delivery import NOW, greet

pytestmark = pytest.mark.django_db


def broken() -> list[str]:
    return [row for rule in RULES for row in rule(NOW)]


def test_what_was_told_and_sent_is_in_order(words: Path) -> None:
    greet("1"), deliver(delivery_id=greet("2").pk, at=NOW)
    assert broken() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda delivery: Delivery.objects.filter(pk=delivery.pk).delete(),
        lambda delivery: Delivery.objects.filter(pk=delivery.pk).update(status="waiting"),
        lambda delivery: Attempt.objects.create(delivery=delivery, at=NOW, sent=True),
        lambda delivery: delivery.attempts.all().delete(),
        lambda delivery: Delivery.objects.create(notice=delivery.notice, channel="sms", next_try_at=NOW),  # to no phone
    ],
)
def test_damage_is_found(words: Path, damage: Any) -> None:
    delivery = greet()
    deliver(delivery_id=delivery.pk, at=NOW)
    damage(delivery)
    assert len(broken()) == 1
    assert Notice.objects.count() == 1
