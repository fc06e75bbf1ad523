"""Tills that are asked: page by page, each event once, and a till in trouble keeps nobody else waiting."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from config.celery import BEAT
from marketplace.journal.models import Entry
from marketplace.stock import queries as stock
from marketplace.tills import actions as tills
from marketplace.tills import tasks
from marketplace.tills.connectors import actions, mapping
from marketplace.tills.models import Connector, Till, TillEvent
from tests import make, people
from tests.concurrency import at_once

from .asked import TOKEN, connect, poll
from .till_server import TillServer, says

NOW = make.NOW


def event(product: Product, number: Any, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    line = {"code": product.upc, "quantity": quantity, "price": 95_000}
    told = {"id": number, "kind": "sale", "occurred_at": "2026-11-20T09:00:00+07:00", "lines": [line]}
    return told | fields


def left(connector: Connector, product: Product) -> int:
    return sum(
        row.on_hand for row in stock.balances(location_ids=[connector.till.location_id], product_ids=[product.pk])
    )


def statuses() -> list[str]:
    return list(TillEvent.objects.order_by("sequence").values_list("status", flat=True))


def test_page_by_page_until_there_are_no_more(server: TillServer, connector: Connector, product: Product) -> None:
    server.pages = {
        "": {"events": [event(product, 1, 3), event(product, 2, 2)], "next": "a"},
        "a": {"events": [event(product, 3, 1, kind="return")], "next": 7},
        "7": {"events": [], "next": 7},
    }
    poll(connector)
    assert server.asked == [("", "Bearer bi-mat"), ("a", "Bearer bi-mat"), ("7", "Bearer bi-mat")]
    assert left(connector, product) == 96 and statuses() == ["recorded"] * 3
    assert (connector.cursor, connector.next_try_at, connector.error) == ("7", NOW + timedelta(seconds=60), {})
    till = Till.objects.get(pk=connector.till_id)
    assert (till.kind, till.last_sequence, till.last_contact_at) == ("polled", 3, NOW)


def test_a_page_told_again_changes_nothing(server: TillServer, connector: Connector, product: Product) -> None:
    """A till that knows no cursor tells everything each time."""
    server.pages = {"": {"events": [event(product, 1, 3)]}}
    poll(connector)
    server.pages = {"": {"events": [event(product, 1, 3), event(product, 2, 1)]}}
    poll(connector, NOW + timedelta(minutes=2))
    assert left(connector, product) == 96
    assert list(TillEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]
    assert connector.failures == 0 and len(server.asked) == 2


def test_an_event_told_otherwise_is_shown_and_the_first_word_stays(
    server: TillServer, connector: Connector, product: Product
) -> None:
    server.pages = {"": {"events": [event(product, 1, 3)], "next": "a"}, "a": {"events": [event(product, 1, 9)]}}
    poll(connector)
    assert left(connector, product) == 97
    assert connector.error["code"] == "event_differs" and connector.failures == 0
    server.pages["a"] = {"events": []}
    assert poll(connector, NOW + timedelta(minutes=2)).error == {}


def test_not_due_or_paused_it_is_not_asked(server: TillServer, connector: Connector) -> None:
    poll(connector)
    poll(connector, NOW + timedelta(seconds=59))
    assert len(server.asked) == 1
    actions.pause(connector=connector, by=people.tam(), at=NOW)
    actions.hasten(connector=connector, at=NOW)
    poll(connector, NOW + timedelta(days=1))
    assert len(server.asked) == 1
    actions.resume(connector=connector, by=people.tam(), at=NOW)
    poll(connector)
    assert len(server.asked) == 2
    names = list(Entry.objects.filter(subject="tills.connector").order_by("pk").values_list("action", flat=True))
    assert names == ["connector.made", "connector.paused", "connector.resumed"]


def test_an_error_then_recovery(server: TillServer, connector: Connector, product: Product) -> None:
    """It is asked later and later, never all at the same moment, and goes on where it stopped."""
    server.pages = {"": {"events": [event(product, 1)], "next": "a"}, "a": {"events": [event(product, 2)], "next": "b"}}
    server.answer = says({"error": "closed"}, 503)
    at, waits = NOW, []
    for _ in range(9):
        poll(connector, at)
        waits.append((connector.next_try_at - at).total_seconds())
        at = connector.next_try_at
    assert connector.failures == 9 and connector.cursor == "" and not TillEvent.objects.exists()
    assert connector.error == {"code": "till_wrong_status", "facts": {"status": 503}}
    for number, wait in enumerate(waits):
        assert min(60 * 2**number, 3600) / 2 <= wait <= min(60 * 2**number, 3600)
    assert len(set(waits)) == 9
    server.answer = None
    poll(connector, at)
    assert (connector.failures, connector.error, connector.cursor) == (0, {}, "b")
    assert left(connector, product) == 98


def test_an_error_on_the_second_page_keeps_the_first(
    server: TillServer, connector: Connector, product: Product
) -> None:
    server.pages = {"": {"events": [event(product, 1)], "next": "a"}, "a": ["no page"]}
    poll(connector)
    assert (connector.cursor, connector.failures, left(connector, product)) == ("a", 1, 99)


@pytest.mark.parametrize(("told", "where"), [
    (b"<html>", "JSON"), ([], "events"), ({"events": {}}, "events"), ({"events": [{"kind": "sale"}]}, "id"),
    ({"events": [], "next": {}}, "next"), ({"events": [], "next": "x" * 501}, "next"), (b"[" * 5000, "JSON"),
    ({"events": [{"id": n} for n in range(501)]}, "events"),
])  # fmt: skip
def test_an_answer_that_is_none_moves_nothing(server: TillServer, connector: Connector, told: Any, where: str) -> None:
    server.answer = says(told)
    poll(connector)
    assert connector.error == {"code": "till_not_understood", "facts": {"where": where}}
    assert (connector.cursor, connector.failures, TillEvent.objects.count()) == ("", 1, 0)


@pytest.mark.parametrize(("fields", "where"), [
    ({"kind": "gift"}, "kind"), ({"occurred_at": "hôm qua"}, "occurred_at"), ({"lines": []}, "lines"),
    ({"lines": None}, "lines"), ({"lines": [{"code": "SP1", "quantity": 1.5}]}, "quantity"),
    ({"lines": [{"code": "SP1", "quantity": 0}]}, "quantity"), ({"lines": [{"quantity": 1}]}, "code"),
    ({"lines": ["x"]}, "code, quantity"),
])  # fmt: skip
def test_one_event_that_cannot_be_read_waits_for_a_person_and_the_others_go_on(
    server: TillServer, connector: Connector, product: Product, fields: Any, where: str
) -> None:
    server.pages = {"": {"events": [event(product, 1, **fields), event(product, 2)], "next": "a"}}
    poll(connector)
    assert statuses() == ["parked", "recorded"] and connector.cursor == "a"
    bad = TillEvent.objects.get(status="parked")
    assert bad.answer == {"code": "event_not_read", "facts": {"where": where}}
    assert bad.body["id"] == "1" and bad.body["told"]["id"] == 1
    with pytest.raises(tills.EventUnreadable):
        tills.replay(event=bad, by=people.tam(), at=NOW)
    actions.change(connector=connector, name="Máy 3", setup=actions.Setup(server.url, TOKEN, 60, {}), by=None, at=NOW)
    server.pages[""] = {"events": [event(product, 1), event(product, 2)]}
    poll(connector)
    assert left(connector, product) == 98  # told rightly, it is recorded


def test_what_no_database_keeps_is_left_out(server: TillServer, connector: Connector, product: Product) -> None:
    line = b'{"code": "\\u0000%s\\ud800", "quantity": 1, "price": 1e999}' % product.upc.encode()
    server.answer = says(
        b'{"events": [{"id": "\\ud800", "kind": "gift\\u0000", "x": NaN, "occurred_at": 1790000000, "lines": [%s]}]}'
        % line
    )
    poll(connector)
    assert statuses() == ["parked"] and connector.error == {}


def test_a_till_with_words_of_its_own(server: TillServer, product: Product) -> None:
    fields = {
        "events": "data.items", "next": "paging.after", "id": "no", "kind": "type", "occurred_at": "time", "lines": "",
        "code": "article.sku", "quantity": "qty", "lot": "batch", "sale": "BAN", "return": "TRA", "count": "KIEM",
    }  # fmt: skip
    connector = connect(server.url, product, fields=fields, token_name="")
    sku = {"article": {"sku": product.upc}}
    items = [
        {"no": 1, "type": "BAN", "time": "2026-11-20T09:00:00", "qty": "2", "batch": " ", **sku},
        {"no": 2, "type": "TRA", "time": 1_790_000_000, "qty": 1, **sku},
        {"no": 3, "type": "KIEM", "time": "2026-11-20 10:00:00", "qty": 50, **sku},
    ]
    server.pages = {"": {"data": {"items": items}, "paging": {"after": "z"}}}
    poll(connector)
    assert statuses() == ["recorded"] * 3 and left(connector, product) == 50
    sale = TillEvent.objects.get(sequence=1)
    assert sale.occurred_at.isoformat() == "2026-11-20T02:00:00+00:00"  # a clock without a zone is local
    assert sale.body["lines"] == [{"code": product.upc, "quantity": 2}]
    assert server.asked[0] == ("", "")


def test_a_long_backlog_takes_several_turns(server: TillServer, connector: Connector, product: Product) -> None:
    def endless(to: Any) -> None:
        number = len(server.asked)
        says({"events": [event(product, number)], "next": str(number)})(to)

    server.answer = endless
    poll(connector)
    assert len(server.asked) == actions.MOST_PAGES and connector.cursor == str(actions.MOST_PAGES)
    assert connector.next_try_at == NOW  # due at once


def test_the_cursor_moves_with_the_events_or_not_at_all(
    server: TillServer, connector: Connector, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, were they two: the page is asked for again."""
    server.pages = {"": {"events": [event(product, 1)], "next": "a"}}

    def killed(**facts: Any) -> Any:
        tills_accept(**facts)
        raise KeyboardInterrupt

    tills_accept = tills.accept
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(tills, "accept", killed)
        actions.poll(connector_id=connector.pk, at=NOW)
    connector.refresh_from_db()
    assert (connector.cursor, TillEvent.objects.count()) == ("", 0)
    poll(connector, NOW + timedelta(minutes=2))
    assert (connector.cursor, statuses()) == ("a", ["recorded"])


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_page_keep_it_once(server: TillServer, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product()
    connector = connect(server.url, product)
    server.pages = {"": {"events": [event(product, n) for n in range(1, 6)], "next": "a"}}
    monkeypatch.setattr(actions, "LEASE", timedelta(0))  # as if each came after the last one's lease had ended
    found = at_once(4, lambda _: actions.poll(connector_id=connector.pk, at=NOW))
    assert sum(found) == 5 and TillEvent.objects.count() == 5  # type: ignore[arg-type]
    connector.refresh_from_db()
    assert connector.cursor == "a" and connector.error == {}


def test_beat_asks_each_till_by_a_task_of_its_own(server: TillServer, product: Product, monkeypatch: Any) -> None:
    due, paused = connect(server.url, product), connect(server.url, product)
    actions.pause(connector=paused, by=None, at=NOW)
    rung: list[Any] = []
    monkeypatch.setattr(tasks, "ring", lambda task, *args: rung.append((task.name, args)))
    tasks.poll_due()
    assert rung == [("marketplace.tills.tasks.poll", (due.pk,))]
    assert "marketplace.tills.tasks.poll_due" in {x["task"] for x in BEAT.values()}
    server.pages = {"": {"events": [event(product, 1)]}}
    tasks.poll(due.pk)
    assert rung[1:] == [("marketplace.tills.tasks.record_waiting", ())] and TillEvent.objects.count() == 1


def test_numbers_are_a_tills_own(product: Product, server: TillServer) -> None:
    """Two tills may both have an event 1."""
    server.pages = {"": {"events": [event(product, 1)]}}
    for _ in range(2):
        poll(connect(server.url, product))
    assert statuses() == ["recorded"] * 2
    assert mapping.DEFAULTS.keys() >= set(mapping.KINDS)
