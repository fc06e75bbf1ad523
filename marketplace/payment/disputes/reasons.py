"""Why a buyer's bank asks the money back, in words, and what helps against it."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "fraudulent": _("The cardholder says that somebody else paid with the card."),
    "product_not_received": _("The buyer says that the goods never came."),
    "product_unacceptable": _("The buyer says that the goods were damaged or not as described."),
    "duplicate": _("The buyer says to have been charged twice."),
    "credit_not_processed": _("The buyer says that money back was promised and did not come."),
    "subscription_canceled": _("The buyer says to have cancelled."),
    "unrecognized": _("The cardholder does not recognise the payment."),
    "noncompliant": _("The card scheme says that a rule was not kept."),
    "general": _("The bank gives no closer reason."),
}  # the others are the bank's own affair, and rare
HELPS = {
    "fraudulent": _("Show that the cardholder is the buyer: who collected the goods with the code, earlier orders, messages."),
    "product_not_received": _("Show that the goods arrived: the hand-over with the code, or the carrier's proof of delivery."),
    "product_unacceptable": _("Show what was sold and how it was described, and what was offered when the buyer complained."),
    "duplicate": _("Show that these were two orders, or that one of them was given back."),
    "credit_not_processed": _("Show the money back, or why none was due."),
    "unrecognized": _("Show what was bought, and from whom; often the buyer knows the shop by another name."),
}  # fmt: skip


def in_words(code: str) -> str:
    return str(REASONS.get(code, REASONS["general"]))


def what_helps(code: str) -> str:
    return str(HELPS.get(code, ""))
