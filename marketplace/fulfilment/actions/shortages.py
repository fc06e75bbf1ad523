"""Pieces of a parcel that are not there: what the parcels and their lines say of them. Callers hold the order's lock."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.money import ZERO

from ..models import Fulfilment, FulfilmentLine, ShortLine, new_code

Status, Method, Outcome = Fulfilment.Status, Fulfilment.Method, ShortLine.Outcome
KEPT = "reason", "recalled_lot", "good_until", "shortage_id", "transfer_line_id", "chosen", "chosen_at"


class Incomplete(Refused):
    """The parcel waits until its missing pieces are found, or taken off."""

    sentence = _("Pieces of this order are missing. The shopper has been asked what to do; please wait.")
    code = "fulfilment_incomplete"


def refuse_incomplete(*, fulfilment: Fulfilment) -> None:
    """Nothing is picked while pieces of the parcel are missing."""
    if ShortLine.objects.waiting().filter(fulfilment=fulfilment).exists():
        raise Incomplete


def pick_anew(*, fulfilment: Fulfilment) -> None:
    """What was packed is not what goes out: the parcel is to be picked again.

    Whoever had a code for it is promised nothing any more, and gets another code when it is ready.
    """
    if fulfilment.status not in (Status.PICKING, Status.PACKED, Status.READY):
        return
    changes: dict[str, Any] = {"status": Status.OPEN, "picking_at": None, "packed_at": None}
    if fulfilment.status == Status.READY:
        changes |= {"ready_at": None, "collect_by": None, "promised_at": None, "code": new_code(), "wrong_codes": 0}
    for name, value in changes.items():
        setattr(fulfilment, name, value)
    fulfilment.save(update_fields=list(changes))
    journal.note(fulfilment, "fulfilment.open")


def move_pieces(
    *, fulfilment: Fulfilment, line_id: int, quantity: int, location_id: int, reason: str, at: datetime
) -> Fulfilment:
    """Pieces of a delivery are packed at another place, in its parcel for the order, and travel as quickly as was paid for."""
    if location_id == fulfilment.location_id:
        return fulfilment
    there, is_new = Fulfilment.objects.get_or_create(
        order_id=fulfilment.order_id, location_id=location_id, method=fulfilment.method,
        defaults={"routing": reason, "travel_days": fulfilment.travel_days},
    )  # fmt: skip
    if not is_new and there.status == Status.CANCELLED:  # it had lost all its pieces before
        there.status, there.finished_at, there.routing = Status.OPEN, None, reason
        there.save(update_fields=["status", "finished_at", "routing"])
    part, is_first = FulfilmentLine.objects.get_or_create(
        fulfilment=there, line_id=line_id, defaults={"quantity": quantity}
    )
    if not is_first:
        FulfilmentLine.objects.filter(pk=part.pk).update(quantity=F("quantity") + quantity)
    take_off(fulfilment=fulfilment, line_id=line_id, quantity=quantity, at=at)
    if fulfilment.status == Status.CANCELLED:  # the shopper pays for one parcel, wherever it leaves
        there.fee, fulfilment.fee = there.fee + fulfilment.fee, ZERO
        Fulfilment.objects.bulk_update([there, fulfilment], ["fee"])
    return there


def take_off(*, fulfilment: Fulfilment, line_id: int, quantity: int, at: datetime) -> None:
    """The parcel has so many pieces less; one without any is cancelled."""
    part = FulfilmentLine.objects.get(fulfilment=fulfilment, line_id=line_id)
    if part.quantity > quantity:
        part.quantity -= quantity
        part.save(update_fields=["quantity"])
        return
    part.delete()
    if not fulfilment.lines.exists():
        fulfilment.status, fulfilment.finished_at = Status.CANCELLED, at
        fulfilment.save(update_fields=["status", "finished_at"])
        journal.note(fulfilment, "fulfilment.cancelled")


def open_short(*, fulfilment: Fulfilment, line_id: int, quantity: int, at: datetime, **facts: Any) -> ShortLine:
    """It is known that these pieces were not there, why, and, where others were found at once, where."""
    made = ShortLine.objects.create(fulfilment=fulfilment, line_id=line_id, quantity=quantity, opened_at=at, **facts)
    journal.note(fulfilment, "fulfilment.short", quantity=quantity, line=line_id, outcome=made.outcome)
    return made


def found(*, short: ShortLine, quantity: int, location_id: int, at: datetime) -> None:
    """So many of the missing pieces are promised again; the rest goes on waiting."""
    came = location_id == short.fulfilment.location_id
    outcome = Outcome.CAME if came else Outcome.MOVED
    if quantity < short.quantity:
        kept = {name: getattr(short, name) for name in KEPT}
        ShortLine.objects.create(
            fulfilment=short.fulfilment, line_id=short.line_id, quantity=quantity, opened_at=short.opened_at,
            closed_at=at, outcome=outcome, found_at_id=location_id, **kept,
        )  # fmt: skip
        short.quantity -= quantity
        short.save(update_fields=["quantity"])
    else:
        short.found_at_id = location_id
        short.save(update_fields=["found_at"])
        end(short=short, outcome=outcome, at=at)
    journal.note(short.fulfilment, "fulfilment.found", quantity=quantity, line=short.line_id, location=location_id)


def end(*, short: ShortLine, outcome: str, at: datetime) -> None:
    """Nobody looks for these pieces any more."""
    short.outcome, short.closed_at = outcome, at
    short.save(update_fields=["outcome", "closed_at"])


def end_all(*, at: datetime, **which: Any) -> None:
    """The order or a parcel of it is cancelled, and with it every question about its pieces."""
    waiting = ShortLine.objects.waiting().filter(**which)
    waiting.update(outcome=Outcome.CANCELLED, closed_at=at)


def choose(*, short: ShortLine, choice: str, by: Any, at: datetime) -> None:
    """The shopper has decided."""
    short.chosen, short.chosen_at = choice, at
    short.save(update_fields=["chosen", "chosen_at"])
    journal.note(short.fulfilment, "fulfilment.short_answered", by=by, choice=choice)
