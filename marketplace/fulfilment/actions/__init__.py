"""Parcels: their way to the buyer, and what becomes of pieces that are not there. Others import from here."""

from .steps import (
    CodeBlocked,
    NoTracking,
    OrderNotConfirmed,
    WrongCode,
    WrongStep,
    cancel_all,
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

__all__ = [
    "CodeBlocked", "NoTracking", "OrderNotConfirmed", "WrongCode", "WrongStep", "cancel_all", "delivered", "fail", "hand_over",
    "mark_ready", "new_code", "open_for", "pack", "put_back", "send_new_code", "ship", "start_picking",
]  # fmt: skip
