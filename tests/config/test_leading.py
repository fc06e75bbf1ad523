"""An address that only takes what a form sends, opened all the same."""

import pytest
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("asked", "shown"), [
    ("/desk/settlements/3/answer/?page=2", "/desk/settlements/3/?page=2"),  # its own page
    ("/en/desk/settlements/3/answer/", "/en/desk/settlements/3/"),
    ("/desk/letters/25/resend/", "/desk/letters/"),  # nothing stands between, and pages of text do not count
    ("/desk/bank/payouts/refunds/5/bounced/", "/desk/bank/payouts/"),
    ("/orders/geheim/cancel/", "/orders/geheim/"),
    ("/boxes/5/basket/", "/boxes/"),
    ("/accounts/messages/5/read/", "/accounts/messages/"),
    ("/desk/disputes/files/5/drop/", "/desk/disputes/"),  # a file is no page
])  # fmt: skip
def test_a_browser_is_led_to_the_page_above(client: Client, asked: str, shown: str) -> None:
    client.force_login(people.lan())
    answer = client.get(asked, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer["Location"]) == (302, shown)


@pytest.mark.parametrize("asked", ["/desk/letters/25/resend/", "/payment/stripe/webhook/"])
def test_a_program_is_told_no(client: Client, asked: str) -> None:
    assert client.get(asked, headers={"Accept": "*/*"}).status_code == 405
    assert client.put(asked, headers={"Accept": "text/html"}).status_code == 405


def test_after_signing_in_the_page_is_there(client: Client) -> None:
    """Somebody had the statement open until the browser had forgotten them, and pressed the button."""
    sent = client.post("/desk/letters/25/resend/")
    assert sent.status_code == 302 and "next=/desk/letters/25/resend/" in sent["Location"]
    client.force_login(people.tam())
    answer = client.get("/desk/letters/25/resend/", headers={"Accept": "text/html"}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain == [("/desk/letters/", 302)]
