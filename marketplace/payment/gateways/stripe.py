"""Card payments by Stripe Checkout. The only module that imports `stripe`; knows nothing of our tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast

import stripe
from django.conf import settings

from . import GatewayError, GatewayRefused
from .answers import AlreadyRefunded as AlreadyRefunded
from .answers import AmountTooSmall as AmountTooSmall
from .answers import BadSignature as BadSignature
from .answers import ChargeDisputed as ChargeDisputed
from .answers import RefundState as RefundState
from .answers import SessionLine as SessionLine
from .answers import SessionState as SessionState
from .answers import WebhookEvent as WebhookEvent
from .answers import WrongAmount as WrongAmount

# The version whose public description the tests hold our calls against.
API_VERSION = "2026-08-26.dahlia"
# Connecting and reading. With two retries and their pauses a call ends within 20 seconds, as a task must.
TIMEOUT = (2.0, 4.0)
PATIENT = (5.0, 30.0)  # where megabytes go up while a person waits, and no task
RETRIES = 2
SIGNATURE_AGE = 300
# The kind of event; the shopper is told on Stripe's page and may take another card.
DECLINED = "payment_intent.payment_failed"
EXPAND = "payment_intent.latest_charge"
# Kinds of event after which a refund may stand otherwise than we know.
REFUND_NEWS = ("refund.updated", "refund.failed", "charge.refund.updated")
# What Stripe refuses by a name that people must hear.
NAMED: dict[str, type[GatewayRefused]] = {
    "charge_already_refunded": AlreadyRefunded, "charge_disputed": ChargeDisputed, "amount_too_small": AmountTooSmall,
}  # fmt: skip
# Stripe's own bounds, counted by its clock: leave a minute or more between them and `expires_at`.
SHORTEST_SESSION, LONGEST_SESSION = 30 * 60, 24 * 60 * 60


def create_session(
    *,
    reference: str,
    amount: Decimal,
    lines: Sequence[SessionLine],
    email: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    locale: Literal["vi", "en"],
    key: str,
) -> SessionState:
    """Somebody can pay `amount` at the session's url. The same key must come with the same everything."""
    params: dict[str, Any] = _purchase(reference, amount, lines) | {
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "locale": locale,
        "expand": [EXPAND],
    }
    if email:
        params["customer_email"] = email
    with answers():
        made = client().v1.checkout.sessions.create(cast(Any, params), {"idempotency_key": key})
    return _session_state(made)


def read_session(session_id: str) -> SessionState:
    """The session as Stripe knows it now."""
    with answers():
        found = client().v1.checkout.sessions.retrieve(session_id, {"expand": [EXPAND]})
    return _session_state(found)


def find_session(payment_intent: str) -> SessionState | None:
    """The session that a payment intent belongs to, for events that name only the intent."""
    with answers():
        found = client().v1.checkout.sessions.list(
            {"payment_intent": payment_intent, "limit": 1, "expand": [f"data.{EXPAND}"]}
        )
    return _session_state(found.data[0]) if found.data else None


def expire_session(session_id: str) -> SessionState:
    """Nobody can pay the session any more, unless it was paid before: read the answer."""
    try:
        with answers():
            closed = client().v1.checkout.sessions.expire(session_id, {"expand": [EXPAND]})
    except GatewayRefused:
        state = read_session(session_id)
        if state.status == "open":
            raise
        return state
    return _session_state(closed)


def refund(
    *,
    payment_intent: str,
    amount: Decimal,
    key: str,
    round: int = 1,
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] = "requested_by_customer",
    metadata: dict[str, str] | None = None,
) -> RefundState:
    """`amount` goes back to the payer, once for each key; a further round makes what failed in the last one anew.

    Stripe forgets idempotency keys after a day, and keeps a refusal under its key until then. The key also stands in the
    refund's metadata and is looked for first, whatever the round: what has not failed is never made twice.
    """
    if made := _refund_by_key(payment_intent, key):
        return made
    params: Any = {
        "payment_intent": payment_intent,
        "amount": _whole(amount),
        "reason": reason,
        "metadata": {**(metadata or {}), "key": key},
    }
    with answers():
        given = client().v1.refunds.create(params, {"idempotency_key": key if round == 1 else f"{key}-{round}"})
    return _refund_state(given)


def read_refund(refund_id: str) -> RefundState:
    """The refund as Stripe knows it now; a pending one may still fail."""
    with answers():
        return _refund_state(client().v1.refunds.retrieve(refund_id))


