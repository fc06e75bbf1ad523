"""From a producer's draft to the shop's page, and back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from catalogue import actions, labels, queries
from catalogue.actions import (
    Incomplete,
    ListingMoved,
    ProducerNotVerified,
    ReasonMissing,
    TooManyPhotographs,
    WrongPrice,
    approve,
    discard,
    propose,
    reject,
    revise,
    save_change,
    set_price,
    start_change,
    submit,
    withdraw,
)
from catalogue.models import ListingChange, Product, TouchedProduct
from catalogue.pictures import Photograph, checked
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from tests import make, people

from .pictures import upload

pytestmark = pytest.mark.django_db
NOW = make.NOW
FACTS: dict[str, Any] = {
    "title": "Đường thốt nốt hữu cơ",
    "description": "Nấu từ mật hoa trong ngày.",
    "net_quantity": "500 g",
    "ingredients": "100 % mật hoa thốt nốt",
    "origin": "An Giang, Việt Nam",
    "storage": "Nơi khô, mát",
    "shelf_life_days": 365,
}


@pytest.fixture(autouse=True)
def _groups() -> None:
    actions.load_groups(groups=[{"code": "I", "name": "Thực phẩm", "name_en": "Food"}])


def photograph() -> Photograph:
    file = upload(size=(400, 400))
    return checked(file, file.name, file.size)


def draft(**facts: Any) -> ListingChange:
    """Hùng's draft of a new listing, complete unless told otherwise."""
    fields = FACTS | {"category": make.category("I"), "price": Decimal(95_000)} | facts
    return propose(producer=make.producer(), fields=fields, photographs=[photograph()], by=people.hung(), at=NOW)


def submitted(**facts: Any) -> ListingChange:
    people.tam()
    change = draft(**facts)
    submit(change=change, by=people.hung(), at=NOW)
    return change


def told(kind: str) -> list[int]:
    return list(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))


def test_a_new_listing_is_bought_only_once_approved() -> None:
    change = submitted()
    assert not Product.objects.filter(title=FACTS["title"]).exists()
    assert told("listing_submitted") == [people.tam().pk]
    product = approve(change=change, by=people.tam(), at=NOW)
    product = Product.objects.listed().get(pk=product.pk)
    assert {name: getattr(product, name) for name in FACTS} == FACTS
    assert (product.producer, product.stockrecords.get().price) == (change.producer, 95_000)
    assert [c.code for c in product.categories.all()] == ["I"]
    assert product.images.get().original.name == change.photos.get().image.name
    assert told("listing_approved") == [people.hung().pk]
    assert TouchedProduct.objects.filter(product=product).exists()
    assert Entry.objects.filter(action="listing.approved", by=people.tam(), subject_id=change.pk).exists()


def test_the_live_listing_stays_until_the_change_is_approved() -> None:
    product = make.product("Đường thốt nốt", producer=make.producer())
    change = start_change(product=product, by=people.hung())
    fields = FACTS | {"category": make.category("I")}
    save_change(change=change, fields=fields, photographs=[photograph()], by=people.hung(), at=NOW)
    submit(change=change, by=people.hung(), at=NOW)
    product.refresh_from_db()
    assert (product.title, product.images.count()) == ("Đường thốt nốt", 0)
    price = product.stockrecords.get().price
    approve(change=change, by=people.tam(), at=NOW)
    product.refresh_from_db()
    assert (product.title, product.images.count()) == (FACTS["title"], 1)
    assert product.stockrecords.get().price == price


def test_a_second_change_begins_with_what_is_live_and_the_first_version_stays() -> None:
    product = approve(change=submitted(), by=people.tam(), at=NOW)
    change = start_change(product=product, by=people.hung())
    assert start_change(product=product, by=people.hung()) == change
    assert {name: getattr(change, name) for name in FACTS} == FACTS
    old = change.photos.get()
    save_change(
        change=change, fields={"title": "Mới"}, photographs=[photograph()], drop=[old.pk], by=people.hung(), at=NOW
    )
    submit(change=change, by=people.hung(), at=NOW)
    approve(change=change, by=people.tam(), at=NOW)
    first = ListingChange.objects.get(product=product, title=FACTS["title"])
    kept = first.photos.get().image
    assert kept.storage.exists(kept.name) and product.images.get().original.name != kept.name


