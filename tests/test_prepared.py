"""A statement that is planned once, for whatever values come, still finds the few rows that wait among millions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from catalogue.models import Product
from marketplace.fulfilment.models import Return
from marketplace.notices.models import Delivery
from marketplace.payment.models import StatementLine
from marketplace.tills.models import TillEvent
from tests.make import NOW

pytestmark = pytest.mark.django_db
WAITING, NEW = TillEvent.Status.WAITING, StatementLine.State.NEW

Asked = Callable[[], QuerySet[Any]]
FEW: dict[str, Asked] = {
    "till_event_waiting": lambda: TillEvent.objects.filter(till=1, status__literally=WAITING).order_by("sequence")[:9],
    "till_event_parked": lambda: TillEvent.objects.filter(till=1, status__literally="parked").order_by("-pk")[:9],
    "delivery_due": lambda: Delivery.objects.due(NOW).order_by("next_try_at")[:9],
    "return_to_net": lambda: Return.objects.filter(status__literally="settled", netted_at=None).order_by("closed_at")[:9],
    "line_waiting": lambda: StatementLine.objects.filter(state__literally=NEW).order_by("pk")[:9],
}  # fmt: skip


def plan(asked: QuerySet[Any]) -> str:
    """As PostgreSQL plans it without knowing a value."""
    sql, facts = asked.values("pk").query.sql_with_params()
    for number in range(1, len(facts) + 1):
        sql = sql.replace("%s", f"${number}", 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off")
        cursor.execute(f"PREPARE asked AS {sql}")
        values = ", ".join(f"'{fact}'" for fact in facts)
        cursor.execute(f"EXPLAIN EXECUTE asked({values})" if facts else "EXPLAIN EXECUTE asked")
        found = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("DEALLOCATE asked")
    return found


@pytest.mark.parametrize("index", FEW)
def test_what_waits_is_found_in_its_own_index(index: str) -> None:
    assert index in plan(FEW[index]())


def test_a_value_beside_the_statement_is_not_known_when_it_is_planned() -> None:
    asked = TillEvent.objects.filter(till=1, status=WAITING).order_by("sequence")[:9]
    assert "till_event_waiting" not in plan(asked)


@pytest.mark.parametrize("word", ["x' OR 'a", "", "Waiting", "ưu"])
def test_only_a_plain_word_is_written_into_a_statement(word: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(word))):
        list(Product.objects.filter(title__literally=word))
