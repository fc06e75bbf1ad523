"""Transfers, counts, receipts and recalls at the desk, from the buttons to the books."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.stock import queries as stock
from tests import make, people

from .conftest import World, signed_in
from .test_points import on_hand, post, said


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"desk:{name}", args=args)).content.decode()


def status(transfer: Any) -> str:
    transfer.refresh_from_db()
    return str(transfer.status)


def test_a_producer_sends_goods_and_the_point_receives_them_in_parts(world: World, hung: Client, mai: Client) -> None:
    store = world.producer.store
    make.stock(world.product, 6, at_place=store, lot_code="L2", at=timezone.now())
    answer = post(hung, "transfer-new", store.pk, target=world.point.pk, expected_on="2030-01-02")
    transfer = answer.context["transfer"]
    lot = stock.lots().get(code="L2")
    assert said(post(hung, "transfer-line", transfer.pk, lot_id=lot.pk, quantity=9)) == ["error"]
    assert said(post(hung, "transfer-line", transfer.pk, lot_id=lot.pk, quantity=5)) == []
    assert mai.post(reverse("desk:transfer-send", args=[transfer.pk])).status_code == 404  # not hers to send
    assert said(post(hung, "transfer-send", transfer.pk)) == ["success"]
    assert Notice.objects.filter(kind="transfer_sent").latest("pk").user == people.mai()
    assert hung.post(reverse("desk:transfer-arrive", args=[transfer.pk])).status_code == 404  # nor his to receive
    before, field = on_hand(world), f"line-{transfer.lines.get().pk}"
    assert f'name="{field}" value="5"' in page(mai, "transfer", transfer.pk)
    once = {"key": str(uuid4()), field: 3}
    for _twice in range(2):
        post(mai, "transfer-arrive", transfer.pk, **once)
    assert (on_hand(world) - before, status(transfer)) == (3, "partly")
    assert said(post(mai, "transfer-arrive", transfer.pk, **{"key": uuid4(), field: 3})) == ["error"]
    assert list(post(mai, "transfer-close", transfer.pk, **{field: ""}).context["missing_form"].errors) == [field]
    assert said(post(mai, "transfer-close", transfer.pk, **{field: "vỡ khi chở"})) == ["success"]
    assert status(transfer) == "closed" and "vỡ khi chở" in page(hung, "transfer", transfer.pk)
    assert Notice.objects.filter(kind="transfer_short", user=people.hung()).exists()


def test_a_draft_is_changed_and_thrown_away(world: World, mai: Client) -> None:
    assert "L1" in page(mai, "transfer", world.transfer.pk)
    post(mai, "transfer-line-drop", world.transfer.pk, world.line.pk)
    assert said(post(mai, "transfer-send", world.transfer.pk)) == ["error"]
    other = reverse("desk:transfer-line-drop", args=[world.transfer.pk, world.shipment.lines.get().pk])
    assert mai.post(other).status_code == 404  # a line of another transfer
    assert said(post(mai, "transfer-drop", world.transfer.pk)) == ["success"]
    assert mai.get(reverse("desk:transfer", args=[world.transfer.pk])).status_code == 404


def test_what_is_to_send_and_to_receive_stands_on_its_tab(world: World, mai: Client) -> None:
    for show, number in (("", 2), ("in", 1), ("out", 1), ("closed", 0), ("x", 2)):
        answer = mai.get(reverse("desk:transfers"), {"show": show})
        assert len(answer.context["rows"]) == number, show


def test_a_place_is_counted_from_the_first_look_to_the_books(world: World, mai: Client) -> None:
    count, line = world.count, stock.count_lines(world.count)[0]
    sheet = page(mai, "sheet", count.pk)
    assert f'name="line-{line.pk}"' in sheet and ">10<" not in sheet  # nobody is told what should stand there
    entry = {f"line-{line.pk}": 9, f"initial-line-{line.pk}": ""}
    assert said(post(mai, "sheet-enter", count.pk, **entry)) == ["success"]
    assert ">-1<" in page(mai, "sheet", count.pk) and on_hand(world) == 10
    added = post(mai, "sheet-found", count.pk, product=world.product.pk, lot_code="L9", pieces=2)
    assert said(added) == ["success"]
    assert said(post(mai, "sheet-close", count.pk)) == ["success"]
    assert on_hand(world) == 11
    assert {row.lot: row.on_hand for row in stock.balances(location_ids=[world.point.pk])} == {"L1": 9, "L9": 2}
    assert said(post(mai, "sheet-enter", count.pk, **entry)) == ["error"]


def test_a_sheet_from_before_does_not_overwrite_what_another_entered(world: World, mai: Client, tam: Client) -> None:
    line = stock.count_lines(world.count)[0]
    post(mai, "sheet-enter", world.count.pk, **{f"line-{line.pk}": 7, f"initial-line-{line.pk}": ""})
    post(tam, "sheet-enter", world.count.pk, **{f"line-{line.pk}": "", f"initial-line-{line.pk}": ""})
    assert stock.count_lines(world.count)[0].counted == 7


def test_a_count_begins_where_none_is_open(world: World, mai: Client) -> None:
    assert said(post(mai, "count-start", world.point.pk)) == ["error"]
    assert said(post(mai, "sheet-drop", world.count.pk)) == ["success"]
    assert post(mai, "count-start", world.point.pk).context["count"].status == "open"


def test_goods_come_with_their_certificate(world: World, mai: Client) -> None:
    url, product = reverse("desk:receive", args=[world.point.pk]), world.product
    assert f'<option value="{product.pk}"' in mai.get(url).content.decode()
    chosen = mai.get(url, {"product": product.pk}).content.decode()
    assert world.certificate.decision_number in chosen and world.certificate.expires_on.strftime("%d/%m/%Y") in chosen
    facts = {"key": uuid4(), "product": product.pk, "quantity": 4, "lot_code": "L5", "paper_seen": "on"}
    assert said(mai.post(url, facts, follow=True)) == ["success"]
    assert world.certificate.decision_number in page(mai, "stock", world.point.pk)
    kept = Entry.objects.get(action="goods.received", facts__lot="L5").facts
    assert kept["paper_seen"] and kept["certificate"]["decision"] == world.certificate.decision_number
    mai.post(url, facts | {"key": uuid4(), "paper_seen": ""})
    assert Entry.objects.filter(action="goods.received", facts__lot="L5", facts__paper_seen=False).count() == 1


def test_without_a_live_certificate_goods_come_as_a_local_specialty(world: World, mai: Client) -> None:
    other, url = make.product("Khô cá lóc", stars=None), reverse("desk:receive", args=[world.point.pk])
    answer = mai.get(url, {"product": other.pk})
    assert answer.context["certificate"] is None and "paper_seen" not in answer.content.decode()
    facts = {"key": uuid4(), "product": other.pk, "quantity": 4, "lot_code": "K1", "paper_seen": "on"}
    assert said(mai.post(url, facts, follow=True)) == ["success"]
    kept = Entry.objects.get(action="goods.received", facts__lot="K1").facts
    assert kept["certificate"] is None and kept["paper_seen"] is False
    for nonsense in ("x", "9" * 30, "-1", "999999"):
        assert "certificate" not in mai.get(url, {"product": nonsense}).context


def test_a_producer_recalls_a_lot_and_only_the_office_ends_it(
    world: World, hung: Client, mai: Client, tam: Client
) -> None:
    lot = world.lot
    assert said(post(hung, "lot-freeze", lot.pk, reason="")) == ["error"]
    assert said(post(hung, "lot-freeze", lot.pk, reason="phát hiện nấm mốc")) == ["success"]
    assert "nấm mốc" in page(hung, "lot", lot.pk) and "pill--stopped" in page(mai, "stock", world.point.pk)
    assert Notice.objects.filter(kind="lot_frozen", user=people.mai()).exists()
    assert stock.available([world.product.pk])[world.product.pk] == 0
    facts = {"key": uuid4(), "product": world.product.pk, "quantity": 1, "lot_code": "L1"}
    refused = mai.post(reverse("desk:receive", args=[world.point.pk]), facts)
    assert refused.status_code == 200 and refused.context["form"].non_field_errors()
    assert hung.post(reverse("desk:lot-thaw", args=[lot.pk]), {"reason": "x"}).status_code == 404
    assert said(post(tam, "lot-thaw", lot.pk, reason="mẫu đạt")) == ["success"]
    assert stock.available([world.product.pk])[world.product.pk] > 0


def test_a_producer_learns_no_buyers_name(world: World, hung: Client, mai: Client, tam: Client) -> None:
    for step in ("pick", "pack", "ready"):
        post(mai, step, world.parcel.pk)
    world.parcel.refresh_from_db()
    post(mai, "hand-over", world.parcel.pk, code=world.parcel.code)
    office, own = page(tam, "lot", world.lot.pk), page(hung, "lot", world.lot.pk)
    assert world.order.number in office and world.order.contact_name in office
    assert world.order.number not in own and world.order.contact_name not in own


def test_lots_are_found_by_code_or_product(world: World, tam: Client) -> None:
    for text, found in (("L1", True), ("thốt", True), ("khác", False)):
        rows = tam.get(reverse("desk:lots"), {"q": text}).context["rows"]
        assert (world.lot in rows) == found, text


@pytest.mark.parametrize(("name", "most"), [("transfers", 13), ("counts", 11), ("sheet", 12), ("transfer", 11)])
def test_pages_ask_the_same_number_of_queries_however_much_there_is(
    world: World, mai: Client, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    for number in range(6):
        make.stock(make.product(stars=None), 3, at_place=world.point, lot_code=f"M{number}", at=timezone.now())
    args = {"sheet": [world.count.pk], "transfer": [world.shipment.pk]}.get(name, [])
    with django_assert_max_num_queries(most):
        mai.get(reverse(f"desk:{name}", args=args))


@pytest.mark.parametrize(("name", "most"), [("lots", 8), ("lot", 13)])
def test_the_office_asks_few_queries_too(
    world: World, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    client = signed_in(people.tam())
    with django_assert_max_num_queries(most):
        answer = client.get(reverse(f"desk:{name}", args=[world.lot.pk] if name == "lot" else []))
    assert re.search("L1", answer.content.decode())
