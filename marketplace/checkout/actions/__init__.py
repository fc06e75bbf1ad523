"""The conductor over order, stock and payment. Others import from here."""

from .answering import NothingToChoose, answer_shortage, give_up_overdue
from .cancelling import PickingBegun, TooLate, cancel
from .disputing import (
    NoAnswer,
    accept_dispute,
    answer_dispute,
    find_disputes,
    follow_dispute,
    follow_disputes,
    release_order,
    remind_of_disputes,
)
from .leaving_out import cancel_parcel, cancel_uncollected, lose, take_back
from .offering import PricesChanged, VoucherUsed
from .paying import BelowMinimum, NotPayable, TimeOver, start_payment
from .placing import BasketChanged, PlanChanged, place_order
from .recalling import recall
from .receiving import payout_bounced, place_line, receive, receive_all
from .refunding import follow_refund, follow_refunds, make_refund, pay_back
from .settling import handle_event, settle
from .shortages import mend, serve_waiting, take_up_missing

__all__ = [
    "BasketChanged", "BelowMinimum", "NoAnswer", "NotPayable", "NothingToChoose", "PickingBegun", "PlanChanged",
    "PricesChanged", "TimeOver", "TooLate", "VoucherUsed", "accept_dispute", "answer_dispute", "answer_shortage",
    "cancel", "cancel_parcel", "cancel_uncollected", "find_disputes", "follow_dispute", "follow_disputes",
    "follow_refund", "follow_refunds", "give_up_overdue", "handle_event", "lose", "make_refund", "mend", "pay_back",
    "payout_bounced", "place_line", "place_order", "recall", "receive", "receive_all", "release_order",
    "remind_of_disputes", "serve_waiting", "settle", "start_payment", "take_back", "take_up_missing",
]  # fmt: skip
