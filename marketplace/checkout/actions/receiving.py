"""What a bank's statement tells reaches the orders: each line is placed, then its orders settled, in a transaction each."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from marketplace.errors import one_by_one
from marketplace.payment.banking import actions as banking
from marketplace.payment.banking import queries
from marketplace.payment.banking.actions.lines import Found
from marketplace.payment.models import Refund, StatementLine

from .. import notices
from .settling import settle


def receive(*, line_id: int, at: datetime) -> None:
    """The line has paid what it names, or waits for people."""
    _settle(_match(line_id, at), at)


def receive_all(*, at: datetime) -> None:
    """So has every line that nobody has looked at yet; and no order waits to take what a line has brought it."""
    one_by_one(queries.lines_to_match(), lambda line_id: receive(line_id=line_id, at=at))
    one_by_one(queries.orders_to_settle(), lambda order_id: settle(order_id=order_id, at=at))


def place_line(*, line: StatementLine, amounts: Mapping[str, Decimal | None], by: Any, at: datetime) -> None:
    """The orders that a person names have the money of the line."""
    _settle(banking.lines.assign(line=line, amounts=amounts, by=by, at=at), at)


@transaction.atomic
def payout_bounced(*, refund: Refund, by: Any, at: datetime) -> bool:
    """The buyer is asked for another account, unless there is a newer one. Whether they were asked."""
    account = banking.payouts.bounced(refund=refund, by=by, at=at)
    if asked := account.given_at is None:
        notices.refund_account_wanted(refund, account, again=True)
    return asked


@transaction.atomic
def _match(line_id: int, at: datetime) -> Found:
    found = banking.lines.match(line_id=line_id, at=at)
    if found.refund:
        notices.refunded(found.refund, by_hand=True)
    return found


def _settle(found: Found, at: datetime) -> None:
    for order_id in found.order_ids:
        settle(order_id=order_id, at=at)
