"""Shopper, gateway, banks, point and sweeper against each other: no đồng is lost, none is given twice."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.checkout.actions import disputing, settling
from marketplace.payment import actions as payments
from tests.soak import machine
from tests.soak.money import Money

pytestmark = pytest.mark.django_db(transaction=True)
WANTED = {
    "place_order", "start_payment", "settle", "handle_event", "record_event", "make_refund", "cancel", "receive",
    "order boxes", "boxes taken off", "a piece taken out of a box", "a part of a box asked to go back",
    "a part of a box comes back",
    "a dispute is opened", "a question is asked", "a question becomes a dispute", "a question is dropped",
    "a dispute is won", "a dispute is lost", "what was lost is won", "what was won is lost",
    "find_disputes", "follow_dispute", "answer_dispute", "accept_dispute", "release_order",
    "a bank pays a refund", "a dispute ends an order",
}  # fmt: skip


def test_a_thousand_steps_lose_no_dong() -> None:
    machine.build()
    done = machine.live(range(10), steps=1000, wanted=WANTED, days=Money)
    assert machine.Steps.checked >= 1000
    assert set(done) >= WANTED, sorted(WANTED - set(done))


def _keep_it(**_facts: Any) -> None:
    """What came too late, or twice, stays."""


def _hear_nothing(**_facts: Any) -> None:
    """What a bank asks back nobody at the shop knows."""


MISTAKES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "nothing is given back": (settling, "give_back", _keep_it),
    "banks that take money are not heard": (disputing, "hear", _hear_nothing),
    "refunds are forgotten": (payments, "refund_made", lambda **_facts: False),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the machine does notice when money goes astray."""
    monkeypatch.setattr(*MISTAKES[mistake])
    machine.build()
    with pytest.raises(AssertionError):
        machine.live(range(100), steps=3000, days=Money, **machine.QUICKLY)
