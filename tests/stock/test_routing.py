"""The router: never more than is there, every unit or nothing, fewest parcels first."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.stock.routing import Destination, NotEnough, Place, Reason, Supply, Want, route

JANUARY, MAY = date(2027, 1, 31), date(2027, 5, 31)
LONG_XUYEN, CHAU_DOC, RACH_GIA = (10.386, 105.435), (10.700, 105.117), (10.012, 105.081)


def _supply(balance: int, place: int, product: int, available: int, best_before: date | None = None) -> Supply:
    return Supply(balance, place, product, available, best_before)


def _reason(supplies: list[Supply], *places: Place, wanted: int = 1) -> tuple[list[int], str]:
    found = route([Want(1, 1, wanted)], supplies, {p.location_id: p for p in places}, Destination(point=LONG_XUYEN))
    return [parcel.location_id for parcel in found.parcels], found.parcels[0].reason


def test_one_parcel_before_anything_else() -> None:
    supplies = [_supply(1, 1, 1, 2, JANUARY), _supply(2, 2, 1, 2, JANUARY), _supply(3, 3, 1, 4, MAY)]
    assert _reason(supplies, wanted=4) == ([3], Reason.ONLY)


def test_then_the_lot_that_expires_first() -> None:
    near, far = Place(1, LONG_XUYEN), Place(2, RACH_GIA)
    assert _reason([_supply(1, 1, 1, 5, MAY), _supply(2, 2, 1, 5, JANUARY)], near, far) == ([2], Reason.EXPIRES)


def test_then_the_nearest() -> None:
    near, far = Place(1, CHAU_DOC, busy=99), Place(2, RACH_GIA)
    assert _reason([_supply(1, 1, 1, 5), _supply(2, 2, 1, 5)], near, far) == ([1], Reason.NEAREST)


def test_then_the_least_busy() -> None:
    busy, idle = Place(1, CHAU_DOC, busy=9), Place(2, CHAU_DOC, busy=3)
    assert _reason([_supply(1, 1, 1, 5), _supply(2, 2, 1, 5)], busy, idle) == ([2], Reason.LEAST_BUSY)


def test_equals_are_called_equal() -> None:
    assert _reason([_supply(1, 1, 1, 5), _supply(2, 2, 1, 5)], Place(1), Place(2)) == ([1], Reason.EQUAL)


def test_two_parcels_when_one_will_not_do() -> None:
    supplies = [_supply(1, 1, 1, 3), _supply(2, 2, 1, 3), _supply(3, 3, 1, 1)]
    assert _reason(supplies, wanted=6) == ([1, 2], Reason.FEWEST)


def test_within_a_place_the_first_lot_to_expire_goes_first_and_lines_share() -> None:
    supplies = [_supply(1, 1, 1, 5, MAY), _supply(2, 1, 1, 2, JANUARY)]
    found = route([Want(7, 1, 3), Want(8, 1, 3)], supplies, {}, Destination())
    assert [(t.balance_id, t.line_id, t.quantity) for t in found.takings] == [(2, 7, 2), (1, 7, 1), (1, 8, 3)]
    assert found.parcels[0].lines == ((7, 3), (8, 3))


def test_a_pickup_is_served_by_its_point_alone() -> None:
    supplies = [_supply(1, 1, 1, 2), _supply(2, 2, 1, 9)]
    found = route([Want(1, 1, 2)], supplies, {}, Destination(pickup_location_id=1))
    assert [(p.location_id, p.reason) for p in found.parcels] == [(1, Reason.PICKUP)]
    with pytest.raises(NotEnough) as refused:
        route([Want(1, 1, 3)], supplies, {}, Destination(pickup_location_id=1))
    assert (refused.value.wanted, refused.value.available) == (3, 2)


# --- whatever the rows ------------------------------------------------------------------------------------------------

rows = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(-2, 8), st.sampled_from([None, JANUARY, MAY])),
    max_size=24,
)
baskets = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 7)), min_size=1, max_size=6)


def _sides(found: list, basket: list) -> tuple[list[Supply], list[Want]]:
    supplies = [_supply(number, *row) for number, row in enumerate(found)]
    return supplies, [Want(number, *want) for number, want in enumerate(basket)]


@settings(max_examples=400, deadline=None)
@given(rows, baskets)
def test_every_unit_is_assigned_or_the_order_refused_whole(found: list, basket: list) -> None:
    supplies, wants = _sides(found, basket)
    there, wanted = Counter(), Counter()
    for supply in supplies:
        there[supply.product_id] += max(0, supply.available)
    for want in wants:
        wanted[want.product_id] += want.quantity
    try:
        result = route(wants, supplies, {}, Destination())
    except NotEnough as short:
        assert there[short.product_id] == short.available < short.wanted == wanted[short.product_id]
        return
    given_to, taken_from = Counter(), Counter()
    products = {supply.balance_id: supply.product_id for supply in supplies}
    for taking in result.takings:
        assert taking.quantity > 0
        assert products[taking.balance_id] == wants[taking.line_id].product_id
        given_to[taking.line_id] += taking.quantity
        taken_from[taking.balance_id] += taking.quantity
    assert given_to == {want.line_id: want.quantity for want in wants}
    assert all(taken_from[s.balance_id] <= max(0, s.available) for s in supplies)
    packed = Counter(dict.fromkeys(given_to, 0))
    for parcel in result.parcels:
        packed.update(dict(parcel.lines))
    assert packed == given_to


@settings(max_examples=300, deadline=None)
@given(rows, baskets)
def test_no_one_or_two_places_could_have_done_with_fewer_parcels(found: list, basket: list) -> None:
    supplies, wants = _sides(found, basket)
    try:
        parcels = len(route(wants, supplies, {}, Destination()).parcels)
    except NotEnough:
        return
    wanted = Counter()
    for want in wants:
        wanted[want.product_id] += want.quantity
    places = sorted({supply.location_id for supply in supplies})
    for number in range(1, min(parcels, 3)):
        for chosen in combinations(places, number):
            here = Counter()
            for supply in supplies:
                here[supply.product_id] += max(0, supply.available) if supply.location_id in chosen else 0
            assert any(here[product] < units for product, units in wanted.items()), chosen


@settings(max_examples=200, deadline=None)
@given(rows, baskets, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(found: list, basket: list, random) -> None:  # type: ignore[no-untyped-def]
    supplies, wants = _sides(found, basket)
    shuffled = list(supplies)
    random.shuffle(shuffled)
    try:
        first = route(wants, supplies, {}, Destination())
    except NotEnough:
        return
    assert route(wants, shuffled, {}, Destination()) == first
