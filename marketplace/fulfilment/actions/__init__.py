"""Parcels: their way to the buyer, and what becomes of pieces that are not there. Others import from here."""

from . import shortages
from .coming import StillComing, promise
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
    mark_ready,
    new_code,
    open_for,
    pack,
    put_back,
    send_new_code,
    ship,
    start_picking,
)
from .telling import tell_of_pickups

__all__ = [
    "CodeBlocked", "Incomplete", "NoTracking", "OrderNotConfirmed", "StillComing", "WrongCode", "WrongStep", "cancel_all",
    "complete_if_done", "delivered", "fail", "hand_over", "mark_ready", "new_code", "open_for", "pack", "promise", "put_back",
    "send_new_code", "ship", "shortages", "start_picking", "tell_of_pickups",
]  # fmt: skip
