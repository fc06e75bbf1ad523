"""The conductor over order, stock and payment. Others import from here."""

from .answering import NothingToChoose, answer_shortage, give_up_overdue
from .cancelling import PickingBegun, TooLate, cancel
from .conditions import OfferHolds, QuantityPrice, WholeBoxes, refuse_cheaper
from .confirming import NothingToConfirm, confirm_cash
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
from .keeping import replace_outlived
from .leaving_out import cancel_parcel, cancel_uncollected, lose, take_back
from .offering import PricesChanged, VoucherUsed
from .paying import BelowMinimum, NotPayable, TimeOver, start_payment
from .paying_back import Judged, MoreThanAsked, NothingCame, forgo_return, take_in_return
from .paying_out import NothingToPayOut, NotInCash, pay_out_return
from .placing import BasketChanged, PlanChanged, place_order
from .recalling import recall
from .receiving import payout_bounced, place_line, receive, receive_all
from .refunding import follow_refund, follow_refunds, make_refund, pay_back, try_refund_again
from .returning import (
    AnswerMissing,
    NothingToReturn,
    NotReturnable,
    PhotographMissing,
    ReturnClosed,
    ReturnMoved,
    ReturnTooLate,
    TooManyReturns,
    TooManyToReturn,
    ask_return,
    await_return,
    decline_return,
    follow_returns,
    refuse_return,
    return_sent,
    withdraw_return,
)
from .settling import handle_event, settle
from .shortages import mend, serve_waiting, take_up_missing
from .thinning import NothingToCancel, TooManyToCancel, cancel_pieces

__all__ = [
    "AnswerMissing", "BasketChanged", "BelowMinimum", "Judged", "MoreThanAsked", "NoAnswer", "NotInCash", "NotPayable",
    "NotReturnable", "NothingCame", "NothingToCancel", "NothingToChoose", "NothingToConfirm", "NothingToPayOut",
    "NothingToReturn", "OfferHolds", "PhotographMissing", "PickingBegun", "PlanChanged", "PricesChanged",
    "QuantityPrice", "ReturnClosed", "ReturnMoved", "ReturnTooLate", "TimeOver", "TooLate", "TooManyReturns",
    "TooManyToCancel", "TooManyToReturn", "VoucherUsed", "WholeBoxes", "accept_dispute", "answer_dispute",
    "answer_shortage", "ask_return", "await_return", "cancel", "cancel_parcel", "cancel_pieces", "cancel_uncollected",
    "confirm_cash", "decline_return", "find_disputes", "follow_dispute", "follow_disputes", "follow_refund",
    "follow_refunds", "follow_returns", "forgo_return", "give_up_overdue", "handle_event", "lose", "make_refund",
    "mend", "pay_back", "pay_out_return", "payout_bounced", "place_line", "place_order", "recall", "receive",
    "receive_all", "refuse_cheaper", "refuse_return", "release_order", "remind_of_disputes", "replace_outlived",
    "return_sent", "serve_waiting", "settle", "start_payment", "take_back", "take_in_return", "take_up_missing",
    "try_refund_again", "withdraw_return",
]  # fmt: skip
