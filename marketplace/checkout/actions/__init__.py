"""The conductor over order, stock and payment. Others import from here."""

from .answering import NothingToChoose, answer_shortage, give_up_overdue
from .cancelling import PickingBegun, TooLate, cancel, cancel_uncollected, take_back
from .confirming import NothingToConfirm, confirm_cash
from .offering import PricesChanged, VoucherUsed
from .paying import NotPayable, TimeOver, start_payment
from .placing import BasketChanged, place_order
from .recalling import recall
from .refunding import follow_refund, follow_refunds, make_refund, pay_back
from .settling import handle_event, settle
from .shortages import mend, serve_waiting, take_up_missing

__all__ = [
    "BasketChanged", "NotPayable", "NothingToChoose", "NothingToConfirm", "PickingBegun", "PricesChanged", "TimeOver", "TooLate", "VoucherUsed",
    "answer_shortage", "cancel", "cancel_uncollected", "confirm_cash", "follow_refund", "follow_refunds", "give_up_overdue", "handle_event",
    "make_refund", "mend", "pay_back", "place_order", "recall", "serve_waiting", "settle", "start_payment", "take_back",
    "take_up_missing",
]  # fmt: skip
