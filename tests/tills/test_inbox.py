"""The inbox: events are recorded one by one, a bad one stops nobody, and a proof watches the ledger."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from catalogue.models import Product
from marketplace.journal.models import Entry
from marketplace.partner.models import StockRecord
from marketplace.stock import queries as stock
from marketplace.tills import actions, proofs, tasks
from marketplace.tills.actions import recording
from marketplace.tills.models import Till, TillEvent
from marketplace.tills.queries import hashed, till_of
from tests import make, people
from tests.concurrency import at_once

NOW = make.NOW


@pytest.fixture
def till(db: None) -> Till:
    return make.till()[0]


@pytest.fixture
def product(till: Till) -> Product:
    product = make.product()
    make.stock(product, 10, at_place=till.location)
    return product


def _report(event: dict[str, Any]) -> actions.Report:
    return actions.Report(UUID(event["uuid"]), event["sequence"], event["kind"], NOW, event)


def _accept(till: Till, *events: dict[str, Any]) -> None:
    actions.accept(till=till, reports=[_report(event) for event in events], at=NOW)


def _left(till: Till, product: Product) -> int:
    return stock.available_at(till.location_id, [product.pk], at=NOW)[product.pk]


def _statuses() -> list[str]:
    return list(TillEvent.objects.order_by("sequence").values_list("status", flat=True))


@pytest.fixture(autouse=True)
def proved(request: pytest.FixtureRequest) -> Any:
    yield
    if "unproved" not in request.keywords:
        assert list(proofs.RULES[0](NOW)) == []


def test_a_producers_own_code_will_do_unless_two_have_the_same(till: Till, product: Product) -> None:
    other = make.product()
    StockRecord.objects.filter(product=product).update(partner_sku="DUONG-1")
    _accept(till, make.till_event(product, line={"code": "DUONG-1"}))
    tasks.record_waiting()
    assert _left(till, product) == 9
    StockRecord.objects.filter(product=other).update(partner_sku="DUONG-1")
    _accept(till, make.till_event(product, sequence=2, line={"code": "DUONG-1"}))
    tasks.record_waiting()
    assert TillEvent.objects.get(sequence=2).answer["code"] == "ambiguous_code"
    assert _left(till, product) == 9


def test_a_count_says_what_stands_there_unless_the_books_moved_on(till: Till, product: Product) -> None:
    _accept(
        till,
        make.till_event(product, kind="count", sequence=1, quantity=7, line={"seen": 10}),
        make.till_event(product, kind="count", sequence=2, quantity=5, line={"seen": 10}),
    )
    tasks.record_waiting()
    assert _left(till, product) == 7
    assert _statuses() == ["recorded", "parked"]
    assert TillEvent.objects.get(sequence=2).answer == {"code": "stale_count", "facts": {"seen": 10, "on_hand": 7}}


def test_an_error_of_ours_parks_the_event_and_a_person_may_replay_it(
    till: Till, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise KeyError("a mistake of ours")

    _accept(till, make.till_event(product, sequence=1), make.till_event(product, sequence=2, kind="return"))
    with monkeypatch.context() as patch:
        patch.setitem(recording.READERS, "sale", broken)
        tasks.record_waiting()
    assert _statuses() == ["parked", "recorded"]
    event = TillEvent.objects.get(sequence=1)
    assert event.answer["code"] == "not_recorded"
    actions.replay(event=event, by=people.tam(), at=NOW)
    tasks.record_waiting()
    assert _statuses() == ["recorded", "recorded"]
    assert Entry.objects.filter(action="till_event.replayed", by=people.tam()).exists()


def test_a_database_in_trouble_parks_nothing(till: Till, product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("deadlock detected")

    _accept(till, make.till_event(product))
    with monkeypatch.context() as patch:
        patch.setitem(recording.READERS, "sale", away)
        with pytest.raises(OperationalError):
            tasks.record_waiting()
    assert _statuses() == ["waiting"]
    tasks.record_waiting()
    assert _statuses() == ["recorded"]


def test_a_sale_moves_nothing_twice_even_when_its_answer_was_lost(till: Till, product: Product) -> None:
    """As after a worker was killed between the ledger and the inbox, were they ever two transactions."""
    _accept(till, make.till_event(product, quantity=4))
    tasks.record_waiting()
    TillEvent.objects.update(status="waiting", answer={})
    tasks.record_waiting()
    assert _left(till, product) == 6


BREAKAGES: list[Callable[[], Any]] = [
    lambda: TillEvent.objects.update(status="parked"),
    lambda: TillEvent.objects.all().delete(),
    lambda: TillEvent.objects.update(body={"lines": [{"code": "x", "quantity": 2}]}),
]


@pytest.mark.parametrize("breakage", range(3))
def test_the_proof_finds_what_inbox_and_ledger_tell_differently(
    till: Till, product: Product, breakage: int, request: pytest.FixtureRequest
) -> None:
    _accept(till, make.till_event(product))
    tasks.record_waiting()
    BREAKAGES[breakage]()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("prove", stdout=out)
    assert "broken  recorded till events" in out.getvalue()
    request.keywords["unproved"] = True


def test_make_till_prints_a_token_that_opens_and_is_kept_hashed(db: None) -> None:
    place, out = make.location(), io.StringIO()
    call_command("make_till", place.slug, "Quầy 2", stdout=out)
    token = out.getvalue().strip()
    till = till_of(token)
    assert till is not None and (till.location, till.name) == (place, "Quầy 2")
    assert till.token_hash == hashed(token) != token
    with pytest.raises(CommandError, match="There is no location"):
        call_command("make_till", "nowhere", "Quầy 3")


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_inbox_record_everything_once() -> None:
    till, _ = make.till()
    product = make.product()
    make.stock(product, 100, at_place=till.location)
    _accept(till, *(make.till_event(product, sequence=n) for n in range(1, 31)))

    def work(_: int) -> None:
        while TillEvent.objects.filter(status="waiting").exists():
            tasks.record_waiting()

    assert at_once(4, work) == [None] * 4
    assert _left(till, product) == 70
    assert set(_statuses()) == {"recorded"}


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_from_four_sides_at_once_is_kept_once() -> None:
    till, _ = make.till()
    product = make.product()
    batch = [make.till_event(product, sequence=n) for n in range(1, 11)]
    assert at_once(4, lambda _: _accept(till, *batch)) == [None] * 4
    assert TillEvent.objects.count() == 10
