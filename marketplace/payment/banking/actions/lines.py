"""What becomes of a line: it pays orders, or a refund left with it, or a person says what it is. Each line once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.money import ZERO, dong

from ... import actions as payments
from ...models import LinePart, Refund, Source, StatementLine
from ...references import PAYOUT, payout_number, references_in
from .. import matching, queries

State = StatementLine.State


class NotLeft(Refused):
    """Somebody was quicker, or the machine."""

    sentence = _("This transfer is “%(state)s”; there is nothing left to decide.")
    code = "line_not_left"


class DoesNotAddUp(Refused):
    sentence = _("The amounts add up to %(sum)s, the transfer is %(amount)s.")
    code = "line_does_not_add_up"


class NoTransferOrder(Refused):
    sentence = _("No order to be paid by transfer has the number %(number)s.")
    code = "no_transfer_order"


@dataclass(frozen=True)
class Found:
    """Whom a line concerns."""

    order_ids: tuple[int, ...] = ()
    refund: Refund | None = None


def lock(line_id: int) -> StatementLine:
    """The line, for this transaction alone."""
    return StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)


@transaction.atomic
def match(*, line_id: int, at: datetime) -> Found:
    """A new line is placed by what it says, or left for people. One that was placed stays as it is."""
    line = lock(line_id)
    if line.state != State.NEW:
        return Found()
    if line.amount < 0:
        return _paid_out(line, at)
    names = matching.named(line.text, settings.ORDER_PREFIX)
    parts = dict(matching.match(names, line.amount, queries.dues(names)))
    if parts:
        return _place(line, parts, None)
    _move(line, State.LEFT)
    return Found()


def _paid_out(line: StatementLine, at: datetime) -> Found:
    """A refund that was due left with this line; other money that goes out is the office's own."""
    numbers = [payout_number(name) for name in references_in(line.text, PAYOUT)]
    for refund in Refund.objects.filter(pk__in=numbers, amount=-line.amount, line=None).order_by("pk")[:1]:
        if payments.refund_made(refund_id=refund.pk, reference=refund.payout_reference, at=at):
            Refund.objects.filter(pk=refund.pk).update(line=line)
            _move(line, State.TAKEN)
            return Found(refund=refund)
    _move(line, State.LEFT if numbers else State.OUT)
    return Found()


@transaction.atomic
def assign(*, line: StatementLine, amounts: Mapping[str, Decimal | None], by: Any, at: datetime) -> Found:
    """A person says which orders the money is for; an order without an amount gets what is left of the line."""
    locked = lock(line.pk)
    if locked.state != State.LEFT or locked.amount < 0:
        raise NotLeft(state=locked.get_state_display())
    told = sum((amount for amount in amounts.values() if amount is not None), ZERO)
    parts: dict[int, Decimal] = {}
    for number, amount in amounts.items():
        source = queries.transfers().filter(order__number__iexact=number).first()
        if source is None:
            raise NoTransferOrder(number=number)
        parts[source.pk] = parts.get(source.pk, ZERO) + (locked.amount - told if amount is None else amount)
    if sum(parts.values()) != locked.amount or min(parts.values(), default=ZERO) <= 0:
        raise DoesNotAddUp(sum=dong(sum(parts.values(), ZERO)), amount=dong(locked.amount))
    return _place(locked, parts, by)


@transaction.atomic
def set_aside(*, line: StatementLine, reason: str, by: Any) -> None:
    """A person has seen that the money is for no order."""
    locked = lock(line.pk)
    if locked.state != State.LEFT:
        raise NotLeft(state=locked.get_state_display())
    _move(locked, State.ASIDE, reason)
    note(locked, "line.aside", by=by, reason=reason)


@transaction.atomic
def bring_back(*, line: StatementLine, by: Any) -> None:
    """What was set aside is looked at again."""
    locked = lock(line.pk)
    if locked.state != State.ASIDE:
        raise NotLeft(state=locked.get_state_display())
    _move(locked, State.LEFT)
    note(locked, "line.back", by=by)


@transaction.atomic
def take(*, part: LinePart, at: datetime) -> Source:
    """The part's money is on its source, once. The order is locked."""
    source = Source.objects.select_related("source_type").get(pk=part.source_id)
    if LinePart.objects.filter(pk=part.pk, taken_at=None).update(taken_at=at):
        payments.money_came(source=source, amount=part.amount, reference=f"line:{part.line_id}", at=at)
    return source


def _place(line: StatementLine, parts: Mapping[int, Decimal], by: Any) -> Found:
    made = [LinePart(line=line, source_id=pk, amount=amount, by=by) for pk, amount in sorted(parts.items())]
    LinePart.objects.bulk_create(made)
    _move(line, State.TAKEN)
    orders = Source.objects.filter(pk__in=parts).order_by("order_id").values_list("order_id", flat=True)
    note(line, "line.placed", by=by, parts={str(pk): int(amount) for pk, amount in parts.items()})
    return Found(order_ids=tuple(orders))


def _move(line: StatementLine, state: str, reason: str = "") -> None:
    line.state, line.reason = state, reason
    line.save(update_fields=["state", "reason"])
