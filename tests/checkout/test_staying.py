"""What may not travel long, or not warm, is collected only where it stands: no transfer brings it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Product
from marketplace.checkout.queries.points import NotAtPoint, NotBrought, points_for, refuse_unready
from marketplace.locations.models import Location
from marketplace.stock.actions import OutOfStock
from marketplace.stock.models import Transfer
from tests import make, people
from tests.checkout.shortages import mend, parcels, short, sold
from tests.rows import changed, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW


@pytest.fixture
def fish() -> Any:
    """Five pieces at Điểm A, two days from Điểm B, which has none."""
    product = make.product("Cá tra tươi", price=100_000, travel_hours_max=24)
    product.here = make.stock(product, 5, at_place=make.location("Điểm A"))
    product.bare = make.location("Điểm B")
    return product


def basket_lines(product: Any, pieces: int = 1) -> Any:
    return make.basket((product, pieces)).all_lines()


def test_it_is_not_offered_where_it_would_have_to_be_brought(fish: Any) -> None:
    before = everything()
    with pytest.raises(NotBrought, match="Cá tra tươi"):
        refuse_unready(basket_lines(fish), fish.bare, None, at=NOW)
    with pytest.raises(OutOfStock):
        make.order((fish, 1), payment="counter", location_id=fish.bare.pk)
    assert not Transfer.objects.exists() and "order_order" not in changed(before)
    refuse_unready(basket_lines(fish), fish.here, None, at=NOW)
    order = make.order((fish, 5), payment="counter", location_id=fish.here.pk)
    assert parcels(order) == {"Điểm A": ("open", [5])} and not Transfer.objects.exists()


def test_the_point_offers_what_it_has_itself(fish: Any) -> None:
    make.stock(fish, 2, at_place=fish.bare)
    refuse_unready(basket_lines(fish, 2), fish.bare, None, at=NOW)
    with pytest.raises(NotBrought):
        refuse_unready(basket_lines(fish, 3), fish.bare, None, at=NOW)
    assert parcels(make.order((fish, 2), payment="counter", location_id=fish.bare.pk)) == {"Điểm B": ("open", [2])}


@pytest.mark.parametrize(
    ("days", "cooled", "hours_max", "cool", "brought"),
    [
        (1, False, 24, False, True),
        (0, False, 24, False, True),
        (0, False, 23, False, False),
        (2, False, 24, False, False),
        (2, False, 48, False, True),
        (1, False, None, True, False),
        (2, True, None, True, True),
        (2, True, 24, True, False),
        (9, False, None, False, True),
    ],
)
def test_days_and_cold_decide(
    fish: Any, days: int, cooled: bool, hours_max: int | None, cool: bool, brought: bool
) -> None:
    Product.objects.filter(pk=fish.pk).update(travel_hours_max=hours_max, keep_cool=cool)
    Location.objects.filter(pk=fish.here.pk).update(transfer_days=days, cooled_transfers=cooled)
    [point] = [one for one in points_for(basket_lines(fish), "", at=NOW) if one.name == "Điểm B"]
    assert (point.stays == [], point.missing == []) == (brought, brought)
    if brought:
        order = make.order((fish, 1), payment="counter", location_id=fish.bare.pk)
        assert Transfer.objects.get().order_id == order.pk


def test_the_cold_one_stays_while_the_rest_is_brought(fish: Any) -> None:
    """Of two places that have it the one may send it, the other not."""
    near = make.stock(fish, 1, at_place=make.location("Điểm C", transfer_days=1))
    order = make.order((fish, 1), payment="counter", location_id=fish.bare.pk)
    assert Transfer.objects.get().source == near and order.is_pickup
    with pytest.raises(OutOfStock):
        make.order((fish, 1), payment="counter", location_id=fish.bare.pk)


def test_what_a_till_took_is_not_replaced_from_far_away(fish: Any) -> None:
    make.stock(fish, 1, at_place=fish.bare)
    order = make.order((fish, 1), payment="counter", location_id=fish.bare.pk)
    sold(fish, fish.bare, 1)
    mend(NOW + timedelta(minutes=1))
    assert short(order).quantity == 1 and not Transfer.objects.exists()


def test_the_pages_say_why(fish: Any) -> None:
    make.stock(fish, 1, at_place=fish.bare)
    sold(fish, fish.bare, 1)
    assert "không chuyển từ nơi khác đến" in Client().get(fish.get_absolute_url()).content.decode()
    visitor = Client()
    visitor.post(f"/basket/add/{fish.pk}/", {"quantity": 1, "next": "/basket/"})
    assert "Cá tra tươi: không chuyển từ nơi khác đến" in visitor.get("/checkout/").content.decode()
    about = {
        "name": "Nguyễn Thị Lan", "phone": "0912 000 001", "email": "lan@example.vn", "method": "pickup",
        "location": fish.bare.pk, "payment": "counter", "note": "",
    }  # fmt: skip
    answer = visitor.post("/checkout/", about)
    assert answer.status_code == 400 and "Không thể chuyển Cá tra tươi đến Điểm B" in answer.content.decode()


def test_what_is_sold_out_is_not_called_one_that_may_not_travel(fish: Any) -> None:
    """Nobody has it, so no point that has it can be chosen instead."""
    sold(fish, fish.here, 5)
    assert {(point.name, *point.missing, *point.stays) for point in points_for(basket_lines(fish), "", at=NOW)} == {
        ("Điểm A", "Cá tra tươi"), ("Điểm B", "Cá tra tươi"),
    }  # fmt: skip
    with pytest.raises(NotAtPoint):
        refuse_unready(basket_lines(fish), fish.bare, None, at=NOW)


def test_nor_does_the_page_of_what_is_sold_out_say_so(fish: Any) -> None:
    make.stock(fish, 1, at_place=fish.bare)
    for place, pieces in ((fish.here, 5), (fish.bare, 1)):
        sold(fish, place, pieces, key=place.slug)
    page = Client().get(fish.get_absolute_url()).content.decode()
    assert "không chuyển từ nơi khác đến" not in page and fish.title in page


def test_nor_is_what_nobody_may_have_any_more(fish: Any) -> None:
    """It should keep a week once it is with its buyer, and keeps two days: the point that has it sells it to nobody."""
    dried = make.product("Cá tra phơi", travel_hours_max=24, arrival_days=7)
    make.stock(dried, 5, at_place=fish.here, best_before=make.TODAY + timedelta(days=2))
    with pytest.raises(NotAtPoint):
        refuse_unready(basket_lines(dried), fish.bare, None, at=NOW)


def test_the_office_says_how_a_place_sends(fish: Any) -> None:
    tam, page = Client(), reverse("desk:transfer-terms", args=[fish.here.pk])
    tam.force_login(people.tam())
    assert "lạnh" in tam.get(page).content.decode()
    assert tam.post(page, {"transfer_days": 0, "cooled_transfers": "on"}).status_code == 302
    fish.here.refresh_from_db()
    assert (fish.here.transfer_days, fish.here.cooled_transfers) == (0, True)
    assert "giữ lạnh" in tam.get(reverse("desk:transfers")).content.decode()
    assert make.order((fish, 1), payment="counter", location_id=fish.bare.pk).is_pickup
