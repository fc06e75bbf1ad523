"""What Stripe answers, and why it says no."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext_lazy as _

from . import GatewayRefused


class BadSignature(GatewayRefused):
    """A message that says it comes from Stripe and does not, or is too old."""

    sentence = _("This message is not signed by the payment company.")
    code = "payment.bad_signature"


class WrongAmount(GatewayRefused):
    """An amount that is not whole đồng above zero, or lines that do not add up to it."""

    sentence = _("The lines of this payment do not add up to its amount.")
    code = "payment.wrong_amount"


class AmountTooSmall(GatewayRefused):
    """Less than Stripe takes, once converted into the currency of the shop's account there."""

    sentence = _("This amount is too small for a card. Please choose another way to pay.")
    code = "payment.amount_too_small"


class ChargeDisputed(GatewayRefused):
    """The buyer has asked the bank for the money; nothing goes back by card as long as that is not decided."""

    sentence = _(
        "The shopper has asked the bank for this money. Until the bank decides, nothing can go back to the card."
    )
    code = "payment.charge_disputed"


class AlreadyRefunded(GatewayRefused):
    """Everything taken has been given back already."""

    sentence = _("This payment has been refunded already.")
    code = "payment.already_refunded"


@dataclass(frozen=True)
class SessionLine:
    name: str
    amount: Decimal  # of one
    quantity: int = 1


@dataclass(frozen=True)
class SessionState:
    id: str
    url: str | None  # where to pay, while it is open
    status: Literal["open", "complete", "expired"]
    paid: bool
    amount: Decimal
    amount_received: Decimal
    refunded: Decimal
    currency: str
    payment_intent: str | None
    reference: str
    expires_at: datetime


@dataclass(frozen=True)
class RefundState:
    id: str
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
    amount: Decimal
    reason: str = ""  # why it failed, in Stripe's own code

    @property
    def failed(self) -> bool:
        """The money stayed, or came back to us."""
        return self.status in ("failed", "canceled")


@dataclass(frozen=True)
class WebhookEvent:
    id: str
    kind: str
    object_id: str  # the session where it is about one, else the payment intent
    created_at: datetime