def read_webhook(payload: bytes, signature: str, secrets: str) -> WebhookEvent:
    """What the message says happened, once it is signed with one of the secrets. Only a hint: ask for the state."""
    _check_signature(payload, signature, [one.strip() for one in secrets.split(",") if one.strip()])
    try:
        event = json.loads(payload)
        return WebhookEvent(
            id=str(event["id"]),
            kind=str(event["type"]),
            object_id=_subject(event["data"]["object"]),
            created_at=datetime.fromtimestamp(event["created"], UTC),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BadSignature(f"not an event: {error}") from error


def _check_signature(payload: bytes, signature: str, secrets: Sequence[str]) -> None:
    """While a secret is changed for another, both are good. None is no secret at all."""
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, secret, SIGNATURE_AGE)
        except stripe.SignatureVerificationError as error:
            refused = BadSignature(str(error))
        except ValueError as error:
            raise BadSignature(f"not an event: {error}") from error
        else:
            return
    raise refused if secrets else BadSignature("there is no secret to check it with")


def _subject(about: dict[str, Any]) -> str:
    """A session names itself, and so does a payment intent; charges and refunds name their intent."""
    if about["object"] in ("checkout.session", "payment_intent"):
        return str(about["id"])
    return str(about.get("payment_intent") or about["id"])


@cache
def _client_for(secret_key: str, api_base: str, timeout: tuple[float, float]) -> stripe.StripeClient:
    """Files have a host of their own at Stripe, and at a stand-in the same door."""
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base, "files": api_base.replace("//api.", "//files.")},
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def client(timeout: tuple[float, float] | None = None) -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, timeout or TIMEOUT)


@contextmanager
def answers() -> Iterator[None]:
    """Stripe's errors as ours: what may be tried again, and what may not."""
    try:
        yield
    except (stripe.IdempotencyError, stripe.InvalidRequestError, stripe.CardError) as error:
        if error.http_status in (409, 429):
            raise GatewayError(str(error)) from error
        kind = NAMED.get(error.code or "", GatewayRefused)
        raise kind(str(error), reason=error.code or "") from error
    except stripe.StripeError as error:
        raise GatewayError(str(error)) from error


def _purchase(reference: str, amount: Decimal, lines: Sequence[SessionLine]) -> dict[str, Any]:
    """What is paid, and under which name we find it again."""
    total = sum((line.amount * line.quantity for line in lines), Decimal(0))
    if total != amount or amount <= 0:
        raise WrongAmount(f"{reference}: lines make {total}, the amount is {amount}")
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},  # đồng, whatever the payer's country
        "line_items": [_line(line) for line in lines],
        "client_reference_id": reference,
        "metadata": {"reference": reference},
        "payment_intent_data": {"description": reference, "metadata": {"reference": reference}},
    }


def _line(line: SessionLine) -> dict[str, Any]:
    price = {"currency": "vnd", "unit_amount": _whole(line.amount), "product_data": {"name": line.name}}
    return {"quantity": line.quantity, "price_data": price}


def _whole(amount: Decimal) -> int:
    """Đồng have no hundredths: Stripe takes them as they are."""
    if amount != amount.to_integral_value() or amount < 0:
        raise WrongAmount(f"{amount} is not whole đồng")
    return int(amount)


def _session_state(found: stripe.checkout.Session) -> SessionState:
    intent = cast("stripe.PaymentIntent | None", found.payment_intent)
    charge = cast("stripe.Charge | None", intent.latest_charge) if intent else None
    return SessionState(
        id=found.id,
        url=found.url,
        status=cast(Any, found.status or "open"),
        paid=found.payment_status == "paid",
        amount=Decimal(found.amount_total or 0),
        amount_received=Decimal(intent.amount_received if intent else 0),
        refunded=Decimal(charge.amount_refunded if charge else 0),
        currency=found.currency or "",
        payment_intent=intent.id if intent else None,
        reference=found.client_reference_id or "",
        expires_at=datetime.fromtimestamp(found.expires_at, UTC),
    )


def _refund_by_key(payment_intent: str, key: str) -> RefundState | None:
    with answers():
        given = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
    named = [one for one in given.data if one.metadata and one.metadata.to_dict().get("key") == key]
    return next((state for state in map(_refund_state, named) if not state.failed), None)


def _refund_state(given: stripe.Refund) -> RefundState:
    reason = getattr(given, "failure_reason", None) or ""
    return RefundState(given.id, cast(Any, given.status or "pending"), Decimal(given.amount), reason)
