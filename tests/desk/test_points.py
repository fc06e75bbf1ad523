"""Mai picks, packs and hands over; receives, counts and writes off; looks after her tills."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Product
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock import queries as stock
from marketplace.tills.actions import record_next
from marketplace.tills.queries import till_of
from tests import make

from .conftest import World


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"desk:{name}", args=args), data, follow=True)


def said(answer: Any) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


def on_hand(world: World) -> int:
    return sum(row.on_hand for row in stock.balances(location_ids=[world.point.pk]))


def test_from_the_shelf_to_the_buyers_hands(world: World, mai: Client) -> None:
    parcel = world.parcel
    parcel.promised_at = datetime(2030, 1, 2, 3, tzinfo=UTC)
    parcel.save(update_fields=["promised_at"])
    page = mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode()
    assert "L1" in page and "240.000" in page  # the lot to take, the cash to collect
    assert parcel.code not in page and "10:00, 02/01/2030" in page
    for step in ("pick", "pack", "ready"):
        assert said(post(mai, step, parcel.pk)) == ["success"]
    parcel.refresh_from_db()
    assert parcel.due_at is None
    assert Notice.objects.get(kind="order_ready", facts__number=world.order.number).facts["code"] == parcel.code
    wrong = post(mai, "hand-over", parcel.pk, code="000000" if parcel.code != "000000" else "111111")
    assert said(wrong) == ["error"] and on_hand(world) == 10
    page = post(mai, "hand-over", parcel.pk, code=f" {parcel.code} ")
    assert said(page) == ["success"] and on_hand(world) == 8
    world.order.refresh_from_db()
    assert (world.order.status, bool(world.order.paid_at)) == (Order.Status.COMPLETED, True)
    assert "0912 000" not in page.content.decode()  # nobody needs to call any more


def test_the_code_is_not_guessed(world: World, mai: Client) -> None:
    for step in ("pick", "pack", "ready"):
        post(mai, step, world.parcel.pk)
    world.parcel.refresh_from_db()
    wrong = f"{(int(world.parcel.code) + 1) % 10**6:06}"
    for _try in range(5):
        answer = post(mai, "hand-over", world.parcel.pk, code=wrong)
    right = post(mai, "hand-over", world.parcel.pk, code=world.parcel.code)
    assert said(right) == ["error"] and on_hand(world) == 10
    assert f'action="{reverse("desk:hand-over", args=[world.parcel.pk])}"' not in answer.content.decode()
    assert said(post(mai, "new-code", world.parcel.pk)) == ["success"]
    world.parcel.refresh_from_db()
    assert said(post(mai, "hand-over", world.parcel.pk, code=world.parcel.code)) == ["success"]


def test_a_delivery_leaves_with_carrier_and_number(world: World, mai: Client) -> None:
    parcel = make.order((world.product, 1), payment="cod", at=timezone.now()).fulfilments.get()
    page = mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode()
    assert "12 Trần Hưng Đạo" in page and "0912 000 001" in page
    post(mai, "pick", parcel.pk), post(mai, "pack", parcel.pk)
    assert said(post(mai, "ship", parcel.pk, carrier="Viettel Post", tracking_number=" ")) == ["error"]
    assert said(post(mai, "ship", parcel.pk, carrier="Viettel Post", tracking_number="VT123")) == ["success"]
    assert on_hand(world) == 9
    assert said(post(mai, "delivered", parcel.pk)) == ["success"]


@pytest.mark.parametrize(("goods", "left"), [("good", 10), ("spoiled", 9)])
def test_a_parcel_that_comes_back_is_sold_on_or_written_off(world: World, mai: Client, goods: str, left: int) -> None:
    parcel = make.order((world.product, 1), payment="cod", at=timezone.now()).fulfilments.get()
    post(mai, "pick", parcel.pk), post(mai, "pack", parcel.pk)
    post(mai, "ship", parcel.pk, carrier="Viettel Post", tracking_number="VT123")
    post(mai, "failed", parcel.pk, why="absent", reason="Không có ai ở nhà")
    address = reverse("desk:take-back", args=[parcel.pk])
    assert address in mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode() and on_hand(world) == 9
    assert said(post(mai, "take-back", parcel.pk, goods=goods)) == ["success"]
    assert said(post(mai, "take-back", parcel.pk, goods=goods)) == ["error"]
    parcel.order.refresh_from_db()
    assert (on_hand(world), parcel.order.status) == (left, "cancelled")
    assert address not in mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode()


def test_whoever_takes_a_parcel_in_says_why_it_came_back(world: World, mai: Client) -> None:
    parcel = make.order((world.product, 1), payment="cod", at=timezone.now()).fulfilments.get()
    (
        post(mai, "pick", parcel.pk),
        post(mai, "pack", parcel.pk),
        post(mai, "ship", parcel.pk, carrier="VNPost", tracking_number="1"),
    )
    post(mai, "failed", parcel.pk, why="other", reason="Hoàn")
    assert "Vì sao không giao được?" in mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode()
    assert said(post(mai, "take-back", parcel.pk, goods="good", why="nonsense")) == ["error"]
    assert said(post(mai, "take-back", parcel.pk, goods="good", why="refused")) == ["success"]
    parcel.refresh_from_db()
    assert parcel.failure == "refused"


def test_a_step_out_of_turn_is_refused_with_a_sentence(world: World, mai: Client) -> None:
    assert said(post(mai, "pack", world.parcel.pk)) == ["error"]
    world.parcel.refresh_from_db()
    assert world.parcel.status == "open"


def test_an_unpaid_order_is_no_work(world: World, mai: Client) -> None:
    waiting = make.order((world.product, 1), payment="card", location_id=world.point.pk, at=timezone.now())
    page = mai.get(reverse("desk:parcels")).content.decode()
    assert world.order.number in page and waiting.number not in page


def keyed(page: Any, form: str = "form") -> str:
    return str(page.context[form]["key"].value())


def test_a_consignment_arrives_once_however_often_it_is_sent(world: World, mai: Client) -> None:
    url = reverse("desk:receive", args=[world.point.pk])
    day = timezone.localdate() + timedelta(days=200)
    data = {
        "key": keyed(mai.get(url, {"product": world.product.pk})),
        "product": world.product.pk,
        "quantity": 24,
        "lot_code": "L2",
        "best_before": day,
    }
    for _try in range(2):
        assert mai.post(url, data).status_code == 302
    rows = {row.lot: row for row in stock.balances(location_ids=[world.point.pk])}
    assert (rows["L2"].on_hand, rows["L2"].best_before, rows["L1"].on_hand) == (24, day, 10)


def test_a_lot_with_other_dates_is_refused_on_the_form(world: World, mai: Client) -> None:
    url = reverse("desk:receive", args=[world.point.pk])
    today = timezone.localdate()
    for days in (100, 200):
        data = {"key": uuid4(), "product": world.product.pk, "quantity": 1, "lot_code": "L3"}
        answer = mai.post(url, data | {"best_before": today + timedelta(days=days)})
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert on_hand(world) == 11


def test_a_count_sets_the_books_right_and_a_stale_one_does_not(world: World, mai: Client) -> None:
    row = stock.balances(location_ids=[world.point.pk])[0]
    page = mai.get(reverse("desk:balance", args=[world.point.pk, row.balance_id]))
    about = {"product": row.product_id, "lot_code": row.lot, "seen": row.on_hand, "key": keyed(page, "count_form")}
    for _try in range(2):
        assert said(post(mai, "count", world.point.pk, **about, counted=7, reason="Vỡ hũ")) == ["success"]
    assert on_hand(world) == 7
    again = about | {"key": uuid4()}
    assert said(post(mai, "count", world.point.pk, **again, counted=9)) == ["error"]
    assert on_hand(world) == 7


@pytest.mark.parametrize(
    ("name", "field", "form"), [("count", "counted", "count_form"), ("write-off", "quantity", "write_off_form")]
)
def test_what_was_typed_wrong_is_told_at_its_field(world: World, mai: Client, name: str, field: str, form: str) -> None:
    about = {"product": world.product.pk, "lot_code": "L1", "seen": 10, "key": uuid4(), "reason": "Mốc"}
    answer = post(mai, name, world.point.pk, **about, **{field: -3})
    assert list(answer.context[form].errors) == [field] and f'id="{answer.context[form][field].auto_id}_error"' in (
        answer.content.decode()
    )
    assert said(post(mai, name, world.point.pk, **about | {"lot_code": "L9"}, **{field: -3})) == ["error"]
    assert on_hand(world) == 10


def test_goods_of_a_place_are_found_without_their_marks(world: World, mai: Client) -> None:
    url = reverse("desk:stock", args=[world.point.pk])
    for text, found in (("thot not", True), ("l1", True), ("tôm", False)):
        assert bool(mai.get(url, {"q": text}).context["rows"]) == found, text


def test_what_spoiled_is_written_off_never_more_than_is_there(world: World, mai: Client) -> None:
    about = {"product": world.product.pk, "lot_code": "L1", "reason": "Mốc"}
    assert said(post(mai, "write-off", world.point.pk, **about, key=uuid4(), quantity=2)) == ["success"]
    assert said(post(mai, "write-off", world.point.pk, **about, key=uuid4(), quantity=20)) == ["error"]
    assert on_hand(world) == 8


def test_a_tills_token_is_shown_once_and_shut_out(world: World, mai: Client) -> None:
    page = mai.post(reverse("desk:till-new"), {"place": world.point.pk, "name": "Quầy 2"}).content.decode()
    token = re.search(r'desk__token">([^<]+)<', page).group(1)
    till = till_of(token)
    assert till is not None and till.name == "Quầy 2"
    assert token not in mai.get(reverse("desk:tills")).content.decode()
    post(mai, "till-revoke", till.pk)
    assert till_of(token) is None


def test_a_parked_event_is_seen_by_its_point(world: World, mai: Client) -> None:
    assert "SP-LA" in mai.get(reverse("desk:tills")).content.decode()


def test_a_parked_event_is_recorded_once_its_code_is_known(world: World, mai: Client) -> None:
    Product.objects.filter(pk=world.product.pk).update(upc="SP-LA")
    assert said(post(mai, "event-replay", world.event.pk)) == ["success"]
    record_next(till_id=world.till.pk, at=timezone.now())
    assert on_hand(world) == 9 and mai.post(reverse("desk:event-replay", args=[world.event.pk])).status_code == 404


def test_the_desk_of_one_place_opens_it_at_once(world: World, mai: Client) -> None:
    assert mai.get(reverse("desk:stocks")).url == reverse("desk:stock", args=[world.point.pk])


def test_pages_ask_the_same_number_of_queries_however_much_there_is(
    world: World, mai: Client, django_assert_max_num_queries: Any
) -> None:
    for _more in range(6):
        make.order((world.product, 1), payment="counter", location_id=world.point.pk, at=timezone.now())
    with django_assert_max_num_queries(16):
        mai.get(reverse("desk:parcels"))
    with django_assert_max_num_queries(18):
        mai.get(reverse("desk:stock", args=[world.point.pk]))
    with django_assert_max_num_queries(22):
        mai.get(reverse("desk:home"))


def test_a_scan_is_what_it_says(world: World, tam: Client) -> None:
    url = reverse("desk:certificate-record", args=[world.product.pk])
    data = {"stars": 5, "decision_number": "9/QĐ", "decided_on": timezone.localdate(), "authority": "Trung ương"}
    evil = SimpleUploadedFile("scan.pdf", b"<html><script>1</script>", content_type="application/pdf")
    assert tam.post(url, data | {"scan": evil}).context["form"].errors["scan"]
    good = SimpleUploadedFile("quyet dinh.html", b"%PDF-1.7 ...", content_type="text/html")
    assert tam.post(url, data | {"scan": good}).status_code == 302
    kept = world.product.certificates.get(stars=5)
    assert kept.scan.name.endswith(".pdf") and kept.tier == "centre"
    assert kept.expires_on.year == timezone.localdate().year + 3


def test_what_came_back_is_work_without_cash(world: World, mai: Client) -> None:
    """Until it is taken in again: on the list of what is to be done, on the first page, and nothing is to be paid."""
    order = make.order((world.product, 1), payment="cod", at=timezone.now())
    parcel = order.fulfilments.get()
    post(mai, "pick", parcel.pk), post(mai, "pack", parcel.pk)
    post(mai, "ship", parcel.pk, carrier="Viettel Post", tracking_number="VTP1")
    assert mai.get(reverse("desk:parcel", args=[parcel.pk])).context["page"].cash > 0
    post(mai, "failed", parcel.pk, why="absent", reason="Không có người nhận")
    assert mai.get(reverse("desk:parcel", args=[parcel.pk])).context["page"].cash == 0
    assert order.number in mai.get(reverse("desk:parcels")).content.decode()
    assert "?status=failed" in mai.get(reverse("desk:home")).content.decode()
    post(mai, "take-back", parcel.pk, goods="good")
    assert order.number not in mai.get(reverse("desk:parcels")).content.decode()
