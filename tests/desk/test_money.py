"""Tâm looks after money that no machine moves any more."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.checkout import notices
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment import queries
from marketplace.payment.models import CARD, PaymentEvent, Refund, Transaction
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from .conftest import World, given_up
from .test_points import post, said


def failed(world: World, *, error: str = "expired_or_canceled_card", final: bool = True) -> Refund:
    """Paid by card, cancelled, and the gateway would not give it back."""
    now = timezone.now()
    order = make.order((world.product, 1), at=now)
    source = payments.open_source(order=order, method=CARD, at=now)
    payments.money_came(source=source, amount=order.total_incl_tax, reference=f"pi_{order.pk}", at=now)
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    refund = source.refunds.get()
    payments.refund_not_made(refund_id=refund.pk, round=1, error=error, final=final, at=now)
    refund.refresh_from_db()
    return refund


def text(client: Client) -> str:
    return client.get(reverse("desk:money")).content.decode()


def test_everything_stands_on_one_page(world: World, tam: Client) -> None:
    stuck, trying = failed(world), failed(world, error="no answer", final=False)
    page = text(tam)
    for expected in (
        world.refund.source.order.number, "150.000", "0912 000 001", "Nguyễn Thị Lan",  # cash, to whom
        stuck.source.order.number, "Thẻ đã hết hạn hoặc đã đóng.", trying.source.order.number, "no answer",
        "evt_1", "charge.refunded", "Không thuộc đơn hàng nào của cửa hàng này.",
    ):  # fmt: skip
        assert expected in page, expected
    for name, row, shown in (
        ("refund-paid-back", world.refund, True), ("refund-again", world.refund, False),
        ("refund-again", stuck, True), ("refund-paid-back", stuck, True), ("refund-again", trying, False),
        ("payment-again", world.word, True), ("payment-aside", world.word, True),
    ):  # fmt: skip
        assert (reverse(f"desk:{name}", args=[row.pk]) in page) is shown, (name, row)


def test_the_count_on_the_first_page_is_what_needs_a_person(world: World, tam: Client) -> None:
    failed(world), failed(world, final=False)
    sections = tam.get(reverse("desk:home")).context["sections"]
    figures = {figure.url: figure.value for section in sections for figure in section.figures}
    assert figures[reverse("desk:money")] == 3


def test_nothing_waits(tam: Client) -> None:
    Refund.objects.all().delete()
    PaymentEvent.objects.all().delete()
    assert "Không có khoản tiền nào chờ bạn" in text(tam)


def test_more_than_a_page_are_counted(world: World, tam: Client) -> None:
    for number in range(52):
        given_up(f"evt_more_{number}")
    page = text(tam)
    assert "(53)" in page and page.count("charge.refunded") == 50


def test_cash_is_paid_back_once_and_the_shopper_has_it_in_writing(world: World, tam: Client) -> None:
    assert said(post(tam, "refund-paid-back", world.refund.pk)) == ["success"]
    world.refund.refresh_from_db()
    source, entry = world.refund.source, Entry.objects.get(action="refund.made")
    assert (world.refund.status, world.refund.made_at is not None) == ("made", True)
    assert (entry.by, entry.facts["amount"]) == (people.tam(), int(world.refund.amount))
    assert source.amount_refunded == source.amount_debited == world.refund.amount
    assert Notice.objects.get(kind="order_refunded").facts["by_hand"] is True
    assert broken(timezone.now()) == []
    assert str(people.tam()) in order_page(tam, world.refund)
    before = everything()
    assert said(post(tam, "refund-paid-back", world.refund.pk)) == ["error"]
    assert changed(before) == set()
    assert Transaction.objects.filter(txn_type=Transaction.REFUND).count() == 1


def order_page(client: Client, refund: Refund) -> str:
    return client.get(reverse("desk:order", args=[refund.source.order_id])).content.decode()


def test_what_the_gateway_still_tries_is_not_paid_back_by_hand(world: World, tam: Client) -> None:
    trying, before = failed(world, final=False), everything()
    assert said(post(tam, "refund-paid-back", trying.pk)) == ["error"]
    assert said(post(tam, "refund-again", trying.pk)) == ["error"]
    assert said(post(tam, "refund-again", world.refund.pk)) == ["error"]  # cash: there is nobody to ask
    assert changed(before) == set()


def test_a_failed_refund_is_due_again_under_a_new_key(world: World, tam: Client) -> None:
    refund = failed(world)
    assert said(post(tam, "refund-again", refund.pk)) == ["success"]
    refund.refresh_from_db()
    assert (refund.status, refund.round, refund.reference) == ("due", 2, "")
    assert queries.refunds_due(timezone.now()) == [refund.pk]
    assert Entry.objects.get(action="refund.again").by == people.tam()
    assert said(post(tam, "refund-again", refund.pk)) == ["error"]


def test_what_no_card_takes_is_paid_back_another_way(world: World, tam: Client) -> None:
    refund = failed(world)
    assert said(post(tam, "refund-paid-back", refund.pk)) == ["success"]
    refund.refresh_from_db()
    assert refund.status == "made" and queries.refunds_told_of(refund.source.order_id) == []
    assert said(post(tam, "refund-again", refund.pk)) == ["error"]
    assert broken(timezone.now()) == []


def test_a_word_given_up_is_due_again(world: World, tam: Client) -> None:
    assert said(post(tam, "payment-again", world.word.pk)) == ["success"]
    assert queries.events_due(timezone.now()) == [world.word.pk]
    assert "evt_1" not in text(tam)
    before = everything()
    assert said(post(tam, "payment-again", world.word.pk)) == ["error"]
    assert said(post(tam, "payment-aside", world.word.pk)) == ["error"]
    assert changed(before) == set()
    payments.event_postponed(event_id=world.word.pk, error="no order of ours", at=timezone.now())
    assert "evt_1" in text(tam)


def test_a_word_that_means_nothing_is_set_aside(world: World, tam: Client) -> None:
    assert said(post(tam, "payment-aside", world.word.pk)) == ["success"]
    world.word.refresh_from_db()
    assert world.word.handled_at and Entry.objects.get(action="payment_event.aside").by == people.tam()
    assert said(post(tam, "payment-again", world.word.pk)) == ["error"]


def test_the_office_hears_of_a_refund_that_failed(world: World) -> None:
    notices.refund_failed(failed(world))
    told = Notice.objects.get(kind="refund_failed")
    assert told.user == people.tam() and told.facts["url"].endswith(reverse("desk:money"))


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_asks_the_same_number_of_queries(
    world: World, tam: Client, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        failed(world), failed(world, final=False), given_up(f"evt_more_{number}")
    text(tam)
    with django_assert_num_queries(10):
        text(tam)
