"""Plays the payment company in memory: what it is told to take it takes, and it never gives back more than it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from marketplace.payment.gateways import stripe
from marketplace.payment.gateways.stripe import AlreadyRefunded, RefundState, SessionState

ZERO = Decimal(0)


@dataclass
class Bank:
    """The functions of our gateway, over its own memory."""

    sessions: dict[str, SessionState] = field(default_factory=dict)
    refunds: dict[str, RefundState] = field(default_factory=dict)

    def create_session(
        self, *, reference: str, amount: Decimal, lines: Any, expires_at: datetime, key: str, **_about: Any
    ) -> SessionState:
        assert sum((line.amount * line.quantity for line in lines), ZERO) == amount > 0, (reference, amount, lines)
        made = SessionState(
            id=f"cs_{key}", url="http://127.0.0.1/pay", status="open", paid=False, amount=amount, amount_received=ZERO,
            refunded=ZERO, currency="vnd", payment_intent=None, reference=reference, expires_at=expires_at,
        )  # fmt: skip
        return self.sessions.setdefault(made.id, made)

    def read_session(self, session_id: str) -> SessionState:
        return self.sessions[session_id]

    def find_session(self, payment_intent: str) -> SessionState | None:
        return next((one for one in self.sessions.values() if one.payment_intent == payment_intent), None)

    def expire_session(self, session_id: str) -> SessionState:
        found = self.sessions[session_id]
        if found.status == "open":
            self.sessions[session_id] = replace(found, status="expired", url=None)
        return self.sessions[session_id]

    def pay(self, session_id: str) -> None:
        """The shopper gives a card number on the page, as long as it is open."""
        found = self.sessions[session_id]
        if found.status == "open":
            taken: dict[str, Any] = {"paid": True, "amount_received": found.amount, "payment_intent": f"pi_{found.id}"}
            self.sessions[session_id] = replace(found, status="complete", url=None, **taken)

    def refund(self, *, payment_intent: str, amount: Decimal, key: str, **_about: Any) -> RefundState:
        if key in self.refunds:
            return self.refunds[key]
        found = next(one for one in self.sessions.values() if one.payment_intent == payment_intent)
        if found.refunded + amount > found.amount_received:
            raise AlreadyRefunded
        self.sessions[found.id] = replace(found, refunded=found.refunded + amount)
        self.refunds[key] = RefundState(f"re_{key}", "succeeded", amount)
        return self.refunds[key]

    def read_refund(self, refund_id: str) -> RefundState:
        return next(one for one in self.refunds.values() if one.id == refund_id)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Our code speaks with this bank inside."""
        asked = ("create_session", "read_session", "find_session", "expire_session", "refund", "read_refund")
        with patch.multiple(stripe, **{name: getattr(self, name) for name in asked}):
            yield
