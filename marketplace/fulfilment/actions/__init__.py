"""Parcels: their way to the buyer, and what becomes of pieces that are not there. Others import from here."""

from . import shortages, tracking
from .carrying import TrackingTaken, ship, ship_all
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
    start_picking,
)

__all__ = [
    "CodeBlocked", "Incomplete", "NoTracking", "OrderNotConfirmed", "StillComing", "TrackingTaken", "WrongCode", "WrongStep", "cancel_all",
    "complete_if_done", "delivered", "fail", "hand_over", "mark_ready", "new_code", "open_for", "pack", "promise", "put_back",
    "send_new_code", "ship", "ship_all", "shortages", "start_picking", "tracking",
]  # fmt: skip
