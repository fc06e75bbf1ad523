"""The conductor over order, stock and payment. Others import from here."""

from .cancelling import PickingBegun, TooLate, cancel, cancel_uncollected, take_back
from .offering import PricesChanged, VoucherUsed
from .paying import NotPayable, TimeOver, start_payment
from .placing import BasketChanged, place_order
from .recalling import recall
from .refunding import follow_refund, follow_refunds, make_refund, pay_back
from .settling import handle_event, settle

__all__ = [
    "BasketChanged", "NotPayable", "PickingBegun", "PricesChanged", "TimeOver", "TooLate", "VoucherUsed", "cancel", "cancel_uncollected",
    "follow_refund", "follow_refunds", "handle_event", "make_refund", "pay_back", "place_order", "recall", "settle",
    "start_payment", "take_back",
]  # fmt: skip
