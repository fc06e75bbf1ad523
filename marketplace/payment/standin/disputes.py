"""A payer who asks the bank for the money back: disputes, what the shop answers, and how the bank decides."""

from __future__ import annotations

from . import files, objects
from .objects import Thing
from .params import Params
from .refused import ApiError
from .world import World

DAY = 24 * 60 * 60
DAYS = 9  # until the shop must have answered
OPEN = ("needs_response", "warning_needs_response")
UNDECIDED = (*OPEN, "under_review", "warning_under_review")
REASONS = {  # the bank's own codes, as Visa numbers them
    "fraudulent": "10.4", "product_not_received": "13.1", "product_unacceptable": "13.3", "duplicate": "12.6.1",
    "credit_not_processed": "13.7", "general": "13.5", "unrecognized": "10.4",
}  # fmt: skip
# In the shop's own words of the evidence, as in Stripe's test mode: the bank decides at once.
WINS, LOSES = "winning_evidence", "losing_evidence"
FEE = 380_000  # Stripe's fee for a dispute, as it converts


def open_dispute(
    world: World, intent_id: str, *, reason: str = "fraudulent", amount: int | None = None, inquiry: bool = False
) -> Thing:
    """The payer's bank asks for the money, or, by an inquiry, first only asks about it."""
    with world.change():
        intent = world.find("payment_intent", intent_id, "payment_intent")
        return begin(world, world.find("charge", intent["latest_charge"]), reason, amount, inquiry)


def begin(world: World, charge: Thing, reason: str, amount: int | None = None, inquiry: bool = False) -> Thing:
    at = world.now()
    made = objects.dispute(
        at=at, charge=charge, amount=amount or charge["amount"] - charge["amount_refunded"], reason=reason,
        code=REASONS[reason], due_by=at + DAYS * DAY, inquiry=inquiry,
    )  # fmt: skip
    world.add(made)
    charge["disputed"] = True
    world.tell("charge.dispute.created", made)
    if not inquiry:
        _withdraw(world, made)
    return made


def _withdraw(world: World, dispute: Thing) -> None:
    _book(world, dispute, -dispute["amount"], FEE)
    world.tell("charge.dispute.funds_withdrawn", dispute)


def _book(world: World, dispute: Thing, amount: int, fee: int) -> None:
    dispute["balance_transactions"].append(objects.balance_move(at=world.now(), of=dispute, amount=amount, fee=fee))


def decide(world: World, id: str, *, won: bool) -> Thing:
    """The bank has decided, or thinks again. An inquiry that is not won becomes a dispute."""
    with world.change():
        dispute = world.find("dispute", id, "dispute")
        _decide(world, dispute, won)
        return dispute


def _decide(world: World, dispute: Thing, won: bool) -> None:
    if dispute["status"].startswith("warning_"):
        return _end_inquiry(world, dispute, won)
    before, dispute["status"] = dispute["status"], "won" if won else "lost"
    if won:
        _book(world, dispute, dispute["amount"], 0)
        world.tell("charge.dispute.funds_reinstated", dispute)
    elif before == "won":
        _withdraw(world, dispute)
    world.tell("charge.dispute.closed", dispute)


def _end_inquiry(world: World, dispute: Thing, won: bool) -> None:
    if won:
        dispute["status"] = "warning_closed"
        return world.tell("charge.dispute.closed", dispute)
    dispute.update(status="needs_response", is_charge_refundable=False)
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    world.tell("charge.dispute.updated", dispute)
    _withdraw(world, dispute)


def refuse_in_the_way(world: World, charge: Thing, amount: int) -> None:
    """Nothing goes back that the bank has taken, or may still give to the payer."""
    taken = [
        one["amount"]
        for one in world.all("dispute")
        if one["charge"] == charge["id"] and not one["is_charge_refundable"] and one["status"] != "won"
    ]
    if amount > charge["amount"] - charge["amount_refunded"] - sum(taken):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed", began=True)


def read(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("dispute", id, "dispute")


def listing(world: World, params: Params) -> list[Thing]:
    intent, charge = params.text("payment_intent"), params.text("charge")
    created = params.child("created")
    since = created.integer("gte")
    params.finish()
    return [
        one
        for one in world.all("dispute")
        if (not intent or one["payment_intent"] == intent)
        and (not charge or one["charge"] == charge)
        and (not since or one["created"] >= since)
    ]


def update(world: World, params: Params, id: str) -> Thing:
    """Evidence is staged and, with `submit` (as unless told otherwise), sent to the bank, once."""
    dispute = world.find("dispute", id, "dispute")
    evidence, metadata = params.child("evidence"), params.metadata()
    given = {name: evidence.text(name, most=_longest(name)) for name in objects.EVIDENCE}
    named = files.named_in(world, evidence)
    submit = params.boolean("submit")
    params.finish()
    if dispute["status"] not in OPEN:
        raise ApiError("This dispute is already closed or has been answered.", code="dispute_not_updatable", began=True)
    said = dispute["evidence"] | {name: text for name, text in given.items() if text is not None} | named
    files.refuse_too_much(world, said)
    dispute["metadata"].update(metadata)
    dispute["evidence"] = said
    dispute["evidence_details"]["has_evidence"] = any(said[name] for name in (*objects.EVIDENCE, *objects.FILES))
    if submit is not False:
        _submit(world, dispute)
    world.tell("charge.dispute.updated", dispute)
    return dispute


def _longest(name: str) -> int:
    return 20_000 if name in objects.LONG else 5_000


def _submit(world: World, dispute: Thing) -> None:
    dispute["evidence_details"]["submission_count"] += 1
    dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    said = dispute["evidence"]["uncategorized_text"] or ""
    if WINS in said or LOSES in said:
        _decide(world, dispute, WINS in said)


def close(world: World, params: Params, id: str) -> Thing:
    """The shop gives in: the dispute is lost."""
    params.finish()
    dispute = world.find("dispute", id, "dispute")
    if dispute["status"] not in OPEN:
        raise ApiError("This dispute is already closed.", code="dispute_not_updatable", began=True)
    dispute["status"] = "lost"
    world.tell("charge.dispute.closed", dispute)
    return dispute


def end_overdue(world: World) -> None:
    """Nobody answered in time: the bank decides for the payer; of an inquiry nothing more comes for now."""
    with world.lock:
        late = [one for one in world.all("dispute") if _overdue(world, one)]
        for dispute in late:
            _decide(world, dispute, dispute["status"].startswith("warning_"))
        if late:
            world.save()


def _overdue(world: World, dispute: Thing) -> bool:
    due: int = dispute["evidence_details"]["due_by"]
    return dispute["status"] in OPEN and due < world.now()
