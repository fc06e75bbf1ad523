"""The page where a shopper chooses what is done about missing pieces: for whoever holds its link, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.fulfilment.models import ShortLine
from marketplace.order.models import Order
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
    with django_assert_num_queries(1):
        client.get(f"/missing/{row.token}/")
