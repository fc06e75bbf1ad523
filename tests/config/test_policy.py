"""What a browser may run: the shop's pages nothing inline; the back offices, whose pages do not work without it."""

import pytest
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db
POLICY = "Content-Security-Policy"


@pytest.mark.parametrize(
    "address", ["/", "/basket/", "/accounts/sign-in/", "/nowhere/", "/orders/nobody/", "/i18n/setlang/"]
)
def test_the_shop_runs_nothing_inline(address: str) -> None:
    policy = Client().get(address).headers[POLICY]
    assert "default-src 'self'" in policy and "unsafe-inline" not in policy


@pytest.mark.parametrize("address", ["/dashboard/", "/en/dashboard/", "/cms/"])
def test_the_back_offices_run_what_oscar_and_wagtail_write_into_their_pages(address: str) -> None:
    client, tam = Client(), people.tam()
    tam.is_superuser = True
    tam.save(update_fields=["is_superuser"])
    client.force_login(tam)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "script-src 'self' 'unsafe-inline'" in answer.headers[POLICY]
    assert "default-src 'self'" in answer.headers[POLICY] and "img-src 'self' data: blob:" in answer.headers[POLICY]


def test_the_desk_is_ours_and_as_strict_as_the_shop() -> None:
    client = Client()
    client.force_login(people.tam())
    assert "unsafe-inline" not in client.get("/desk/").headers[POLICY]