def test_a_rejection_says_why_and_lives_on_as_a_new_draft() -> None:
    change = submitted()
    with pytest.raises(ReasonMissing):
        reject(change=change, reason="  ", by=people.tam(), at=NOW)
    reject(change=change, reason="Thiếu ảnh nhãn", by=people.tam(), at=NOW)
    assert Notice.objects.get(kind="listing_rejected").facts["reason"] == "Thiếu ảnh nhãn"
    again = revise(change=change, by=people.hung())
    assert (again.status, again.price, again.photos.count()) == ("draft", change.price, 1)
    change.refresh_from_db()
    assert (change.status, change.reason) == ("rejected", "Thiếu ảnh nhãn")


def test_a_change_is_decided_once() -> None:
    change = submitted()
    twin = ListingChange.objects.get(pk=change.pk)
    approve(change=change, by=people.tam(), at=NOW)
    for deed in (
        lambda: approve(change=twin, by=people.tam(), at=NOW),
        lambda: reject(change=twin, reason="Nhầm", by=people.tam(), at=NOW),
        lambda: withdraw(change=twin, by=people.hung()),
        lambda: save_change(change=twin, fields={"title": "x"}, by=people.hung(), at=NOW),
        lambda: discard(change=twin, by=people.hung()),
    ):
        with pytest.raises(ListingMoved), transaction.atomic():
            deed()
    assert Product.objects.filter(title=FACTS["title"]).count() == 1
    assert not told("listing_rejected")


def test_a_withdrawn_change_is_written_on_and_told_again() -> None:
    change = submitted()
    withdraw(change=change, by=people.hung())
    save_change(change=change, fields={"title": "Đường thốt nốt sấy"}, by=people.hung(), at=NOW)
    submit(change=change, by=people.hung(), at=NOW + timedelta(minutes=5))
    assert len(told("listing_submitted")) == 2


def test_nobody_sells_whose_identity_is_not_verified() -> None:
    change = submitted()
    change.producer.verified_at = None
    with pytest.raises(ProducerNotVerified):
        approve(change=change, by=people.tam(), at=NOW)
    change.refresh_from_db()
    assert change.status == "submitted"


def test_the_office_is_not_asked_about_half_a_label() -> None:
    with pytest.raises(Incomplete):
        submit(change=draft(origin="", price=None), by=people.hung(), at=NOW)
    assert not told("listing_submitted")


@pytest.mark.parametrize(
    ("group", "facts", "lacking"),
    [
        ("I", {"storage": "", "shelf_life_days": None}, ["storage", "shelf_life_days"]),
        ("II.1.a", {"shelf_life_days": None, "ethanol_percent": Decimal(29)}, ["warnings", "declaration_number"]),
        ("II", {"ethanol_percent": Decimal(5)}, []),
        ("IV", {"storage": "", "shelf_life_days": None}, []),
        ("VI", {"net_quantity": "", "ingredients": "", "origin": ""}, []),
    ],
)
def test_a_label_says_what_its_goods_need(group: str, facts: dict[str, Any], lacking: list[str]) -> None:
    assert labels.missing(ListingChange(**FACTS | facts), group) == lacking


def test_six_photographs_are_enough() -> None:
    change = draft()
    with pytest.raises(TooManyPhotographs):
        save_change(change=change, fields={}, photographs=[photograph()] * 6, by=people.hung(), at=NOW)
    assert change.photos.count() == 1


def test_the_office_sees_old_and_new_side_by_side() -> None:
    product = approve(change=submitted(), by=people.tam(), at=NOW)
    change = start_change(product=product, by=people.hung())
    save_change(change=change, fields={"origin": "Tịnh Biên"}, by=people.hung(), at=NOW)
    changed = [row for row in queries.differences(change) if row.changed]
    assert [(row.old, row.new) for row in changed] == [(FACTS["origin"], "Tịnh Biên")]


def test_a_price_applies_at_once_and_is_remembered() -> None:
    product = make.product(price=120_000)
    set_price(product=product, price=Decimal(99_000), by=people.hung(), at=NOW)
    assert product.stockrecords.get().price == 99_000
    entry = Entry.objects.get(action="price.set")
    assert (entry.by, entry.facts["before"], entry.facts["price"]) == (people.hung(), "120000.00", "99000")
    assert TouchedProduct.objects.filter(product=product).exists()


@pytest.mark.parametrize("price", ["0", "-5000", "99000.5", "600000000"])
def test_a_price_is_whole_dong(price: str) -> None:
    product = make.product(price=120_000)
    with pytest.raises(WrongPrice):
        set_price(product=product, price=Decimal(price), by=people.hung(), at=NOW)
    assert product.stockrecords.get().price == 120_000
