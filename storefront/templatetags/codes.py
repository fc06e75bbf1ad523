"""What a row keeps as a code, in the reader's words."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.fulfilment.models import Return
from marketplace.order.models import Order
from marketplace.payment.disputes.reasons import REASONS

register = template.Library()

LETTERS = {
    "order_placed": _("Order placed"), "order_paid": _("Order paid"), "order_ready": _("Ready for pickup"),
    "order_shipped": _("Order shipped"), "order_handed_over": _("Handed over"), "order_cancelled": _("Order cancelled"),
    "order_underpaid": _("Part of a transfer is missing"), "refund_account_wanted": _("Account for money back wanted"),
    "dispute_opened": _("Payment disputed"), "dispute_due": _("Dispute to answer"), "dispute_decided": _("Dispute decided"),
    "order_out": _("Out for delivery"), "order_undelivered": _("Not delivered"),
    "refund_failed": _("A refund failed"), "refund_returned": _("Money back not taken"),
    "payment_declined": _("Card declined"), "order_delayed": _("Order late"), "order_uncollected": _("Pickup reminder"),
    "order_promised_anew": _("Ready on another day"), "order_unready": _("Not ready after all"), "order_short": _("Missing pieces: please choose"), "order_found": _("Missing pieces found"),
    "order_pieces_off": _("Missing pieces taken off"), "order_parcel_off": _("A parcel does not come"), "order_refunded": _("Money back"), "order_new": _("New order to pick"), "password_reset_asked": _("A new password"),
    "certificate_expiring": _("Certificate ends soon"), "certificate_revoked": _("Certificate revoked"),
    "listing_submitted": _("Listing to approve"), "listing_approved": _("Listing approved"),
    "listing_rejected": _("Listing not approved"), "box_opened": _("Goods in a gift box"), "stock_low": _("Nearly sold out"),
    "producer_verified": _("Identity verified"), "producer_doubted": _("Verification withdrawn"),
    "transfer_wanted": _("Goods to send"), "transfer_fewer": _("Less to send"), "transfer_sent": _("Goods on the way"), "transfer_short": _("Goods missing"), "lot_frozen": _("Lot recalled"),
    "lot_thawed": _("Recall ended"), "lot_recalled": _("Recalled goods"),
    "order_pieces_cancelled": _("Pieces cancelled"), "return_noted": _("Return asked for"), "return_asked": _("A return to answer"),
    "return_waiting": _("A return that waits"), "return_accepted": _("Return accepted"),
    "return_due": _("Return: please send"), "return_declined": _("Return declined"),
    "return_expired": _("Return expired"), "return_settled": _("Returned goods paid back"),
    "stock_short": _("Promised but sold"), "stock_uncounted": _("To be counted"),
    "statement_ready": _("Statement to confirm"), "statement_confirmed": _("Statement confirmed"),
    "statement_disputed": _("Statement in dispute"), "statement_paid": _("Paid out"),
    "order_confirmation_asked": _("Please confirm the order"), "order_confirmed": _("Order confirmed"),
    "invoice_issued": _("Invoice issued"),
    "stock_reviewed": _("Stock to look at"), "till_silent": _("Silent till"),
}  # fmt: skip
REPORTS = {
    "sale": _("Sold at till"),
    "return": _("Returned"),
    "count": pgettext_lazy("movement", "Counted"),
    "unreadable": _("Cannot be read"),
}
REFUNDS = {
    "short": _("Pieces of the order were missing."), "parcel": _("A parcel of the order does not come."),
    "returned": _("Goods were returned."), "fewer": _("Pieces of the order were cancelled."),
    "cancelled": _("Cancelled"), "paid-twice": _("The order had been paid twice."),
    "overpaid": _("More was paid than the order costs."),
    "paid-late": _("The payment came after the order had ended."),
    "wrong-amount": _("The amount paid was not the order's total."),
}  # fmt: skip
FAILURES = {  # why money did not move: the gateway's codes, and our own
    "lost_or_stolen_card": _("The card was reported lost or stolen."),
    "expired_or_canceled_card": _("The card has expired or is closed."),
    "charge_for_pending_refund_disputed": _("The shopper has asked the bank for the money meanwhile."),
    "charge_disputed": _("The shopper has asked the bank for the money meanwhile."),
    "insufficient_funds": _("Too little money on the shop's account at the payment company."),
    "declined": _("The shopper's bank refused it."), "merchant_request": _("Stopped at the shop's request."),
    "canceled": _("Stopped at the payment company."), "failed": _("The payment company gives no reason."),
    "unknown": _("The payment company gives no reason."), "no order of ours": _("It belongs to no order of this shop."),
}  # fmt: skip
ENDINGS = dict(Order.Because.choices)  # why an order was cancelled, where no person wrote the reason
RETURNS = dict(Return.Reason.choices)
CODES = {
    "letter": LETTERS,
    "ending": ENDINGS,
    "report": REPORTS,
    "refund": REFUNDS,
    "return": RETURNS,
    "failure": FAILURES,
    "dispute": REASONS,
}


@register.filter
def in_words(code: str, of: str) -> str:
    """{{ notice.kind|in_words:"letter" }}; a code that nobody worded stays as it is."""
    return str(CODES[of].get(code, code))
