"""Money given back: never more than was taken."""

from __future__ import annotations

from . import disputes, objects
from .objects import Thing
from .params import Params
from .payments import RETURNED_REFUND, SLOW_REFUND
from .refused import ApiError
from .world import World

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
SLOW = 5  # seconds until a slow refund arrives, or one that will not arrive comes back


def create(world: World, params: Params) -> Thing:
    amount = params.integer("amount", least=1)
    reason, metadata = params.text("reason", among=REASONS), params.metadata()
    charge = _charge(world, params)
    params.finish()
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded", began=True)
    amount = left if amount is None else amount
    if amount > left:
        what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise ApiError(f"Refund amount (₫{amount:,}) is greater than {what} (₫{left:,})", param="amount", began=True)
    disputes.refuse_in_the_way(world, charge, amount)
    slow = _card(charge) == SLOW_REFUND[-4:] or world.switches.refund_fail
    refund = world.add(
        objects.refund(
            at=world.now(),
            charge=charge,
            amount=amount,
            reason=reason,
            metadata=metadata,
            **({"status": "pending", "pending_reason": "processing"} if slow else {}),
        )
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.tell("refund.created", refund)
    world.tell("charge.refunded", charge)
    return refund


def _charge(world: World, params: Params) -> Thing:
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    if bool(intent_id) == bool(charge_id):
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if intent_id:
        intent = world.find("payment_intent", intent_id, "payment_intent")
        charge_id = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if charge_id is None:
            raise ApiError(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                param="payment_intent",
                began=True,
            )
    charge = world.find("charge", charge_id or "", "charge")
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} was not paid.", param="charge", began=True)
    return charge


def read(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("refund", id, "refund")


def update(world: World, params: Params, id: str) -> Thing:
    refund = world.find("refund", id, "refund")
    metadata = params.metadata()
    params.finish()
    refund["metadata"].update(metadata)
    world.tell("refund.updated", refund)
    return refund


def listing(world: World, params: Params) -> list[Thing]:
    intent, charge = params.text("payment_intent"), params.text("charge")
    params.finish()
    return [
        refund
        for refund in world.all("refund")
        if (not intent or refund["payment_intent"] == intent) and (not charge or refund["charge"] == charge)
    ]


def settle_due(world: World) -> None:
    """Slow refunds arrive, or fail; others come back."""
    with world.lock:
        due = [one for one in world.all("refund") if one["created"] + SLOW <= world.now() and _unsettled(world, one)]
        for refund in due:
            refund.pop("pending_reason", None)
            if refund["status"] == "pending" and not world.switches.refund_fail:
                refund["status"] = "succeeded"
            else:
                _fail(world, refund)
            world.tell("refund.updated", refund)
        if due:
            world.save()


def _unsettled(world: World, refund: Thing) -> bool:
    returned = refund["status"] == "succeeded" and _card(world.things[refund["charge"]]) == RETURNED_REFUND[-4:]
    return returned or refund["status"] == "pending"


def _fail(world: World, refund: Thing) -> None:
    """The money stays with the shop, and can be given back once more."""
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    charge = world.things[refund["charge"]]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.tell("refund.failed", refund)
    world.tell("charge.refund.updated", refund)


def _card(charge: Thing) -> str:
    last4: str = charge["payment_method_details"]["card"]["last4"]
    return last4
