"""Many rows at once, past Django's objects: PostgreSQL's own COPY, and one UPDATE from lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Lookup, Model
from psycopg import sql


@Field.register_lookup
class Among(Lookup):
    """`filter(uuid__among=[…])`: like `in`, but the list is one parameter, however long it is."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, facts = self.process_lhs(compiler, connection)
        place, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({place})", [*facts, *values]


def copy(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The rows are in the table. Every column without a default in the database must be among the names; JSON comes as text."""
    if not rows:
        return
    columns = sql.SQL(", ").join(sql.Identifier(model._meta.get_field(name).column) for name in names)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
    with connection.cursor() as cursor, cursor.copy(command.as_string()) as stream:
        for row in rows:
            stream.write_row(row)


def update(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row (the primary key, then a value for every name) says so now; JSON comes as text."""
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    lists = [list(values) for values in zip(*rows, strict=True)]
    if not lists:
        return
    command = sql.SQL("UPDATE {table} SET {new} FROM unnest({lists}) AS new ({columns}) WHERE {table}.{key} = new.{key}").format(
        table=sql.Identifier(model._meta.db_table),
        new=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(field.column)) for field in fields[1:]),
        lists=sql.SQL(", ").join(sql.SQL("%s::" + field.rel_db_type(connection) + "[]") for field in fields),
        columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        key=sql.Identifier(fields[0].column),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(command.as_string(), lists)
