"""What the reference till may forget, and what it keeps whatever its age."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.tills.client import sync
from marketplace.tills.client.store import KEPT_WEEKS, Store, Till

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "till.db", Till(3, 7))
    yield made
    made.close()


def _article(product: int, **fields: Any) -> dict[str, Any]:
    plain = {"code": f"SP{product}", "sku": f"K{product}", "title": f"Đường số {product}", "price": 95_000}
    figures = {"adults_only": False, "for_sale": True, "on_hand": 10, "available": 8}
    return {"product": product} | plain | figures | fields


def _answer(store: Store, status: str, *numbers: int) -> None:
    told = {"status": status, "code": "", "title": ""}
    queued = [event for event in store.queued(99) if not numbers or event["sequence"] in numbers]
    store.answered({"uuid": event["uuid"], "sequence": event["sequence"]} | told for event in queued)


def test_what_the_shop_confirmed_is_forgotten_after_some_weeks(store: Store) -> None:
    """Of six old events and one of today: what is unsent, waits, or needs a person stays, and numbers go on."""
    for kind in ("sale", "count", "sale", "return", "sale", "sale"):
        store.keep(kind, [{"code": "SP1", "quantity": 1}, {"code": "SP2", "quantity": 1}], at=AT)
    today = AT + timedelta(weeks=KEPT_WEEKS, minutes=1)
    store.keep("sale", [{"code": "SP1", "quantity": 1}], at=today)
    for number, status in enumerate(("recorded", "recorded", "waiting", "parked", "refused"), 1):
        _answer(store, status, number)
    _answer(store, "recorded", 7)
    store.learn([_article(1), _article(2)], cursor=5, through=7)
    assert store.forget(at=AT + timedelta(weeks=KEPT_WEEKS)) == 0
    assert store.forget(at=today) == 2 and store.forget(at=today) == 0
    standing = {"recorded": 3, "waiting": 1, "parked": 1, "refused": 1, "queued": 1}
    assert store.standing() == standing and [event["sequence"] for event in store.queued(9)] == [6]
    assert len(store.troubled()) == 2 and store.again(first=1, last=3) == 2
    assert store._rows("SELECT count(DISTINCT uuid) AS n FROM line")[0]["n"] == 5


def test_what_the_price_list_does_not_know_yet_is_remembered(store: Store) -> None:
    """The shop's books have the sale, its figures here are older: what is on hand must not jump back."""
    store.learn([_article(1), _article(2)], cursor=5, through=0)
    store.keep("sale", [{"code": "SP1", "quantity": 3}], at=AT)
    _answer(store, "recorded")
    late = AT + timedelta(weeks=50)
    assert store.forget(at=late) == 0
    found = store.article("SP1")
    assert found and found["on_hand"] == 7
    store.learn([_article(1, on_hand=7)], cursor=6, through=store.settled())
    assert store.forget(at=late) == 1
    found = store.article("SP1")
    assert found and found["on_hand"] == 7 and store.settled() == 1
    assert store.keep("sale", [{"code": "SP1", "quantity": 1}], at=late) == 2


def test_years_of_sales_take_no_more_room_than_some_weeks(store: Store) -> None:
    """What a former till of the place told is forgotten as well; its number is not used anew should it come back."""
    store.till = Till(2, 7)
    store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT)
    _answer(store, "recorded")
    store.till = Till(3, 7)
    for week in range(4 * KEPT_WEEKS):
        at = AT + timedelta(weeks=week)
        for _each in range(3):
            store.keep("sale", [{"code": "SP1", "quantity": 1}], at=at)
            _answer(store, "recorded")
        store.forget(at=at)
        assert store._rows("SELECT count(*) AS n FROM event")[0]["n"] <= 3 * (KEPT_WEEKS + 1) + 1
    assert store.standing() == {"recorded": 12 * KEPT_WEEKS}
    store.till = Till(2, 7)
    assert store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT) == 2


def test_a_round_with_the_shop_looks_once_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Quiet:
        """A shop without news."""

        def changes(self, cursor: int) -> dict[str, Any]:
            return {"articles": [], "cursor": cursor, "more": False}

    late = AT + timedelta(weeks=50)
    monkeypatch.setattr(sync, "now", lambda: late)
    for left in (0, 1):
        store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT)
        _answer(store, "recorded")
        sync.bring_together(store, Quiet())  # type: ignore[arg-type]
        assert store._rows("SELECT count(*) AS n FROM event")[0]["n"] == left
    assert store.fact("forgot_on") == "2027-11-05"
