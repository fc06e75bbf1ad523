"""The page where a shopper chooses what is done about missing pieces: for whoever holds its link, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.fulfilment.models import ShortLine
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from tests import make, people
from tests.checkout.shortages import mend, paid, short, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Lan paid three by card; one was sold over the counter."""
    goods = make.product("Mật thốt nốt", price=50_001)
    place, now = make.stock(goods, 3, at_place=make.location("Điểm A"), at=timezone.now()), timezone.now()
    made = paid((goods, 3), at=now)
    sold(goods, place, 1, at=now)
    mend(now)
    return made


def _page(client: Client, row: ShortLine) -> str:
    return client.get(f"/missing/{row.token}/").content.decode()


def test_it_says_what_is_missing_and_what_each_choice_means(client: Client, order: Order) -> None:
    row = short(order)
    client.cookies.load({"django_language": "en"})
    answer = client.get(f"/en/missing/{row.token}/")
    said = answer.content.decode()
    assert "1 × " in said and "Mật thốt nốt" in said and "Điểm A" in said and "50.001\u00a0₫" in said
    assert said.count("<form") - said.count('role="search"') >= 2 and 'value="wait"' in said and 'value="money"' in said
    assert f"{timezone.localtime(row.wait_until):%d/%m/%Y}" in said
    assert answer["X-Robots-Tag"] == "noindex, nofollow" and "no-cache" in answer["Cache-Control"]


def test_the_shopper_waits_and_may_still_change_the_mind(client: Client, order: Order) -> None:
    row = short(order)
    client.post(f"/missing/{row.token}/choose/", {"choice": "wait"})
    row.refresh_from_db()
    assert row.chosen == "wait" and row.closed_at is None
    assert 'value="wait"' not in _page(client, row)
    client.post(f"/missing/{row.token}/choose/", {"choice": "money"})
    row.refresh_from_db()
    assert (row.chosen, row.outcome) == ("money", "money-back")
    assert "<form" not in _page(client, row).split("<main", 1)[1].split("</main", 1)[0]
    page = client.get(f"/orders/{order.token}/").context
    assert page["summary"].total == 130_002 and page["summary"].given_up == 50_001 and page["refund"][0] == 50_001


def test_the_orders_page_leads_there_and_tells_how_it_ended(client: Client, order: Order) -> None:
    row = short(order)
    said = client.get(f"/orders/{order.token}/")
    assert f"/missing/{row.token}/" in said.content.decode()
    actions.give_up_overdue(at=timezone.now() + timedelta(days=30))
    said = client.get(f"/orders/{order.token}/")
    assert f"/missing/{row.token}/" not in said.content.decode()
    [told] = said.context["shorts"]
    assert told.quantity == 1 and told.said


def test_a_guessed_link_leads_nowhere_and_a_link_changes_nothing(client: Client, order: Order) -> None:
    row = short(order)
    client.force_login(people.khoa())
    for guess in (order.token, row.token[:-1], str(row.pk)):
        assert client.get(f"/missing/{guess}/").status_code == 404
        assert client.post(f"/missing/{guess}/choose/", {"choice": "money"}).status_code == 404
    assert client.get(f"/missing/{row.token}/choose/").status_code == 405
    assert ShortLine.objects.get().chosen == ""


def test_so_many_questions_and_no_more(client: Client, order: Order, django_assert_num_queries: Any) -> None:
    row = short(order)
    client.get(f"/missing/{row.token}/")
    with django_assert_num_queries(2):
        client.get(f"/missing/{row.token}/")


@pytest.mark.parametrize("payment", ["card", "cod"])
def test_when_nothing_else_is_left_the_order_ends_and_the_page_and_letter_say_so(client: Client, payment: str) -> None:
    """Two of two are gone: there is no order to go on, and delivery is not paid either."""
    goods, now = make.product("Mật thốt nốt", price=50_001), timezone.now()
    place = make.stock(goods, 2, at=now)
    order = paid((goods, 2), at=now) if payment == "card" else make.order((goods, 2), payment="cod", at=now)
    sold(goods, place, 2, at=now)
    mend(now)
    row, everything = short(order), "130.002\u00a0₫"
    said = client.get(f"/en/missing/{row.token}/").content.decode().split("<main", 1)[1]
    assert "Nothing else is left of the order" in said and "goes on without" not in said and order.number in said
    notice = Notice.objects.get(kind="order_short")
    notice.language = "en"
    text = letter(notice).text
    assert "nothing else is left of the order" in text and "goes on" not in text
    assert ((everything in said), (everything in text)) == ((True, True) if payment == "card" else (False, False))
    client.post(f"/missing/{row.token}/choose/", {"choice": "money"})
    order.refresh_from_db()
    said = client.get(f"/en/missing/{row.token}/").content.decode()
    assert "The order was cancelled." in said and "taken off" not in said
    assert order.status == "cancelled" and (payment == "cod" or Refund.objects.get().amount == 130_002)


def test_nobody_is_promised_a_day_while_pieces_are_missing(client: Client) -> None:
    goods, now = make.product("Mật thốt nốt"), timezone.now()
    place = make.stock(goods, 2, at_place=make.location("Điểm A"), at=now)
    for day in range(7):
        place.hours.create(weekday=day, opens="00:00", closes="23:59")
    order = make.order((goods, 2), payment="counter", location_id=place.pk, at=now)
    address = f"/en/orders/{order.token}/"
    assert "Ready " in client.get(address).content.decode()
    sold(goods, place, 1, at=now)
    mend(now)
    assert client.get(address).context["parcels"][0].promise == ""


def test_a_reason_ends_before_the_next_sentence_begins(client: Client, order: Order) -> None:
    ShortLine.objects.update(shortage_id=None, transfer_line_id=1, reason="Vỡ khi chở.")
    assert (
        "did not arrive (Vỡ khi chở). No other place"
        in client.get(f"/en/missing/{short(order).token}/").content.decode()
    )
