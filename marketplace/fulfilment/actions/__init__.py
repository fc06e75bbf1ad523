"""Parcels: their way to the buyer, and what becomes of pieces that are not there. Others import from here."""

from . import coming, disputes, shortages
from .accounts import netted, settled
from .coming import StillComing, promise, promise_anew
from .disputes import PaymentDisputed
from .shortages import Incomplete
from .steps import (
    CodeBlocked,
    NoTracking,
    Opening,
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
    open_for,
    pack,
    put_back,
    send_new_code,
    ship,
    start_picking,
)

__all__ = [
    "CodeBlocked", "Incomplete", "NoTracking", "Opening", "OrderNotConfirmed", "PaymentDisputed", "StillComing",
    "WrongCode", "WrongStep", "cancel_all", "coming", "complete_if_done", "delivered", "disputes", "fail",
    "hand_over", "leave_out", "lose", "mark_ready", "netted", "open_for", "pack", "promise", "promise_anew",
    "put_back", "send_new_code", "settled", "ship",
    "shortages", "start_picking",
]  # fmt: skip
