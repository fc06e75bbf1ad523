"""Whatever somebody writes into an address, nobody sees an error page."""

import pytest
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db
LONG = "1" * 5000


@pytest.mark.parametrize("address", ["/orders/%00/", "/checkout/paid/%00/", "/en/orders/a%00b/"])
def test_what_cannot_be_an_orders_link_leads_nowhere(address: str) -> None:
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/orders/%00/cancel/", "/checkout/pay/%00/"])
def test_nor_can_it_be_paid_or_cancelled(address: str) -> None:
    assert Client().post(address).status_code == 404


@pytest.mark.parametrize("province", ["", "x", "%00", "%C2%B2", LONG, "9" * 18, "-1"])
def test_a_province_that_is_none_has_no_communes(province: str) -> None:
    assert Client().get(f"/checkout/communes/?province={province}").json() == []


@pytest.mark.parametrize("page", ["", "certificates/", "en/catalogue/", "catalogue/"])
@pytest.mark.parametrize(
    "asked",
    ["q=%00", "q=%F0%9F%8D%9A", "q=%FF", "q=%27%26%7C%21%28:*", "page=-1", f"page={LONG}", "group=%C2%B2&max=x"],
)
def test_no_search_is_too_odd(page: str, asked: str) -> None:
    assert Client().get(f"/{page}?{asked}").status_code == 200


@pytest.mark.parametrize("page", ["", "catalogue/", "nowhere/", "accounts/sign-in/"])
def test_an_address_may_ask_too_much(page: str) -> None:
    answer = Client().get(f"/{page}?{'&'.join(f'group={n}' for n in range(1500))}")
    assert answer.status_code < 500 and "</main>" in answer.content.decode()


@pytest.mark.parametrize("page", ["orders", "goods", "producers", "certificates"])
@pytest.mark.parametrize(
    "asked", ["q=%00", "q=%F0%9F%8D%9A", f"q={LONG}", "q=@", "q=%25", "status=%00", f"page={LONG}"]
)
def test_nor_is_one_at_the_desk(page: str, asked: str) -> None:
    office = Client()
    office.force_login(people.tam())
    assert office.get(f"/desk/{page}/?{asked}").status_code == 200
