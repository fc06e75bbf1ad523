"""Files of sales and counts: seen before they are booked, booked once, each row with its own fate."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import Product
from marketplace.journal.models import Entry
from marketplace.locations.models import Location
from marketplace.stock import actions as stock
from marketplace.stock import queries as books
from marketplace.tills import proofs, tasks
from marketplace.tills.models import Till, TillEvent, Upload
from marketplace.tills.uploads import actions
from tests import make, people
from tests.concurrency import at_once
from tests.rows import changed, everything

NOW = make.NOW
TODAY = timezone.localdate(NOW)


@pytest.fixture
def place(db: None) -> Location:
    return make.location()


@pytest.fixture
def product(place: Location) -> Product:
    product = make.product("Mật thốt nốt")
    make.stock(product, 10, at_place=place, lot_code="L1")
    return product


def take(place: Location, text: str, *, kind: str = "sales", **facts: Any) -> Upload:
    facts = {"name": "ban.csv", "day": TODAY, "by": people.mai(), "at": NOW} | facts
    return actions.take(location=place, kind=kind, data=text.encode(), **facts)


def book(upload: Upload, **facts: Any) -> None:
    actions.book(upload=upload, by=people.mai(), at=NOW, **facts)
    tasks.record_waiting()
    assert list(proofs.RULES[0](NOW)) == []


def on_hand(place: Location, product: Product) -> int:
    return sum(row.on_hand for row in books.balances(location_ids=[place.pk], product_ids=[product.pk]))


def weights(upload: Upload) -> list[Any]:
    return [
        row.refusal.get("code") or (row.before, row.after) if row.uuid is None or row.before is not None else "before"
        for row in upload.rows.order_by("number")
    ]


def test_looking_books_nothing_and_says_what_would_change(place: Location, product: Product) -> None:
    before = everything()
    upload = take(place, f"Mã;SL\n{product.upc};3\nSP-LA;1\n{product.upc};-1\nSP1;x\n")
    assert changed(before) == {"tills_upload", "tills_uploadrow"}
    assert weights(upload) == [(10, 7), "unknown_code", (7, 8), "wrong_number"]
    assert upload.booked_at is None and not Till.objects.exists()


def test_booked_it_passes_through_the_inbox_row_by_row(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;Lô;SL;Giá;Ngày\n{product.upc};L1;3;95000;19/11/2026\n;;1\n{product.upc};;-1;;\n")
    book(upload)
    assert on_hand(place, product) == 8
    sale, back = TillEvent.objects.order_by("sequence")
    assert (sale.kind, back.kind, sale.status, back.status) == ("sale", "return", "recorded", "recorded")
    assert sale.body["lines"] == [{"code": product.upc, "lot": "L1", "quantity": 3, "price": 95_000}]
    assert timezone.localdate(sale.occurred_at).isoformat() == "2026-11-19" and back.occurred_at == NOW
    till = Till.objects.get()
    assert (till.kind, till.location, till.last_sequence) == ("upload", place, 2)
    assert Entry.objects.get(action="upload.booked").facts == {"rows": 2}
    assert [row.booked for row in upload.rows.order_by("number")] == [True, False, True]


def test_the_same_file_twice_changes_nothing(place: Location, product: Product) -> None:
    text = f"Mã;SL\n{product.upc};3\n"
    book(take(place, text))
    again = take(place, text.replace(";", ","), name="khac.csv", at=NOW + timedelta(hours=1))
    assert weights(again) == ["before"]
    before = everything()
    with pytest.raises(actions.NothingToBook):
        book(again)
    assert changed(before) == set() and on_hand(place, product) == 7


def test_pressed_twice_it_is_booked_once(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;SL\n{product.upc};3\n")
    book(upload)
    before = everything()
    book(upload)
    assert changed(before) == set()


def test_the_same_goods_on_another_day_are_sold_once_more(place: Location, product: Product) -> None:
    text = f"Mã;SL\n{product.upc};3\n"
    book(take(place, text, day=TODAY - timedelta(days=1)))
    book(take(place, text))
    assert on_hand(place, product) == 4


def test_a_file_that_grew_brings_only_its_new_rows(place: Location, product: Product) -> None:
    """Two alike rows were told: of three, one is new, unless a person says that all happened once more."""
    row = f"{product.upc};1;20/11/2026\n"
    book(take(place, "Mã;SL;Ngày\n" + row * 2))
    grown = take(place, "Mã;SL;Ngày\n" + row * 3)
    assert [row.alike_id is not None for row in grown.rows.order_by("number")] == [True, True, False]
    book(grown)
    assert on_hand(place, product) == 7
    book(take(place, "Bán hôm nay\nMã;SL;Ngày\n" + row * 3), alike=True)
    assert on_hand(place, product) == 4


def test_another_receipt_is_another_sale(place: Location, product: Product) -> None:
    book(take(place, f"Mã;SL;Hóa đơn\n{product.upc};1;HD1\n"))
    second = take(place, f"Mã;SL;Hóa đơn\n{product.upc};1;HD2\n")
    assert second.rows.get().alike_id is None


def test_a_count_is_what_stands_there(place: Location, product: Product) -> None:
    make.stock(product, 5, at_place=place, lot_code="L2")
    upload = take(place, f"Mã;Lô;Thực tế\n{product.upc};L1;8\n{product.upc};L2;6\n{product.upc};;1\n", kind="counts")
    assert weights(upload) == [(15, 13), (13, 14), "counted_twice"]
    book(upload)
    assert on_hand(place, product) == 14


def test_a_count_of_what_moved_since_is_refused_and_may_be_told_again(place: Location, product: Product) -> None:
    text = f"Mã;Thực tế\n{product.upc};8\n"
    upload = take(place, text, kind="counts")
    book(take(place, f"Mã;SL\n{product.upc};1\n"))
    book(upload)
    assert on_hand(place, product) == 9
    stale = TillEvent.objects.get(kind="count")
    assert (stale.status, stale.answer["code"]) == ("parked", "stale_count")
    again = take(place, text, kind="counts")
    assert weights(again) == [(9, 8)]
    book(again)
    assert on_hand(place, product) == 8
    book(take(place, f"Mã;SL\n{product.upc};-2\n"))
    third = take(place, text, kind="counts")  # the old file by mistake: its count was booked
    with pytest.raises(actions.NothingToBook):
        book(third)
    assert on_hand(place, product) == 10


def test_a_count_knows_what_its_author_saw(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;Tồn sổ;Thực tế\n{product.upc};9;8\n", kind="counts")
    assert weights(upload) == ["stale_count"]
    assert upload.rows.get().refusal["facts"] == {"seen": 9, "on_hand": 10}


def test_looked_at_again_the_books_and_the_goods_of_now_count(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;SL\n{product.upc};3\nSP-MOI;1\n")
    make.stock(product, 10, at_place=place)
    Product.objects.filter(pk=make.product().pk).update(upc="SP-MOI")
    later = NOW + timedelta(hours=2)
    actions.look_again(upload=upload, at=later)
    upload.refresh_from_db()
    assert weights(upload) == [(20, 17), (0, -1)] and upload.looked_at == later


def test_a_name_will_do_where_the_product_stands(place: Location, product: Product) -> None:
    other = make.product("Đường thốt nốt Tri Tôn")
    upload = take(place, "Tên hàng;SL\nMAT THOT NOT;1\nĐường thốt nốt Tri Tôn;1\n")
    assert weights(upload) == [(10, 9), (0, -1)]
    assert upload.rows.order_by("number")[1].code == other.upc
    assert weights(take(place, "Tên hàng;SL\nDuong thot not Tri Ton;1\n")) == ["unknown_title"]
    make.stock(make.product("Mật thốt nốt"), 1, at_place=place)
    assert weights(take(place, "Tên hàng;SL\nMật thốt nốt;1\n")) == ["ambiguous_title"]


def test_a_store_books_its_producers_goods_alone(product: Product) -> None:
    store = make.producer().store
    assert store is not None
    assert weights(take(store, f"Mã;SL\n{product.upc};1\n")) == ["not_from_here"]
    assert product.producer.store is not None
    assert weights(take(product.producer.store, f"Mã;SL\n{product.upc};1\n")) == [(0, -1)]


def test_tomorrow_has_not_happened(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;SL;Ngày\n{product.upc};1;21/11/2026\n{product.upc};1;20/11/2026 23:00\n")
    assert weights(upload) == ["in_the_future", (10, 9)]
    book(upload)
    assert TillEvent.objects.get().occurred_at == NOW  # not later than it was told


def test_what_was_booked_is_neither_removed_nor_looked_at_again(place: Location, product: Product) -> None:
    upload = take(place, f"Mã;SL\n{product.upc};3\n")
    actions.drop(upload=take(place, f"Mã;SL\n{product.upc};4\n"), by=people.mai())
    book(upload)
    before = everything()
    for deed in (lambda: actions.drop(upload=upload, by=None), lambda: actions.look_again(upload=upload, at=NOW)):
        with pytest.raises(actions.BookedAlready):
            deed()
    assert changed(before) == set() and Upload.objects.get() == upload


def test_what_is_promised_is_sold_all_the_same(place: Location, product: Product) -> None:
    make.order((product, 9), location_id=place.pk, payment="counter")
    book(take(place, f"Mã;SL\n{product.upc};5\n"))
    assert on_hand(place, product) == 5
    assert len(books.shortages([place.pk])) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_four_sides_at_once_is_booked_once() -> None:
    place, product, by = make.location(), make.product(), people.mai()
    make.stock(product, 10, at_place=place)
    uploads = [take(place, f"Mã;SL\n{product.upc};1\n{product.upc};2\n") for _ in range(4)]
    answers = at_once(4, lambda n: actions.book(upload=uploads[n], by=by, at=NOW))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", *["NothingToBook"] * 3]
    tasks.record_waiting()
    assert on_hand(place, product) == 7


@pytest.mark.parametrize("rows", [2, 400])
def test_a_long_file_asks_as_few_queries_as_a_short_one(
    place: Location, product: Product, rows: int, django_assert_max_num_queries: Any
) -> None:
    text = "Mã;SL\n" + f"{product.upc};1\n" * rows
    with django_assert_max_num_queries(13):
        upload = take(place, text)
    with django_assert_max_num_queries(22):
        actions.book(upload=upload, by=people.mai(), at=NOW)


def test_a_lot_that_the_books_do_not_know_is_entered_by_its_count(place: Location, product: Product) -> None:
    stock.receive(location=place, product=product, quantity=4, at=NOW, lot_code="L9")
    upload = take(place, f"Mã;Lô;Thực tế\n{product.upc};L9;3\n{product.upc};L-LA;2\n", kind="counts")
    assert weights(upload) == [(14, 13), (13, 15)]
    book(upload)
    assert on_hand(place, product) == 15
