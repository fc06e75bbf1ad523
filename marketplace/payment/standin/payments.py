"""What happens when somebody pays a session with a card: intents, charges and the bank's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from . import disputes, objects
from .objects import Thing
from .params import Params
from .refused import ApiError
from .world import World


class Outcome(StrEnum):
    PAID = "paid"
    DECLINED = "declined"
    CHALLENGE = "challenge"  # the bank asks the payer to confirm (3-D Secure)
    CLOSED = "closed"  # paid before, or expired


@dataclass(frozen=True)
class Card:
    number: str
    month: int = 12
    year: int = 2040
    cvc: str = "123"


GOOD, DECLINED = "4242424242424242", "4000000000000002"
THREE_D_SECURE, SLOW_REFUND = "4000000000003220", "4000000000007726"
RETURNED_REFUND = "4000000000005126"  # its refunds succeed, and the bank sends them back seconds later
DISPUTED, NOT_RECEIVED, ASKED_ABOUT = "4000000000000259", "4000000000002685", "4000000000001976"
# Paid, and the payer at once asks the bank for the money: why, and whether the bank only asks about it at first.
DISPUTES = {
    DISPUTED: ("fraudulent", False),
    NOT_RECEIVED: ("product_not_received", False),
    ASKED_ABOUT: ("fraudulent", True),
}
PAYS = {GOOD, "5555555555554444", THREE_D_SECURE, SLOW_REFUND, RETURNED_REFUND, *DISPUTES}
REFUSALS = {
    DECLINED: ("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000000069": ("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
}
NOT_A_TEST_CARD = (
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Only test cards are known here: never type the number of a real card.",
)
INCOMPLETE = ("invalid_expiry_year", "expired_card", "Your card's expiration date is in the past.")
CHALLENGE_FAILED = (
    "payment_intent_authentication_failure",
    "authentication_required",
    "The bank could not confirm that it is you. Choose another card or try again.",
)


def payable(world: World, session: Thing) -> bool:
    return session["status"] == "open" or (session["status"] == "expired" and world.switches.pay_late)


def pay(world: World, session_id: str, card: Card) -> Outcome:
    """One attempt to pay; the session stays open until an attempt succeeds."""
    with world.change():
        session = world.find("checkout.session", session_id, "session")
        if not payable(world, session):
            return Outcome.CLOSED
        intent = _intent(world, session)
        if refusal := _refusal(world, card):
            return _decline(world, session, intent, card, refusal)
        if card.number == THREE_D_SECURE:
            return _challenge(world, session, intent, card)
        return _succeed(world, session, intent, card)


def answer_challenge(world: World, session_id: str, *, confirmed: bool) -> Outcome:
    """The payer has answered the bank's question."""
    with world.change():
        session = world.find("checkout.session", session_id, "session")
        intent = world.things.get(session["payment_intent"] or "", {})
        if not payable(world, session) or intent.get("status") != "requires_action":
            return Outcome.CLOSED
        if confirmed:
            return _succeed(world, session, intent, Card(THREE_D_SECURE))
        return _decline(world, session, intent, Card(THREE_D_SECURE), CHALLENGE_FAILED)


def _intent(world: World, session: Thing) -> Thing:
    """The session's intent; Checkout makes it at the first attempt, and again after a cancelled one."""
    intent = world.things.get(session["payment_intent"] or "")
    if intent and intent["status"] != "canceled":
        return intent
    given = world.intents[session["id"]]
    fresh = objects.payment_intent(at=world.now(), amount=session["amount_total"], **given)
    session["payment_intent"] = fresh["id"]
    return world.add(fresh)


def _refusal(world: World, card: Card) -> tuple[str, str, str] | None:
    today = datetime.fromtimestamp(world.now(), UTC)
    if card.number in REFUSALS:
        return REFUSALS[card.number]
    if card.number not in PAYS:
        return NOT_A_TEST_CARD
    return INCOMPLETE if (card.year, card.month) < (today.year, today.month) else None


def _charge(world: World, session: Thing, intent: Thing, card: Card, failure: Thing | None) -> Thing:
    details = objects.card(
        number=card.number, month=card.month, year=card.year, three_d_secure=card.number == THREE_D_SECURE
    )
    charge = objects.charge(
        at=world.now(), intent=intent, card=details, failure=failure, email=session["customer_email"]
    )
    intent["latest_charge"] = charge["id"]
    return world.add(charge)


def _decline(world: World, session: Thing, intent: Thing, card: Card, refusal: tuple[str, str, str]) -> Outcome:
    code, decline_code, message = refusal
    failure = {"code": code, "message": message}
    charge = _charge(world, session, intent, card, failure)
    intent.update(
        status="requires_payment_method",
        next_action=None,
        payment_method=None,
        last_payment_error={
            "type": "card_error",
            "code": code,
            "decline_code": decline_code,
            "message": message,
            "charge": charge["id"],
        },
    )
    world.tell("payment_intent.payment_failed", intent)
    return Outcome.DECLINED


def _challenge(world: World, session: Thing, intent: Thing, card: Card) -> Outcome:
    url = f"{world.url}/pay/{session['id']}"
    intent.update(
        status="requires_action",
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"{url}/bank", "return_url": url},
        },
    )
    return Outcome.CHALLENGE


def _succeed(world: World, session: Thing, intent: Thing, card: Card) -> Outcome:
    charge = _charge(world, session, intent, card, None)
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        last_payment_error=None,
        next_action=None,
        payment_method=charge["payment_method"],
    )
    session.update(
        status="complete",
        payment_status="paid",
        url=None,
        customer_details={
            "address": None,
            "email": session["customer_email"],
            "name": None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    )
    world.tell("payment_intent.succeeded", intent)
    world.tell("checkout.session.completed", session)
    if card.number in DISPUTES:
        reason, inquiry = DISPUTES[card.number]
        disputes.begin(world, charge, reason, inquiry=inquiry)
    return Outcome.PAID


def read_intent(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("payment_intent", id, "intent")


def list_intents(world: World, params: Params) -> list[Thing]:
    params.finish()
    return world.all("payment_intent")


def update_intent(world: World, params: Params, id: str) -> Thing:
    intent = world.find("payment_intent", id, "intent")
    description, metadata = params.text("description", most=1000), params.metadata()
    params.finish()
    if description is not None:
        intent["description"] = description or None
    intent["metadata"].update(metadata)
    return intent


def cancel_intent(world: World, params: Params, id: str) -> Thing:
    world.find("payment_intent", id, "intent")
    raise ApiError(
        "You cannot cancel this PaymentIntent because it was created by Checkout. Expire its Checkout Session instead.",
        code="payment_intent_unexpected_state",
        began=True,
    )


def read_charge(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("charge", id, "charge")
