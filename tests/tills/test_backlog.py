"""A hundred thousand events wait; recorded, then told and recorded once more, the ledger is the same to the last row."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from marketplace.locations.models import Location
from marketplace.stock.models import Balance
from marketplace.tills import actions, proofs, tasks
from marketplace.tills.models import Till, TillEvent
from tests import make

EVENTS, BATCH, SHELVES = 100_000, 500, 40
LEDGER = """
    SELECT (SELECT md5(string_agg(format('%s:%s:%s', id, on_hand, held), ',' ORDER BY id)) FROM stock_balance),
           (SELECT md5(string_agg(format('%s:%s:%s', key, balance_id, quantity), ',' ORDER BY key)) FROM stock_movement),
           (SELECT md5(string_agg(format('%s:%s', uuid, status), ',' ORDER BY uuid)) FROM tills_tillevent),
           (SELECT count(*) FROM stock_movement), (SELECT count(*) FROM stock_shortage)
"""


def _events(random: Random, codes: list[str]) -> Iterator[actions.Report]:
    """Sales, some brought back, now and then a code that nobody knows and a count."""
    for number in range(EVENTS // 2):
        kind = random.choices(["sale", "return", "count"], [90, 8, 2])[0]
        code = random.choice(codes) if random.random() < 0.999 else "KHONG-CO"
        lines = [{"code": code, "quantity": random.randint(1, 3), "price": 95_000}]
        yield actions.Report(
            UUID(int=random.getrandbits(128)), number + 1, kind, make.NOW, {"kind": kind, "lines": lines}
        )


def _told(till: Till, reports: list[actions.Report]) -> None:
    rest = iter(reports)
    while batch := list(islice(rest, BATCH)):
        actions.accept(till=till, reports=batch, at=make.NOW)


def _ledger() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(LEDGER)
        return cursor.fetchone()


@pytest.fixture
def place(transactional_db: None) -> Location:
    place = make.location()
    maker = make.producer()
    for _ in range(SHELVES):
        make.stock(make.product(producer=maker, stars=None), 2_000, at_place=place)
    return place


def test_a_backlog_replayed_twice_gives_the_identical_ledger(place: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BUDGET", 600.0)
    random, codes = Random(7), list(Balance.objects.values_list("lot__product__upc", flat=True))
    story = [(make.till(place)[0], list(_events(random, codes))) for _ in range(2)]
    for till, reports in story:
        _told(till, reports)
    assert TillEvent.objects.filter(status="waiting").count() == EVENTS
    tasks.record_waiting()
    once = _ledger()
    assert once[3] > EVENTS * 0.9

    for _ in range(2):
        for till, reports in story:
            _told(till, reports)
        tasks.record_waiting()
        assert _ledger() == once
    # As if a worker had moved the goods and its answer been lost, were the two ever apart.
    moved = TillEvent.objects.filter(status="recorded", sequence__lte=10_000).exclude(kind="count")
    assert moved.update(status="waiting") > 15_000
    tasks.record_waiting()
    assert _ledger() == once
    assert list(proofs.RULES[0](make.NOW)) == []
    assert Balance.objects.exclude(on_hand=0).exists()
