"""The order's page: for whoever holds the link, and nobody else."""

import pytest

from marketplace.fulfilment import actions as fulfilments
from marketplace.order.models import Order
from tests import make, people
from tests.fulfilment.carried import carrier, hear

from .conftest import Shop


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two pieces of sugar, to be collected and paid at the counter."""
    return make.order((shop.sugar, 2), location_id=shop.point.pk, payment="counter")


def test_the_page_tells_what_was_bought_and_where_it_waits(client, shop: Shop, order: Order) -> None:
    response = client.get(f"/orders/{order.token}/")
    page = response.context
    assert page["summary"].total == 190_000 and page["summary"].lines[0].title == shop.sugar.title
    assert page["summary"].lines[0].badge_stars == 4
    (parcel,) = page["parcels"]
    assert parcel.place.name == shop.point.name and parcel.code == "" and parcel.qr == ""
    assert [step.state for step in parcel.steps] == ["now", "todo", "todo", "todo", "todo"]
    assert b"0912 000 001" in response.content


def test_when_the_goods_are_ready_the_code_and_its_picture_are_shown(client, order: Order) -> None:
    parcel = order.fulfilments.get()
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, by=people.mai(), at=make.NOW)
        parcel.refresh_from_db()
    response = client.get(f"/orders/{order.token}/")
    shown = response.context["parcels"][0]
    assert shown.code == parcel.code and parcel.code in response.content.decode()
    assert shown.qr.startswith("data:image/svg+xml") and "data:image/svg+xml" in response.content.decode()
    assert not response.context["can_cancel"]


def test_the_shopper_cancels(client, order: Order) -> None:
    assert client.get(f"/orders/{order.token}/").context["can_cancel"]
    client.post(f"/orders/{order.token}/cancel/")
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    page = client.get(f"/orders/{order.token}/").context
    assert page["state_kind"] == "stopped" and not page["can_cancel"]


def test_what_is_being_packed_is_not_cancelled_by_its_shopper(client, order: Order) -> None:
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=make.NOW)
    response = client.post(f"/orders/{order.token}/cancel/", follow=True)
    order.refresh_from_db()
    assert order.status == Order.Status.CONFIRMED
    assert any(message.level_tag == "error" for message in response.context["messages"])


def test_a_guessed_link_leads_nowhere(client, order: Order) -> None:
    client.force_login(people.khoa())
    for guess in (order.number, order.token[:-1], str(order.pk), order.token.swapcase()):
        assert client.get(f"/orders/{guess}/").status_code == 404
        assert client.post(f"/orders/{guess}/cancel/").status_code == 404
    order.refresh_from_db()
    assert order.status == Order.Status.CONFIRMED


def test_nobody_else_keeps_the_page(client, order: Order) -> None:
    response = client.get(f"/orders/{order.token}/")
    assert "no-store" in response.headers["Cache-Control"] and "noindex" in response.headers["X-Robots-Tag"]
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_cancelling_is_not_a_link(client, order: Order) -> None:
    assert client.get(f"/orders/{order.token}/cancel/").status_code == 405


def test_what_the_page_costs(client, order: Order, django_assert_max_num_queries) -> None:
    client.get(f"/orders/{order.token}/")
    with django_assert_max_num_queries(11):
        client.get(f"/orders/{order.token}/")


def test_a_parcel_under_way_names_whom_to_ask(client, shop: Shop) -> None:
    order = make.order((shop.sugar, 1), payment="cod")
    assert "tel:+84296385111" in client.get(f"/orders/{order.token}/").content.decode()


def test_a_parcel_that_came_back_says_what_follows(client, shop: Shop) -> None:
    order = make.order((shop.sugar, 1), payment="cod")
    parcel = order.fulfilments.get()
    facts = {"fulfilment": parcel, "by": people.mai(), "at": make.NOW}
    fulfilments.start_picking(**facts), fulfilments.pack(**facts)
    fulfilments.ship(**facts, carrier="Viettel Post", tracking_number="VTP1")
    fulfilments.fail(**facts, reason="Không có người nhận")
    last = client.get(f"/orders/{order.token}/").context["parcels"][0].steps[-1]
    assert last.state == "now" and last.note


def test_its_owner_goes_on_to_all_own_orders(client, shop: Shop) -> None:
    order = make.order((shop.sugar, 1), by=people.lan())
    way = 'href="/accounts/orders/">Đơn hàng của bạn</a></p>'
    assert way not in client.get(f"/orders/{order.token}/").content.decode()
    client.force_login(people.lan())
    assert way in client.get(f"/orders/{order.token}/").content.decode()


def test_the_way_of_a_parcel_is_read_with_its_carriers_link(client, shop: Shop, django_assert_max_num_queries) -> None:
    order, by = make.order((shop.sugar, 1), payment="cod"), carrier()
    parcel = order.fulfilments.get()
    facts = {"fulfilment": parcel, "by": people.mai(), "at": make.NOW}
    fulfilments.start_picking(**facts), fulfilments.pack(**facts)
    fulfilments.ship(**facts, carrier=by.name, tracking_number="BN1")
    for status, hours, reason in (
        ("taken", 1, ""),
        ("out", 20, ""),
        ("failed", 21, "Không ai ở nhà"),
        ("delivered", 20.5, ""),  # heard last, and older than the contrary
    ):
        hear(status, hours, reason=reason)
    with django_assert_max_num_queries(11):
        answer = client.get(f"/orders/{order.token}/")
    [shown] = answer.context["parcels"]
    assert [step.note or step.label for step in shown.way] == [
        "Không ai ở nhà",
        "Đang đi giao",
        "Đơn vị vận chuyển đã nhận",
    ]
    page = answer.content.decode()
    assert "https://bay-nui.example.vn/?so=BN1" in page and "Không ai ở nhà" in page
