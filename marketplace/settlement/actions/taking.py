"""All that can be taken in, piece by piece: each piece is one transaction, and the same twice changes nothing."""

from collections.abc import Callable
from datetime import datetime

from .moves import take_in_moves
from .parcels import take_in_parcels
from .returns import take_in_returns


def take_in(*, at: datetime, goes_on: Callable[[], bool] = lambda: True) -> bool:
    """What was sold, returned and bought is in the accounts. False when it was to stop before all was."""
    after: int | None = 0
    while take_in_parcels(at=at):
        if not goes_on():
            return False
    while take_in_returns(at=at):  # after what was sold
        if not goes_on():
            return False
    while (after := take_in_moves(after=after or 0, at=at)) is not None:
        if not goes_on():
            return False
    return True
