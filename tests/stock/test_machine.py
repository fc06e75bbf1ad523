"""Orders, tills, counts, transfers, recalls and shortages in any order: after every step every rule of `prove` holds."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.stock import actions as stock
from marketplace.stock.actions.ledger import Book
from tests.soak import machine

pytestmark = pytest.mark.django_db(transaction=True)
BOXES = {"order boxes", "boxes taken off", "a piece taken out of a box"}


def test_two_thousand_steps_break_no_rule() -> None:
    machine.build()
    done = machine.live(range(20), steps=2000, wanted=BOXES)
    assert machine.Steps.checked >= 2000
    assert len(done) >= 35, sorted(done)  # kinds of deeds that were done, not only tried
    assert set(done) >= BOXES, sorted(BOXES - set(done))


def _keep_all(**_facts: Any) -> None:
    """A cancelled order's units stay promised to it."""


def _open_no_case(self: Book) -> None:
    """Nobody notices that a till took what was promised."""
    self._weighed = len(self.movements)


def _promise_nothing(self: Book, *args: Any, **facts: Any) -> None:
    """Units are given to an order without a hold."""


MISTAKES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "cancelled orders keep their units": (stock, "release", _keep_all),
    "no case is opened": (Book, "weigh", _open_no_case),
    "nothing is held": (Book, "promise", _promise_nothing),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_within_a_thousand_steps(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the machine does notice when a rule is broken."""
    monkeypatch.setattr(*MISTAKES[mistake])
    machine.build()
    with pytest.raises(AssertionError):
        machine.live(range(100), steps=1000, **machine.QUICKLY)
