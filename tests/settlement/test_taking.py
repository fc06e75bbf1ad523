"""Each thing sold, returned or bought is one entry, and taking in again changes nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from marketplace.settlement import actions
from marketplace.settlement.models import Entry, Intake, TaxRate
from marketplace.stock import actions as stock
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from .owed import NOW, agree, buy, closed, deliver, sold_at_till, sold_online, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Any:
    return make.product("Mật thốt nốt", price=100_001)


def money(entry: Entry) -> tuple[int, ...]:
    return tuple(int(getattr(entry, name)) for name in ("quantity", "gross", "commission", "vat", "pit", "net"))


def test_what_reached_its_buyer_is_owed_less_commission_and_tax(product: Any) -> None:
    place = make.stock(product, 10)
    agree(place, product.producer, percent="12.5")
    order = sold_online((product, 2), location_id=place.pk)
    [entry] = taken_in()
    assert money(entry) == (2, 200_002, 25_000, 2_000, 1_000, 172_002)
    about = entry.kind, entry.title, entry.reference, entry.percent, entry.location, entry.producer, entry.happened_at
    assert about == ("online", "Mật thốt nốt", order.number, Decimal("12.5"), place, product.producer, NOW)
    assert not broken(NOW)


def test_twice_changes_nothing(product: Any) -> None:
    place = make.stock(product, 10)
    till, _ = make.till(place)
    sold_online((product, 2), location_id=place.pk)
    sold_at_till(till, {"code": product.upc, "quantity": 1, "price": 90_000})
    taken_in()
    before = everything()
    taken_in(NOW + timedelta(hours=1))
    assert changed(before) <= {"settlement_intake"} and Entry.objects.count() == 2
    Intake.objects.update(movement_id=0)
    taken_in()
    assert Entry.objects.count() == 2


def test_what_is_under_way_or_came_back_undelivered_is_not_owed(product: Any) -> None:
    from marketplace.checkout import actions as checkout
    from marketplace.fulfilment import actions as fulfilment

    place = make.stock(product, 10)
    parcel = make.order((product, 2), payment="cod").fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    fulfilment.ship(**about, carrier="VNPost", tracking_number="EE1")
    assert taken_in() == []
    fulfilment.fail(**about, reason="Vắng nhà")
    checkout.take_back(**about, spoiled=False)
    assert taken_in() == [] and place


def test_nothing_is_withheld_of_an_enterprise_nor_before_the_law(product: Any) -> None:
    product.producer.kind = "enterprise"
    product.producer.save(update_fields=["kind"])
    make.stock(product, 10)
    sold_online((product, 1))
    [entry] = taken_in()
    assert money(entry) == (1, 100_001, 0, 0, 0, 100_001)


def test_a_service_bears_other_rates_and_a_new_rate_counts_from_its_day(product: Any) -> None:
    tour = make.product("Tour rừng tràm", price=100_000, category=make.category("VI"), producer=product.producer)
    place = make.stock(tour, 10)
    make.stock(product, 10, at_place=place)
    facts: dict[str, Any] = {"producer_kind": "household", "nature": "goods", "source": "Nghị định mới"}
    later = NOW + timedelta(days=3)
    actions.set_rate(
        **facts,
        vat_percent=Decimal(2),
        pit_percent=Decimal(1),
        valid_from=timezone.localdate(later),
        by=people.tam(),
        at=NOW,
    )
    sold_online((tour, 1), (product, 1))
    sold_online((product, 1), at=later)
    entries = {(entry.title, entry.happened_at): money(entry)[3:5] for entry in taken_in(later)}
    assert entries == {
        ("Tour rừng tràm", NOW): (5_000, 2_000), ("Mật thốt nốt", NOW): (1_000, 500), ("Mật thốt nốt", later): (2_000, 1_000)
    }  # fmt: skip
    before = everything()
    for no, day in ((actions.RateThere, later), (actions.RateOfThePast, NOW - timedelta(days=1))):
        with pytest.raises(no):
            actions.set_rate(
                **facts,
                vat_percent=Decimal(2),
                pit_percent=Decimal(1),
                valid_from=timezone.localdate(day),
                by=None,
                at=NOW,
            )
    assert not changed(before) and TaxRate.objects.count() == 3


def test_what_was_agreed_when_it_was_ordered_counts_however_late_it_comes(product: Any) -> None:
    place = make.stock(product, 10)
    product.producer.commission_percent = Decimal(7)
    product.producer.save(update_fields=["commission_percent"])
    first = make.order((product, 1), payment="cod")
    agree(place, product.producer, percent=20, at=NOW + timedelta(minutes=1))
    second = make.order((product, 1), payment="cod", at=NOW + timedelta(minutes=2))
    for order in (first, second):
        deliver(order.fulfilments.get(), NOW + timedelta(days=1))
    assert [entry.percent for entry in taken_in(NOW + timedelta(days=1))] == [7, 20]


def test_a_line_from_two_places_bears_the_commission_of_each_and_costs_the_line(product: Any) -> None:
    near, far = make.stock(product, 2), make.stock(product, 3)
    for place, percent in ((near, 10), (far, 20)):
        agree(place, product.producer, percent=percent)
    order = sold_online((product, 5))
    entries = taken_in()
    assert {(entry.location_id, int(entry.percent), entry.quantity) for entry in entries} == {
        (near.pk, 10, 2),
        (far.pk, 20, 3),
    }
    assert sum(entry.gross for entry in entries) == order.lines.get().line_price_incl_tax
    assert not broken(NOW)


def test_tills_tell_the_price_and_pay_no_tax(product: Any) -> None:
    """One line from two lots, one from none on the books, one without a price, and one brought back."""
    place = make.location()
    for number, pieces in enumerate((2, 3)):
        make.stock(product, pieces, at_place=place, lot_code=f"L{number}")
    other = make.product("Khô cá lóc", price=70_000, producer=product.producer)
    agree(place, product.producer, percent=10)
    till, _ = make.till(place)
    lines = [
        {"code": product.upc, "quantity": 4, "price": 90_000},
        {"code": product.upc, "quantity": 1, "price": 80_000},
    ]
    sold_at_till(till, *lines, {"code": other.upc, "quantity": 1})
    sold_at_till(till, {"code": product.upc, "quantity": 2, "price": 90_000}, kind="return", sequence=2)
    entries = taken_in()
    assert sorted(money(entry) for entry in entries) == [
        (-2, -180_000, -18_000, 0, 0, -162_000), (1, 70_000, 7_000, 0, 0, 63_000), (1, 80_000, 8_000, 0, 0, 72_000),
        (2, 180_000, 18_000, 0, 0, 162_000), (2, 180_000, 18_000, 0, 0, 162_000),
    ]  # fmt: skip
    assert {entry.reference for entry in entries} == {"Quầy 1"} and not broken(NOW)


def test_goods_bought_firm_are_owed_at_receipt_and_never_again(product: Any) -> None:
    place = make.location()
    agree(place, product.producer, terms="firm")
    buy(product, place, 10, 60_000, lot_code="L1")
    till, _ = make.till(place)
    sold_at_till(till, {"code": product.upc, "quantity": 2, "price": 90_000})
    sold_at_till(till, {"code": product.upc, "quantity": 20, "price": 90_000}, sequence=2)  # more than was received
    [entry] = taken_in()
    assert (entry.kind, entry.reference) == ("bought", "L1")
    assert money(entry) == (10, 600_000, 0, 0, 0, 600_000)
    assert not broken(NOW)


def test_goods_bought_firm_and_sold_online_are_the_points_also_where_they_were_sent(product: Any) -> None:
    place, other = make.location(), make.location()
    agree(place, product.producer, terms="firm")
    buy(product, place, 6, 60_000, lot_code="L1")
    about: dict[str, Any] = {"by": people.mai(), "at": NOW}
    from marketplace.stock import queries

    transfer = stock.transfers.draft(source=place, target=other, **about)
    line = stock.transfers.add_line(transfer=transfer, lot_id=queries.lots([product.pk])[0].pk, quantity=2, **about)
    stock.transfers.send(transfer=transfer, **about)
    stock.transfers.arrive(transfer=transfer, arrived={line.pk: 2}, key="1", **about)
    sold_online((product, 2), location_id=place.pk)
    sold_online((product, 1), location_id=other.pk)
    assert [entry.kind for entry in taken_in()] == ["bought"] and not broken(NOW)


def test_consigned_goods_stay_their_producers_when_the_point_begins_to_buy(product: Any) -> None:
    place = make.stock(product, 2, lot_code="L1")
    product.producer.commission_percent = Decimal(7)
    product.producer.save(update_fields=["commission_percent"])
    agree(place, product.producer, terms="firm", at=NOW)
    buy(product, place, 2, 60_000, lot_code="L2")
    till, _ = make.till(place)
    for number, lot in enumerate(("L1", "L2"), 1):
        sold_at_till(till, {"code": product.upc, "quantity": 1, "price": 100_000, "lot": lot}, sequence=number)
    assert sorted((entry.kind, int(entry.net)) for entry in taken_in()) == [("bought", 120_000), ("till", 93_000)]


@pytest.mark.parametrize(("firm", "price", "lot", "no"), [
    (True, None, "L2", stock.PurchasePriceMissing), (False, 5_000, "L2", stock.NotBoughtFirm),
    (True, 5_000, "L1", stock.LotHasOtherTerms),
])  # fmt: skip
def test_a_receipt_says_whose_the_goods_are(product: Any, firm: bool, price: int | None, lot: str, no: Any) -> None:
    place = make.stock(product, 2, lot_code="L1")
    if firm:
        agree(place, product.producer, terms="firm")
    before = everything()
    with pytest.raises(no):
        stock.receive(
            location=place, product=product, quantity=1, lot_code=lot, unit_price=price and Decimal(price), at=NOW
        )
    assert not changed(before)


def test_entries_cannot_be_rewritten(product: Any) -> None:
    """Nor can any column be, whatever is added to the table one day; the statement alone is filled in, once."""
    make.stock(product, 2)
    sold_online((product, 1))
    one = closed(product.producer)
    names = [field.column for field in Entry._meta.concrete_fields]
    for command in (
        *(f"UPDATE settlement_entry SET {name} = {name}" for name in names),
        "DELETE FROM settlement_entry",
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command)
    assert one.entries.count() == 1


def test_the_next_worker_goes_on_where_time_was_over(product: Any) -> None:
    place = make.stock(product, 10)
    till, _ = make.till(place)
    sold_online((product, 1))
    sold_at_till(till, {"code": product.upc, "quantity": 1, "price": 1_000})
    assert not actions.take_in(at=NOW, goes_on=lambda: False)
    assert Entry.objects.count() == 1
    assert len(taken_in()) == 2
