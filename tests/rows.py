"""What the database holds, to see that a refusal changed nothing."""

from django.apps import apps
from django.db import connection


def everything() -> dict[str, tuple[int, str]]:
    """Every row of every table of ours and Oscar's; a visitor's session is nobody's record."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - {"django_session"})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(
            f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM {name} t"
            for name in tables
        ))  # fmt: skip
        return {name: (rows, content) for name, rows, content in cursor.fetchall()}


def changed(before: dict[str, tuple[int, str]]) -> set[str]:
    now = everything()
    return {name for name in now if now[name] != before[name]}
