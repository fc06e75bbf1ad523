"""Goods on the move while others press the same button, cancel, sell or recall. Each race has its twin without the lock."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.stock import actions as stock
from marketplace.stock.actions import Destination, OutOfStock, Want, counting, ledger, recall, transfers
from marketplace.stock.models import Balance, Count, Hold, Lot, Transfer, TransferLine
from marketplace.stock.proofs import RULES
from tests import make, people
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def source(product: Product) -> Location:
    return make.stock(product, 8, at_place=product.producer.store, lot_code="A")


@pytest.fixture
def bound(source: Location, product: Product) -> Transfer:
    """Six pieces travel to a point for order 7."""
    stock.hold(order_id=7, wants=[Want(70, product.pk, 6)], at=NOW, expires_at=None, destination=Destination())
    made = Transfer.objects.create(source=source, target=make.location(), order_id=7, created_at=NOW)
    TransferLine.objects.create(transfer=made, lot=Lot.objects.get(code="A"), quantity=6, order_line_id=70)
    transfers.send(transfer=made, by=people.hung(), at=NOW)
    return made


def broken() -> list[str]:
    return [row for rule in RULES for row in rule(NOW)]


def held_at(place: int) -> int:
    return sum(Balance.objects.filter(location_id=place).values_list("held", flat=True))


def test_many_who_press_send_send_once(source: Location) -> None:
    transfer = transfers.draft(source=source, target=make.location(), by=people.hung(), at=NOW)
    transfers.add_line(transfer=transfer, lot_id=Lot.objects.get().pk, quantity=2, by=people.hung(), at=NOW)

    def press(_number: int) -> None:
        transfers.send(transfer=Transfer.objects.get(pk=transfer.pk), by=people.hung(), at=NOW)

    answers = at_once(6, press)
    assert [answer for answer in answers if answer is None] == [None]
    assert {type(answer) for answer in answers if answer is not None} == {transfers.WrongStep}
    assert Balance.objects.get(location=source).on_hand == 6 and broken() == []


def _arrives_while_its_order_ends(bound: Transfer, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The arrival reads its list, and takes its time before it writes; meanwhile the order ends."""
    read = transfers._lines

    def slowly(transfer: Transfer) -> list[TransferLine]:
        lines = read(transfer)
        in_step()
        return lines

    monkeypatch.setattr(transfers, "_lines", slowly)
    line = bound.lines.get()

    def one(number: int) -> None:
        if number:
            when_another_is_in_step()
            stock.release(order_id=7, at=NOW)
        else:
            found = Transfer.objects.get(pk=bound.pk)
            transfers.arrive(transfer=found, arrived={line.pk: 6}, key="k", by=people.mai(), at=NOW)

    return at_once(2, one)


def test_an_arrival_and_the_end_of_its_order_promise_nothing(bound: Transfer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _arrives_while_its_order_ends(bound, monkeypatch) == [None, None]
    assert held_at(bound.target_id) == 0 and broken() == []


def test_without_the_lock_a_dead_order_keeps_the_goods(bound: Transfer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "lock", lambda transfer, *steps: transfer.refresh_from_db())
    assert _arrives_while_its_order_ends(bound, monkeypatch) == [None, None]
    assert held_at(bound.target_id) == 6


def test_many_who_begin_a_count_begin_one(source: Location) -> None:
    answers = at_once(5, lambda _n: counting.start(location=source, by=people.hung(), at=NOW))
    assert len([x for x in answers if isinstance(x, Count)]) == 1
    assert {type(x) for x in answers if not isinstance(x, Count)} == {counting.AlreadyCounting}


def _bought_while_recalled(product: Product, place: Location, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A shopper waits for a balance while the recall holds it."""
    lot = Lot.objects.get()
    write = recall.note

    def slowly(*args: Any, **facts: Any) -> None:
        write(*args, **facts)
        in_step()

    monkeypatch.setattr(recall, "note", slowly)

    def one(number: int) -> Any:
        if not number:
            return recall.freeze(lot_id=lot.pk, reason="mốc", by=people.tam(), at=NOW)
        when_another_is_in_step()
        wants = [Want(number, product.pk, 1)]
        return stock.hold(
            order_id=number, wants=wants, at=NOW, expires_at=NOW + timedelta(hours=1), destination=Destination()
        )

    return at_once(4, one)


def test_who_waited_while_a_lot_was_recalled_gets_none_of_it(
    product: Product, source: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot, *answers = _bought_while_recalled(product, source, monkeypatch)
    assert lot.frozen_at == NOW and {type(answer) for answer in answers} == {OutOfStock}
    assert not Hold.objects.exists() and broken() == []


def test_who_reads_the_lot_before_the_lock_sells_what_is_recalled(
    product: Product, source: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the lot as it was when the waiting began."""

    lock = ledger.lock

    def read_first(location_ids: Any, product_ids: Any) -> list[Balance]:
        lots = {lot.pk: lot for lot in Lot.objects.filter(product__in=product_ids)}
        rows = lock(location_ids, product_ids)
        for row in rows:
            row.lot = lots[row.lot_id]
        return rows

    monkeypatch.setattr(ledger, "lock", read_first)
    _lot, *answers = _bought_while_recalled(product, source, monkeypatch)
    assert Hold.objects.active().filter(balance__lot__frozen_at__isnull=False).units() == 3, answers
