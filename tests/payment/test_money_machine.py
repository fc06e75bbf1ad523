"""Shopper, gateway, bank, point and sweeper against each other: no đồng is lost, none is given twice."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.checkout.actions import settling
from marketplace.payment import actions as payments
from tests.soak import machine
from tests.soak.money import Money

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_thousand_steps_lose_no_dong() -> None:
    machine.build()
    done = machine.live(range(1000), steps=1000, days=Money)
    assert machine.Steps.checked >= 1000
    wanted = {"place_order", "start_payment", "settle", "handle_event", "record_event", "make_refund", "cancel", "receive"}  # fmt: skip
    assert wanted <= set(done), sorted(wanted - set(done))


def _keep_it(**_facts: Any) -> None:
    """What came too late, or twice, stays."""


MISTAKES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "nothing is given back": (settling, "give_back", _keep_it),
    "refunds are forgotten": (payments, "refund_made", lambda **_facts: False),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the machine does notice when money goes astray."""
    monkeypatch.setattr(*MISTAKES[mistake])
    machine.build()
    with pytest.raises(AssertionError):
        machine.live(range(100), steps=3000, days=Money, **machine.QUICKLY)
