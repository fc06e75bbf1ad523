"""A box from its draft to the shop and out of it."""

from decimal import Decimal
from typing import Any

import pytest

from marketplace.boxes import actions
from marketplace.boxes.models import Box
from marketplace.boxes.queries import offers
from marketplace.errors import Refused
from marketplace.journal.models import Entry
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from tests import make, people
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> list[Any]:
    place = make.location()
    made = [make.product(title, price=price) for title, price in (("Mật ong", 200_000), ("Trà", 100_000))]
    for product in made:
        make.stock(product, 10, at_place=place)
        product.place = place
    return made


def _draft(goods: list[Any], price: int | None = None, *quantities: int) -> Box:
    about: dict[str, Any] = {"by": people.mai()}
    cost = None if price is None else Decimal(price)
    box = actions.compose(packed_at=goods[0].place, title="Hộp quà Tết", description="", price=cost, **about)
    for product, quantity in zip(goods, quantities or (1, 2), strict=False):
        actions.put_in(box=box, product=product, quantity=quantity, **about)
    return box


def test_it_is_in_the_shop_and_the_makers_know_their_share(goods: list[Any]) -> None:
    box = _draft(goods, 360_000)
    actions.bring_out(box=box, by=people.mai(), at=make.NOW)
    [offer] = offers(Box.objects.opened(), make.TODAY)
    assert (offer.price, offer.before, offer.available) == (360_000, 400_000, 5)
    assert [one.unit_price for one in offer.contents] == [180_000, 90_000]
    told = Notice.objects.filter(kind="box_opened").order_by("pk")
    assert told.count() == 2
    assert "180.000" in letter(told[0]).text and "Mật ong" in letter(told[0]).text
    assert Entry.objects.filter(action="box.brought_out", subject_id=box.pk).exists()


def test_out_and_in_again_tells_the_makers_once(goods: list[Any]) -> None:
    box = _draft(goods)
    for deed in (actions.bring_out, actions.take_out, actions.bring_out):
        deed(box=box, by=people.mai(), at=make.NOW)
    box.refresh_from_db()
    assert box.is_open and Notice.objects.filter(kind="box_opened").count() == 2


def test_the_scarcest_part_says_how_many_can_be_made(goods: list[Any]) -> None:
    box = make.box((goods[0], 3), (goods[1], 4), packed_at=goods[0].place)
    [offer] = offers([box], make.TODAY)
    assert offer.available == 2
    make.order((goods[1], 3), payment="cod")
    [offer] = offers([box], make.TODAY)
    assert offer.available == 1


def test_it_is_not_for_sale_with_a_part_that_is_not(goods: list[Any]) -> None:
    box = make.box((goods[0], 1), (goods[1], 1), packed_at=goods[0].place)
    type(goods[1]).objects.filter(pk=goods[1].pk).update(is_public=False)
    [offer] = offers([box], make.TODAY)
    assert (offer.for_sale, offer.available) == (False, 0)


def test_a_cheaper_maker_makes_a_cheaper_box(goods: list[Any]) -> None:
    box = make.box((goods[0], 1), (goods[1], 2), price=390_000, packed_at=goods[0].place)
    goods[0].stockrecords.update(price=150_000)
    [offer] = offers([box], make.TODAY)
    assert offer.price == 350_000  # no dearer than its content singly


@pytest.mark.parametrize(
    ("price", "quantities", "refusal"),
    [
        (None, (1,), actions.TooFewParts),
        (401_000, (1, 2), actions.BoxPriceOff),
        (199_999, (1, 2), actions.BoxPriceOff),
        (500_001, (2, 2), actions.BoxPriceUneven),
    ],
)
def test_what_is_no_box_does_not_come_into_the_shop(
    goods: list[Any], price: int | None, quantities: tuple[int, ...], refusal: type[Refused]
) -> None:
    box = _draft(goods, price, *quantities)
    before = everything()
    with pytest.raises(refusal):
        actions.bring_out(box=box, by=people.mai(), at=make.NOW)
    assert not changed(before)


def test_nothing_that_is_not_sold_comes_into_the_shop(goods: list[Any]) -> None:
    box = _draft(goods)
    type(goods[1]).objects.filter(pk=goods[1].pk).update(is_public=False)
    with pytest.raises(actions.PartNotForSale, match="Trà"):
        actions.bring_out(box=box, by=people.mai(), at=make.NOW)


def test_where_nothing_is_sent_from_no_box_is_packed(goods: list[Any]) -> None:
    box = _draft(goods)
    goods[0].place.ships = False
    goods[0].place.save()
    with pytest.raises(actions.PackerDoesNotShip):
        actions.bring_out(box=box, by=people.mai(), at=make.NOW)


def test_what_was_in_the_shop_keeps_its_content_and_its_name(goods: list[Any]) -> None:
    box = make.box((goods[0], 1), (goods[1], 2), packed_at=goods[0].place, title="Hộp quà Tết")
    actions.take_out(box=box, by=people.mai(), at=make.NOW)
    words = {"description": "", "price": None, "by": people.mai(), "at": make.NOW}
    before = everything()
    for deed in (
        lambda: actions.put_in(box=box, product=goods[0], quantity=2, by=people.mai()),
        lambda: actions.put_in(box=box, product=goods[0], quantity=0, by=people.mai()),
        lambda: actions.discard(box=box, by=people.mai()),
        lambda: actions.describe(box=box, title="Hộp khác", **words),
    ):
        with pytest.raises(actions.BoxFixed):
            deed()
    assert not changed(before)


def test_the_price_may_change_within_what_is_fair(goods: list[Any]) -> None:
    box = make.box((goods[0], 1), (goods[1], 2), packed_at=goods[0].place, title="Hộp quà Tết")
    words: dict[str, Any] = {"title": "Hộp quà Tết", "description": "Ấm áp", "by": people.mai(), "at": make.NOW}
    actions.describe(box=box, price=Decimal(380_000), **words)
    with pytest.raises(actions.BoxPriceOff):
        actions.describe(box=box, price=Decimal(100_000), **words)
    box.refresh_from_db()
    assert (box.price, box.description) == (380_000, "Ấm áp")


def test_a_draft_is_thrown_away(goods: list[Any]) -> None:
    box = _draft(goods)
    actions.put_in(box=box, product=goods[1], quantity=0, by=people.mai())
    assert box.parts.count() == 1
    actions.discard(box=box, by=people.mai())
    assert not Box.objects.exists()
