"""What every step has in common: the clock goes on, a refusal is no harm, and afterwards every rule holds."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from marketplace.errors import Refused
from tests import make

from .asking import Asking
from .bank import Bank
from .world import Seen, World

ANY = st.integers(0, 5)  # which of those that there are
PIECES = st.integers(1, 4)
PLACE = st.integers(0, 2)
PRODUCT = st.integers(0, 1)
YES = st.booleans()


class Steps(RuleBasedStateMachine):
    """A day in the shop, in a transaction of its own that never was."""

    world: ClassVar[World]
    tally: ClassVar[Counter[tuple[str, str]]]  # deed, how it ended
    checked: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.at, self.number, self.seen = make.NOW, 0, Seen()
        self.bank = self.bank_of_the_day()
        self._bank = self.bank.playing()
        self._bank.__enter__()
        self._day = transaction.atomic()
        self._day.__enter__()
        self.asking, self.sound = Asking(), True

    def bank_of_the_day(self) -> Any:
        """Whom our code asks about cards."""
        return Bank()

    def teardown(self) -> None:
        overlooked = self.asking.broken(self.at, everything=True) if self.sound else []
        transaction.set_rollback(True)
        self._day.__exit__(None, None, None)
        self._bank.__exit__(None, None, None)
        self.world.rewind()
        assert not overlooked, "\n".join(overlooked)

    def do(self, deed: Callable[..., Any], *, called: str = "", **facts: Any) -> Any:
        """The deed is done, or refused by name; anything else is a mistake of ours. Counted by its name, or as it is called."""
        self.sound = False
        name = called or deed.__name__
        try:
            done = deed(**facts)
        except Refused as no:
            self.tally[name, no.code] += 1
            return None
        self.tally[name, "done"] += 1
        return done

    def name(self) -> str:
        """A key that no other step has."""
        self.number += 1
        return f"step-{self.number}"

    @invariant()
    def every_rule_holds(self) -> None:
        connection.check_constraints()
        broken = self.asking.broken(self.at)
        assert not broken, "\n".join(broken)
        self.sound = True
        if self.asking.changed:
            self.seen = Seen()
        Steps.checked += 1
