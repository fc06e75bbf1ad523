"""Everything that changes what is owed. Others import from here."""

from ..queries.sides import Side
from .closing import (
    ConfirmedAlready,
    DisputedTooLate,
    InDispute,
    NothingToCorrect,
    NotInDispute,
    NotYourSide,
    WordsMissing,
    answer,
    close,
    confirm,
    correct,
    dispute,
)
from .moves import take_in_moves
from .parcels import take_in_parcels
from .paying import (
    AccountChanged,
    NothingToPay,
    NotPayableNow,
    PayoutOver,
    cancel_payout,
    make_payout,
    mark_paid,
    set_account,
    verify_account,
)
from .rates import RateOfThePast, RateThere, set_rate
from .returns import take_in_returns
from .taking import take_in

__all__ = [
    "AccountChanged", "ConfirmedAlready", "DisputedTooLate", "InDispute", "NotInDispute", "NotPayableNow",
    "NotYourSide", "NothingToCorrect", "NothingToPay", "PayoutOver", "RateOfThePast", "RateThere", "Side",
    "WordsMissing", "answer", "cancel_payout", "close", "confirm", "correct", "dispute",
    "make_payout", "mark_paid", "set_account", "set_rate", "take_in", "take_in_moves", "take_in_parcels", "take_in_returns", "verify_account",
]  # fmt: skip
