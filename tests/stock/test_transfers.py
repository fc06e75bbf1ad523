"""Goods travel from one place to another: drafted, sent, arrived in parts, closed with what is missing."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.journal.models import Entry
from marketplace.locations.models import Location
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, NotThere, Want, transfers
from marketplace.stock.models import Balance, Hold, Lot, Movement, Transfer, TransferLine
from marketplace.stock.proofs import RULES
from tests import make, people

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
Status = Transfer.Status


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(NOW)] == []


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def source(product: Product) -> Location:
    place = make.stock(product, 5, at_place=product.producer.store, lot_code="A", best_before=TODAY + timedelta(days=9))
    return make.stock(product, 3, at_place=place, lot_code="B")


@pytest.fixture
def target() -> Location:
    return make.location("Điểm OCOP Châu Đốc")


def lot(code: str) -> Lot:
    return Lot.objects.get(code=code)


def about(**fields: Any) -> dict[str, Any]:
    return {"by": people.hung(), "at": NOW} | fields


def drafted(source: Location, target: Location, **pieces: int) -> Transfer:
    made = transfers.draft(source=source, target=target, expected_on=TODAY + timedelta(days=2), **about())
    for code, quantity in pieces.items():
        transfers.add_line(transfer=made, lot_id=lot(code).pk, quantity=quantity, **about())
    return made


def sent(source: Location, target: Location, **pieces: int) -> Transfer:
    made = drafted(source, target, **pieces)
    transfers.send(transfer=made, **about())
    return made


def arrive(transfer: Transfer, key: str = "k1", **pieces: int) -> None:
    lines = {line.lot.code: line.pk for line in queries.lines_of(transfer)}
    arrived = {lines[code]: units for code, units in pieces.items()}
    transfers.arrive(transfer=transfer, arrived=arrived, key=key, by=people.mai(), at=NOW)


def books(place: Location) -> dict[str, tuple[int, int]]:
    rows = Balance.objects.filter(location=place).exclude(on_hand=0, held=0).select_related("lot")
    return {row.lot.code: (row.on_hand, row.held) for row in rows}


def test_a_draft_moves_nothing_and_sending_takes_it_off_the_books(source: Location, target: Location) -> None:
    transfer = drafted(source, target, A=4, B=1)
    assert books(source) == {"A": (5, 0), "B": (3, 0)}
    transfers.send(transfer=transfer, **about())
    assert (books(source), books(target)) == ({"A": (1, 0), "B": (2, 0)}, {})
    assert {(m.kind, m.quantity, m.cause) for m in Movement.objects.filter(kind="sent")} == {
        ("sent", -4, f"transfer:{transfer.pk}"), ("sent", -1, f"transfer:{transfer.pk}"),
    }  # fmt: skip
    told = Notice.objects.get(kind="transfer_sent")
    assert told.user == people.mai()
    text = letter(told).text
    assert "4 × Mật thốt nốt · A" in text and target.name in text and "22/11/2026" in text
    assert list(Entry.objects.values_list("action", flat=True).order_by("pk"))[-2:] == [
        "transfer.drafted",
        "transfer.sent",
    ]


def test_the_same_lot_twice_is_one_line(source: Location, target: Location) -> None:
    transfer = drafted(source, target, A=2)
    line = transfers.add_line(transfer=transfer, lot_id=lot("A").pk, quantity=3, **about())
    assert [one.quantity for one in queries.lines_of(transfer)] == [5]
    with pytest.raises(NotThere):
        transfers.add_line(transfer=transfer, lot_id=lot("A").pk, quantity=1, **about())
    transfers.drop_line(line=line, by=people.hung())
    with pytest.raises(transfers.NothingToSend):
        transfers.send(transfer=transfer, **about())
    transfers.drop(transfer=transfer, by=people.hung())
    assert not Transfer.objects.exists()


def test_it_arrives_in_parts_and_is_closed_when_all_is_there(source: Location, target: Location) -> None:
    transfer = sent(source, target, A=4, B=1)
    arrive(transfer, A=3)
    arrive(transfer, A=3)  # the same form again over a weak line
    assert (books(target), transfer.status) == ({"A": (3, 0)}, Status.PARTLY_ARRIVED)
    arrive(transfer, "k2", A=1, B=1)
    arrive(transfer, "k2", A=1, B=1)
    assert (books(target), transfer.status) == ({"A": (4, 0), "B": (1, 0)}, Status.CLOSED)
    assert transfer.closed_at == NOW and not Notice.objects.filter(kind="transfer_short").exists()


def test_what_is_missing_is_closed_with_its_reason_and_told(source: Location, target: Location) -> None:
    office = people.tam()
    transfer = sent(source, target, A=4, B=1)
    arrive(transfer, A=3)
    lines = {line.lot.code: line.pk for line in queries.lines_of(transfer)}
    with pytest.raises(transfers.ReasonMissing):
        transfers.close(transfer=transfer, reasons={lines["A"]: "vỡ"}, **about())
    assert not TransferLine.objects.filter(missing__gt=0).exists()
    transfers.close(
        transfer=transfer, reasons={lines["A"]: "vỡ khi chở", lines["B"]: "không có trong thùng"}, **about()
    )
    assert (transfer.status, books(target)) == (Status.CLOSED, {"A": (3, 0)})
    assert {(x.lot.code, x.missing) for x in queries.lines_of(transfer)} == {("A", 1), ("B", 1)}
    told = Notice.objects.filter(kind="transfer_short")
    assert {notice.user for notice in told} == {people.hung(), office}
    assert "1 × Mật thốt nốt · A: vỡ khi chở" in letter(told[0]).text


REFUSALS: dict[str, tuple[type[Refused], Any]] = {
    "to itself": (transfers.NowhereElse, lambda t: transfers.draft(source=t.source, target=t.source, **about())),
    "sent twice": (transfers.WrongStep, lambda t: transfers.send(transfer=t, **about())),
    "a line of what left": (transfers.WrongStep, lambda t: transfers.add_line(transfer=t, lot_id=lot("B").pk, quantity=1, **about())),
    "dropped after it left": (transfers.WrongStep, lambda t: transfers.drop(transfer=t, by=people.hung())),
    "more than was sent": (transfers.MoreThanSent, lambda t: arrive(t, A=5)),
    "nothing": (transfers.NothingArrived, lambda t: arrive(t, A=0)),
    "less than nothing": (stock.WrongQuantity, lambda t: arrive(t, A=-1)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_changes_nothing(source: Location, target: Location, name: str) -> None:
    no, deed = REFUSALS[name]
    transfer = sent(source, target, A=4)
    before = (books(source), books(target), Movement.objects.count(), Transfer.objects.count())
    with pytest.raises(no) as refused:
        deed(transfer)
    assert str(refused.value) and before == (
        books(source),
        books(target),
        Movement.objects.count(),
        Transfer.objects.count(),
    )


def test_what_is_promised_to_orders_stays(source: Location, target: Location, product: Product) -> None:
    transfer = drafted(source, target, A=5)
    stock.hold(order_id=1, wants=[Want(1, product.pk, 2)], at=NOW, expires_at=None, destination=Destination())
    with pytest.raises(NotThere):
        transfers.send(transfer=transfer, **about())
    assert books(source) == {"A": (5, 2), "B": (3, 0)}


# --- for an order -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bound(source: Location, target: Location, product: Product) -> Transfer:
    """Order 7, to be collected at the target, is kept 6 pieces at the source: 5 of lot A and 1 of lot B."""
    stock.hold(order_id=7, wants=[Want(70, product.pk, 6)], at=NOW, expires_at=None, destination=Destination())
    made = Transfer.objects.create(source=source, target=target, order_id=7, created_at=NOW, expected_on=TODAY)
    for code, quantity in (("A", 5), ("B", 1)):
        TransferLine.objects.create(transfer=made, lot=lot(code), quantity=quantity, order_line_id=70)
    return made


def test_an_orders_units_are_held_here_then_travel_then_are_held_there(bound: Transfer) -> None:
    assert queries.units_of_lines() == {70: (6, 0, 0)}
    transfers.send(transfer=bound, **about())
    assert (queries.units_of_lines(), books(bound.source)) == ({70: (0, 0, 6)}, {"B": (2, 0)})
    arrive(bound, A=5)
    assert (queries.units_of_lines(), books(bound.target)) == ({70: (5, 0, 1)}, {"A": (5, 5)})
    arrive(bound, "k2", B=1)
    assert Hold.objects.active().filter(expires_at=None, order_id=7).units() == 6
    stock.issue(order_id=7, location_id=bound.target_id, by=people.mai(), at=NOW, cause="fulfilment:1")
    assert (queries.units_of_lines(), books(bound.target)) == ({70: (0, 6, 0)}, {})


def test_what_an_order_misses_stays_known_as_on_its_way(bound: Transfer) -> None:
    transfers.send(transfer=bound, **about())
    arrive(bound, A=5)
    transfers.close(transfer=bound, reasons={x.pk: "mất" for x in queries.lines_of(bound)}, **about())
    assert queries.units_of_lines() == {70: (5, 0, 1)}


def test_an_order_that_is_not_paid_sends_nothing(bound: Transfer) -> None:
    Hold.objects.update(expires_at=NOW + timedelta(minutes=30))
    with pytest.raises(transfers.NotPaidYet):
        transfers.send(transfer=bound, **about())
    with pytest.raises(transfers.OrderDecides):
        transfers.add_line(transfer=bound, lot_id=lot("B").pk, quantity=1, **about())


def test_a_late_payment_may_have_found_other_lots(bound: Transfer, product: Product) -> None:
    """Units held anew at the same place go, whatever lots the list had named first."""
    stock.release(order_id=7, location_id=bound.source_id, at=NOW)
    stock.spoil(location=bound.source, product=product, quantity=5, by=people.hung(), at=NOW, key="s", lot_code="A")
    make.stock(product, 9, at_place=bound.source, lot_code="C")
    stock.hold(order_id=7, wants=[Want(70, product.pk, 6)], at=NOW, expires_at=None, destination=Destination())
    transfers.send(transfer=bound, **about())
    assert {x.lot.code: x.quantity for x in queries.lines_of(bound)} in ({"B": 3, "C": 3}, {"C": 6}, {"C": 6, "B": 0})
    assert queries.units_of_lines() == {70: (0, 0, 6)}


def test_an_order_that_ends_needs_its_draft_no_more(bound: Transfer) -> None:
    stock.release(order_id=7, at=NOW)
    assert not Transfer.objects.exists()
    assert books(bound.source) == {"A": (5, 0), "B": (3, 0)}


def test_what_travels_for_an_order_that_ends_arrives_free(bound: Transfer) -> None:
    transfers.send(transfer=bound, **about())
    stock.release(order_id=7, at=NOW)
    assert queries.units_of_lines() == {70: (0, 0, 0)}
    arrive(bound, A=5, B=1)
    assert books(bound.target) == {"A": (5, 0), "B": (1, 0)}
