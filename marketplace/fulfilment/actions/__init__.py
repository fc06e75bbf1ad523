"""Parcels: their way to the buyer, and what becomes of pieces that are not there. Others import from here."""

from . import cash, coming, disputes, shortages, tracking
from .accounts import netted, settled
from .carrying import TrackingTaken, ship, ship_all
from .coming import StillComing, promise, promise_anew
from .disputes import PaymentDisputed
from .opening import Opening, open_for
from .shortages import Incomplete
from .steps import (
    CodeBlocked,
    NoTracking,
    OrderNotConfirmed,
    WrongCode,
    WrongStep,
    cancel_all,
    complete_if_done,
    delivered,
    fail,
    hand_over,
    leave_out,
    lose,
    mark_ready,
    pack,
    put_back,
    send_new_code,
    start_picking,
)
from .telling import tell_of_pickups

__all__ = [
    "CodeBlocked", "Incomplete", "NoTracking", "Opening", "OrderNotConfirmed", "PaymentDisputed", "StillComing",
    "TrackingTaken", "WrongCode", "WrongStep", "cancel_all", "cash", "coming", "complete_if_done", "delivered", "disputes",
    "fail", "hand_over", "leave_out", "lose", "mark_ready", "netted", "open_for", "pack", "promise",
    "promise_anew", "put_back", "send_new_code", "settled", "ship", "ship_all", "shortages", "start_picking",
    "tell_of_pickups", "tracking",
]  # fmt: skip
