"""Every kind of message: whom it serves, whether it may wake somebody, and what its short words are filled with.

By which ways a kind goes follows from its group (`ways.py`): orders by e-mail and by the phone channel that the buyer likes, work by
e-mail (and by phone for those who ask for it), security by e-mail alone. Who has an account finds all but security in the inbox.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class Group(TextChoices):
    ORDERS = "orders"
    WORK = "work"
    SECURITY = "security"


@dataclass(frozen=True)
class Kind:
    """`urgent`: quiet hours do not hold it. `parameters`: the facts in its sms.txt, which are those of its Zalo template."""

    group: Group
    parameters: tuple[str, ...] = ()
    urgent: bool = False


def _order(*parameters: str, urgent: bool = False) -> Kind:
    return Kind(Group.ORDERS, ("number", *parameters), urgent)


def _work(*parameters: str, urgent: bool = False) -> Kind:
    return Kind(Group.WORK, parameters, urgent)


# Urgent is what answers the reader's own deed, what the reader needs at a counter or door, and what harms if eaten meanwhile.
KINDS = {
    "order_placed": _order("total", urgent=True),
    "order_paid": _order("total", urgent=True),
    "payment_declined": _order("total", urgent=True),
    "order_underpaid": _order("missing", urgent=True),
    "order_promised_anew": _order("place"),
    "order_delayed": _order("place"),
    "order_ready": _order("place", "code", "collect_by", urgent=True),
    "order_uncollected": _order("place", "code", "collect_by"),
    "order_unready": _order("place", urgent=True),
    "order_shipped": _order("carrier", "tracking_number"),
    "order_out": _order("carrier", urgent=True),
    "order_undelivered": _order(),
    "order_handed_over": _order(urgent=True),
    "order_cancelled": _order(urgent=True),
    "order_short": _order("quantity", "product"),
    "order_found": _order("quantity", "product"),
    "order_pieces_off": _order("quantity", "product"),
    "order_parcel_off": _order("place"),
    "order_refunded": _order("amount"),
    "invoice_issued": _order("invoice"),
    "order_confirmation_asked": _order("total", urgent=True),
    "order_confirmed": _order("total"),
    "order_pieces_cancelled": _order(),
    "return_noted": _order(),
    "return_accepted": _order(),
    "return_declined": _order(),
    "return_due": _order(),
    "return_expired": _order(),
    "return_settled": _order(),
    "refund_account_wanted": _order("amount"),
    "refund_returned": _order("amount"),
    "lot_recalled": _order("product", "lot", urgent=True),
    "order_new": _work("place", "number"),
    "refund_failed": _work("number", "amount"),
    "listing_submitted": _work("title", "producer"),
    "listing_approved": _work("title"),
    "listing_rejected": _work("title"),
    "producer_verified": _work("producer"),
    "producer_doubted": _work("producer"),
    "certificate_expiring": _work("title", "expires_on"),
    "certificate_revoked": _work("title"),
    "stock_low": _work("product", "left"),
    "stock_short": _work("product", "location"),
    "stock_uncounted": _work("product", "location"),
    "stock_reviewed": _work("subjects"),
    "lot_frozen": _work("product", "lot", urgent=True),
    "lot_thawed": _work("product", "lot"),
    "transfer_wanted": _work("number", "source", "target"),
    "transfer_fewer": _work("number", "source", "target"),
    "transfer_sent": _work("number", "source", "target"),
    "transfer_short": _work("number", "source", "target"),
    "till_silent": _work("tills"),
    "statement_ready": _work("statement", "producer", "closing"),
    "statement_confirmed": _work("statement", "producer", "closing"),
    "statement_disputed": _work("statement", "producer"),
    "statement_paid": _work("statement", "producer", "paid"),
    "box_opened": _work("box", "place"),
    "dispute_opened": _work("number", "amount", urgent=True),
    "dispute_due": _work("number", "amount", urgent=True),
    "dispute_decided": _work("number", "amount"),
    "return_asked": _work("number", "place"),
    "return_waiting": _work("number", "place"),
    "password_reset_asked": Kind(Group.SECURITY, urgent=True),
}


def kind_of(name: str) -> Kind:
    """What nobody has put into the table is work: it is written, and read in the inbox."""
    return KINDS.get(name, Kind(Group.WORK))
