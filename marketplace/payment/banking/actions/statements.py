"""Statements become lines: each transaction of an account once, whatever brings it and however often."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from ...models import BankAccount, BankFeed, Statement, StatementFormat, StatementLine
from .. import reading
from ..told import Told, keys

BATCH = 500


class ReadAlready(Refused):
    sentence = _("This statement was read; it stays with its report.")
    code = "statement_read"


@transaction.atomic
def take(*, account: BankAccount, name: str, data: bytes, by: Any, at: datetime) -> Statement:
    """The file is kept; its lines are in the inbox when its bank's columns are known, else it waits for a person to name them."""
    table = reading.table_of(name=name, data=data)
    statement = Statement.objects.create(account=account, name=name[-200:], by=by, made_at=at, table=table.plain)
    known = StatementFormat.objects.filter(bin=account.bin).values_list("columns", flat=True).first() or {}
    if reading.fits(known, table.headings):
        _read(statement, table, known, by, at)
    return statement


@transaction.atomic
def name_columns(*, statement: Statement, columns: dict[str, str], by: Any, at: datetime) -> None:
    """The bank's columns are known from now on, and the file is read by them."""
    locked = Statement.objects.select_for_update(of=("self",)).select_related("account").get(pk=statement.pk)
    if locked.read_at:
        raise ReadAlready
    table = table_of(statement=locked)
    reading.check(columns, table.headings)
    facts = {"columns": columns, "by": by, "changed_at": at}
    StatementFormat.objects.update_or_create(bin=locked.account.bin, defaults=facts)
    _read(locked, table, columns, by, at)


@transaction.atomic
def drop(*, statement: Statement, by: Any) -> None:
    """A file that was not read is gone."""
    locked = Statement.objects.select_for_update().get(pk=statement.pk)
    if locked.read_at:
        raise ReadAlready
    note(locked, "statement.dropped", by=by, name=locked.name)
    locked.delete()


def table_of(*, statement: Statement) -> reading.Table:
    """The cells that wait for their columns to be named."""
    kept = statement.table or {"headings": [], "rows": []}
    return reading.Table(kept["headings"], [(number, row) for number, row in kept["rows"]])


@transaction.atomic
def report(*, feed: BankFeed, told: Sequence[Told], at: datetime) -> dict[str, StatementLine]:
    """What a program posts is in the inbox; of each bank's number the line as it is kept."""
    kept = _keep(feed.account, told, at, feed=feed)
    return {line.bank_id: line for line in kept.values()}


def _read(statement: Statement, table: reading.Table, columns: dict[str, str], by: Any, at: datetime) -> None:
    rows = list(reading.rows(table, columns))
    told = [row.told for row in rows if row.told]
    kept = _keep(statement.account, told, at, statement=statement)
    names = iter(keys(told))
    statement.report = [_reported(row, kept[next(names)].pk if row.told else None) for row in rows]
    statement.table, statement.read_at = None, at
    statement.save(update_fields=["report", "table", "read_at"])
    fresh = sum(line.statement_id == statement.pk for line in kept.values())
    note(statement, "statement.read", by=by, rows=len(rows), fresh=fresh)


def _reported(row: reading.Row, line_id: int | None) -> list[Any]:
    return [row.number, line_id, *([row.refusal.code, row.refusal.facts] if row.refusal else [])]


def _keep(account: BankAccount, told: Sequence[Told], at: datetime, **brought_by: Any) -> dict[str, StatementLine]:
    """Each transaction has its line, by key. One that another file or program has brought stays as it was told first."""
    named = dict(zip(keys(told), told, strict=True))
    made = [
        _line(account, key, one, at, brought_by) for key, one in sorted(named.items())
    ]  # as others sort: no deadlock
    StatementLine.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    return {line.key: line for line in StatementLine.objects.filter(account=account, key__in=named)}


def _line(account: BankAccount, key: str, one: Told, at: datetime, brought_by: dict[str, Any]) -> StatementLine:
    return StatementLine(
        account=account, key=key, bank_id=one.bank_id, happened_at=one.happened_at, amount=one.amount, text=one.text,
        payer=one.payer, balance=one.balance, received_at=at, **brought_by,
    )  # fmt: skip
