"""Many rows at once, past Django's objects: PostgreSQL's own COPY, one INSERT or UPDATE from lists. Two lookups for such tables."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Lookup, Model

WORD = re.compile(r"[a-z-]+")


@Field.register_lookup
class Among(Lookup):
    """`filter(uuid__among=[…])`: like `in`, but the list is one parameter, however long it is."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, facts = self.process_lhs(compiler, connection)
        place, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({place})", [*facts, *values]


@Field.register_lookup
class Literally(Lookup):
    """`filter(status__literally="waiting")`: like `=`, but the word stands in the statement itself.

    A prepared statement is planned without its parameters; only so can it use an index that holds the waiting rows alone.
    """

    lookup_name = "literally"

    def get_prep_lookup(self) -> str:
        word = str(self.rhs)
        if not WORD.fullmatch(word):
            raise ValueError(f"{word!r} is not a plain word")
        return word

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, facts = self.process_lhs(compiler, connection)
        return f"{column} = '{self.rhs}'", facts


def copy(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The rows are in the table. Columns without a default in the database must be among the names; JSON comes as text."""
    if not rows:
        return
    columns = ", ".join(_column(_field(model, name)) for name in names)
    with connection.cursor() as cursor, cursor.copy(f"COPY {_table(model)} ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Like `copy`, in one exchange with the server instead of two: quicker for few rows, slower for thousands."""
    lists = [list(values) for values in zip(*rows, strict=True)]
    if not lists:
        return
    fields = [_field(model, name) for name in names]
    columns = ", ".join(map(_column, fields))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(model)} ({columns}) SELECT * FROM unnest({_lists(fields)})", lists)


def update(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row (the primary key, then a value for every name) says so now; JSON comes as text."""
    lists = [list(values) for values in zip(*rows, strict=True)]
    if not lists:
        return
    key, *fields = [model._meta.pk, *(_field(model, name) for name in names)]
    new = ", ".join(f"{_column(field)} = new.{_column(field)}" for field in fields)
    columns = ", ".join(_column(field) for field in (key, *fields))
    values = _lists([key, *fields])
    where = f"{_table(model)}.{_column(key)} = new.{_column(key)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table(model)} SET {new} FROM unnest({values}) AS new ({columns}) WHERE {where}", lists
        )


def _lists(fields: Iterable[Any]) -> str:
    """A parameter for each: the values of one column, in its type."""
    return ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
