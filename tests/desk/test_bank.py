"""The office places money, reads statements, sends money back and keeps the accounts."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.order.models import Order
from marketplace.payment.banking import queries
from marketplace.payment.models import BankAccount, BankFeed, PayoutBatch, Refund, Statement, StatementLine
from tests import make
from tests.checkout.rules import broken
from tests.desk.conftest import World
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
HEAD = "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung"


def url(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=args)


def read(client: Client, name: str, *args: Any) -> str:
    answer = client.get(url(name, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer: Any) -> list[str]:
    return [message.level_tag for message in answer.wsgi_request._messages]


def ordered(world: World) -> Order:
    """Somebody waits, whose money came without the order's words."""
    order: Order = make.transfer_order((world.product, 1), location_id=world.point.pk, at=timezone.now())
    return order


def left(order: Order, text: str, amount: Any = None) -> StatementLine:
    line = make.bank_line(text, amount or order.due, at=timezone.now())
    checkout.receive(line_id=line.pk, at=timezone.now())
    return line


def test_money_without_words_is_placed_by_its_candidate(world: World, tam: Client) -> None:
    order = ordered(world)
    line = left(order, "NGUYEN THI LAN 0912000001 mua hang")
    assert str(world.bank_line.text) in read(tam, "bank-lines")
    page = tam.get(url("bank-line", line.pk))
    [candidate] = page.context["candidates"]
    assert (candidate.order, len(candidate.why)) == (order, 3)
    answer = tam.post(url("bank-line", line.pk), {"number": order.number})
    assert answer.status_code == 302 and said(answer) == ["success"]
    order.refresh_from_db()
    assert order.status == "confirmed" and broken(timezone.now()) == []
    assert order.number in read(tam, "bank-line", line.pk)


def test_money_for_two_orders_must_add_up(world: World, tam: Client) -> None:
    first, second = ordered(world), ordered(world)
    line = left(first, "TRA HAI DON", first.due + second.due)
    before = everything()
    typed = {"number": first.number, "amount": "1000", "other_number": second.number, "other_amount": "1000"}
    assert tam.post(url("bank-line", line.pk), typed).status_code == 200
    assert tam.post(url("bank-line", line.pk), {"number": "AG-22222222"}).status_code == 200
    assert tam.post(url("bank-line", line.pk), {}).status_code == 200
    assert changed(before) == set()
    tam.post(url("bank-line", line.pk), typed | {"amount": str(first.due), "other_amount": ""})
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "confirmed")


def test_money_that_is_not_ours_is_set_aside_with_its_reason(world: World, tam: Client) -> None:
    line = world.bank_line
    assert said(tam.post(url("bank-line-aside", line.pk), {"reason": ""})) == ["error"]
    tam.post(url("bank-line-aside", line.pk), {"reason": "Tiền thuê gian hàng"})
    assert "Tiền thuê gian hàng" in read(tam, "bank-line", line.pk)
    assert "Tiền thuê gian hàng" in tam.get(url("bank-lines") + "?state=aside").content.decode()
    assert "Không có khoản chuyển nào chờ bạn" in read(tam, "bank-lines")
    assert said(tam.post(url("bank-line-aside", line.pk), {"reason": "x"}))[-1] == "error"
    tam.post(url("bank-line-back", line.pk))
    assert queries.lines_left().get() == line


def test_it_waits_on_the_first_page(world: World, tam: Client) -> None:
    sections = tam.get(url("home")).context["sections"]
    figures = {figure.url: figure.value for section in sections for figure in section.figures}
    assert figures[url("bank-lines")] == 1


