"""Checkout Sessions: made, read, expired."""

from __future__ import annotations

from . import objects
from .objects import Thing
from .params import Params
from .refused import ApiError, missing
from .world import World

# Stripe takes nothing below half a dollar in the settlement currency, and at most eight digits.
LEAST, MOST = 13_000, 99_999_999
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
LOCALES = ("auto", "en", "vi")


def create(world: World, params: Params) -> Thing:
    at = world.now()
    params.text("mode", required=True, among=("payment",))
    currency = (params.text("currency") or "vnd").lower()
    lines = [_line(line, at) for line in params.children("line_items")]
    total = sum(line["amount_total"] for line in lines)
    for method in params.texts("payment_method_types"):
        if method != "card":
            raise params.wrong("payment_method_types", f"The stand-in takes cards, not {method}.")
    params.child("adaptive_pricing").boolean("enabled")
    session = objects.session(
        at=at,
        total=total,
        url=None,
        success_url=params.url("success_url", required=True),
        cancel_url=params.url("cancel_url"),
        customer_email=params.email("customer_email"),
        client_reference_id=params.text("client_reference_id", most=200),
        locale=params.text("locale", among=LOCALES),
        submit_type=params.text("submit_type", among=("auto", "pay")),
        expires_at=_expiry(params, at),
        metadata=params.metadata(),
    )
    intent = _intent_data(params.child("payment_intent_data"))
    params.finish()
    _check_total(currency, total)
    session["url"] = f"{world.url}/pay/{session['id']}"
    world.lines[session["id"]] = lines
    world.intents[session["id"]] = intent
    return world.add(session)


def _line(line: Params, at: int) -> Thing:
    price = line.child("price_data", required=True)
    currency = (price.text("currency", required=True) or "").lower()
    if currency != "vnd":
        raise price.wrong("currency", f"Invalid currency: {currency}. The stand-in knows vnd.")
    product = price.child("product_data", required=True)
    name = product.text("name", required=True) or ""
    product.text("description", most=40_000)
    amount = price.integer("unit_amount", required=True) or 0
    quantity = line.integer("quantity", required=True, least=1) or 1
    return objects.line_item(name=name, unit_amount=amount, quantity=quantity, at=at)


def _intent_data(data: Params) -> Thing:
    return {
        "description": data.text("description", most=1000),
        "metadata": data.metadata(),
        "receipt_email": data.email("receipt_email"),
    }


def _expiry(params: Params, at: int) -> int:
    expires = params.integer("expires_at")
    if expires is None:
        return at + LONGEST
    if expires < at + SHORTEST:
        raise params.wrong(
            "expires_at", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        )
    if expires > at + LONGEST:
        raise params.wrong(
            "expires_at", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        )
    return expires


def _check_total(currency: str, total: int) -> None:
    if currency != "vnd":
        raise ApiError(f"Invalid currency: {currency}. The stand-in knows vnd.", param="currency")
    if total < LEAST:
        raise ApiError(
            f"The Checkout Session's total amount must convert to at least 50 cents. ₫{total:,} converts to less.",
            code="amount_too_small",
        )
    if total > MOST:
        raise ApiError(
            f"The Checkout Session's total amount due must be no more than ₫{MOST:,}.", code="amount_too_large"
        )


def read(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("checkout.session", id, "session")


def listing(world: World, params: Params) -> list[Thing]:
    intent = params.text("payment_intent")
    status = params.text("status", among=("open", "complete", "expired"))
    params.finish()
    return [
        session
        for session in world.all("checkout.session")
        if (not intent or session["payment_intent"] == intent) and (not status or session["status"] == status)
    ]


def line_items(world: World, params: Params, id: str) -> list[Thing]:
    params.finish()
    if id not in world.lines:
        raise missing("checkout.session", id, "session")
    return world.lines[id]


def expire(world: World, params: Params, id: str) -> Thing:
    params.finish()
    session = world.find("checkout.session", id, "session")
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`.",
            began=True,
        )
    close(world, session)
    return session


def close(world: World, session: Thing) -> None:
    """Nobody pays it any more; a payment that was under way is cancelled."""
    session.update(status="expired", url=None)
    intent = world.things.get(session["payment_intent"] or "")
    if intent and intent["status"] != "succeeded":
        intent.update(status="canceled", canceled_at=world.now(), next_action=None, cancellation_reason="expired")
    world.tell("checkout.session.expired", session)


def expire_due(world: World) -> None:
    """Closes the sessions whose time is over."""
    with world.lock:
        due = [
            one for one in world.all("checkout.session") if one["status"] == "open" and one["expires_at"] <= world.now()
        ]
        for session in due:
            close(world, session)
        if due:
            world.save()