def send(client: Client, world: World, data: str) -> Statement:
    file = SimpleUploadedFile("sao-ke.csv", data.encode())
    answer = client.post(url("statements"), {"account": world.bank_account.pk, "file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    return Statement.objects.order_by("-pk")[0]


def test_a_statement_from_its_columns_to_the_paid_order(world: World, tam: Client) -> None:
    order = ordered(world)
    rows = f"20/11/2026,FT01,,{order.due},{order.sources.get().reference}\nhôm qua,FT02,,5,x\n"
    statement = send(tam, world, f"{HEAD}\n{rows}")
    page = tam.get(url("statement", statement.pk))
    assert page.context["form"]["came"].value() == "Ghi có" and "FT01" in page.content.decode()
    columns = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert tam.post(url("statement", statement.pk), columns | {"text": ""}).status_code == 200
    assert said(tam.post(url("statement", statement.pk), columns)) == ["success"]
    checkout.receive_all(at=timezone.now())
    order.refresh_from_db()
    assert order.status == "confirmed"
    page = tam.get(url("statement", statement.pk))
    assert (page.context["fresh"], page.context["known"], page.context["refused"]) == (1, 0, 1)
    assert "hôm qua" in page.content.decode()
    again = send(tam, world, f"{HEAD}\n{rows}")
    page = tam.get(url("statement", again.pk))
    assert (page.context["fresh"], page.context["known"], page.context["refused"]) == (0, 1, 1)


def test_a_file_that_is_none_says_why(world: World, tam: Client) -> None:
    file = SimpleUploadedFile("anh.png", b"\x89PNG\r\n\0")
    before = everything()
    answer = tam.post(url("statements"), {"account": world.bank_account.pk, "file": file})
    assert answer.status_code == 200 and answer.context["form"].errors and changed(before) == set()


def test_money_goes_back_with_one_file(world: World, tam: Client) -> None:
    order = ordered(world)
    left(order, order.sources.get().reference)
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    account = order.sources.get().refund_account
    assert order.number in read(tam, "payouts")
    typed = {"bin": "970436", "number": "0071 0001 2345", "holder": "Nguyễn Thị Lan"}
    assert tam.post(url("payout-account", account.pk), typed | {"number": "12-"}).status_code == 200
    tam.post(url("payout-account", account.pk), typed)
    assert "Vietcombank 007100012345 · NGUYEN THI LAN" in read(tam, "payouts")
    tam.post(url("payout-new"), {"account": world.bank_account.pk})
    batch = PayoutBatch.objects.order_by("-pk")[0]
    assert order.number not in read(tam, "payouts") and order.number in read(tam, "payout", batch.pk)
    for kind in ("csv", "xlsx"):
        answer = tam.get(url("payout-file", batch.pk, kind))
        assert answer.status_code == 200 and f".{kind}" in answer["Content-Disposition"]
    assert b"007100012345" in tam.get(url("payout-file", batch.pk, "csv")).content
    assert tam.get(url("payout-file", batch.pk, "pdf")).status_code == 404
    assert said(tam.post(url("payout-new"), {"account": world.bank_account.pk})) == ["error"]
    refund = Refund.objects.get(source__order=order)
    tam.post(url("payout-bounced", refund.pk))
    assert order.number in read(tam, "payouts")
    tam.post(url("refund-paid-back", refund.pk))
    refund.refresh_from_db()
    assert refund.status == "made" and broken(timezone.now()) == []


def test_the_desk_says_who_is_asked_for_another_account_and_who_has_named_one(world: World, tam: Client) -> None:
    """Lan has sent too much and cancelled: two sums of one transfer come back one after the other."""
    order = ordered(world)
    left(order, order.sources.get().reference, order.due + 5_000)
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    account = url("payout-account", order.sources.get().refund_account.pk)
    tam.post(account, {"bin": "970436", "number": "111111", "holder": "LAN"})
    tam.post(url("payout-new"), {"account": world.bank_account.pk})
    first, second = Refund.objects.filter(source__order=order).order_by("amount")
    answer = tam.post(url("payout-bounced", first.pk), follow=True).content.decode()
    assert "Đã hỏi khách một tài khoản khác" in answer
    tam.post(account, {"bin": "970405", "number": "222222", "holder": "LAN"})
    answer = tam.post(url("payout-bounced", second.pk), follow=True).content.decode()
    assert "Trong lúc đó khách đã cho biết tài khoản khác" in answer and broken(timezone.now()) == []


def test_accounts_and_their_programs(world: World, tam: Client) -> None:
    typed = {"bin": "970418", "number": "3101 000", "holder": "Văn phòng OCOP"}
    assert said(tam.post(url("bank-accounts"), typed)) == ["success"]
    assert tam.post(url("bank-accounts"), typed).status_code == 200
    made = BankAccount.objects.get(bin="970418")
    assert (made.number, made.holder, made.shown) == ("3101000", "VAN PHONG OCOP", False)
    tam.post(url("bank-account-show", made.pk))
    assert queries.shown_account() == made
    tam.post(url("bank-account-hide", made.pk))
    assert queries.shown_account() is None
    tam.post(url("bank-account", made.pk), {"holder": "Chợ OCOP", "active": ""})
    made.refresh_from_db()
    assert (made.holder, made.active) == ("CHO OCOP", False)
    page = tam.post(url("bank-feed-new", world.bank_account.pk), {"name": "Máy chủ"})
    token, feed = page.context["token"], BankFeed.objects.get(name="Máy chủ")
    assert token in page.content.decode() and token not in read(tam, "bank-account", world.bank_account.pk)
    tam.post(url("bank-feed-revoke", feed.pk))
    feed.refresh_from_db()
    assert feed.revoked_at and "Máy chủ" not in read(tam, "bank-account", world.bank_account.pk)


@pytest.mark.parametrize(("name", "count"), [("bank-lines", 8), ("payouts", 9), ("statements", 10)])
def test_the_pages_ask_the_same_number_of_queries(
    world: World, tam: Client, django_assert_num_queries: Any, name: str, count: int
) -> None:
    for _more in range(3):
        order = ordered(world)
        left(order, order.sources.get().reference)
        checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
        make.bank_line("x", 5_000)
        send(tam, world, f"{HEAD}\n20/11/2026,FT01,,5,x\n")
    read(tam, name)
    with django_assert_num_queries(count):
        read(tam, name)
