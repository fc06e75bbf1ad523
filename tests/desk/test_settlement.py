"""Hùng, Mai and Tâm settle what is owed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.partner.models import Agreement
from marketplace.partner.queries import agreement
from marketplace.settlement import actions
from marketplace.settlement.models import BankAccount, Entry, Payout, Statement, TaxRate
from marketplace.stock.queries import movements
from tests import make, people

from .conftest import World
from .test_points import post, said


def fresh(world: World) -> Statement:
    """Another statement between Hùng and the point, that nobody has confirmed."""
    facts: dict[str, Any] = {"producer": world.producer, "location": make.location(), "amount": Decimal(90_000)}
    actions.correct(**facts, reason="Hàng bán ở chợ", key="x", by=people.tam(), at=timezone.now() - timedelta(days=40))
    return actions.close(producer_id=world.producer.pk, at=timezone.now())[0]


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    return client.get(reverse(f"desk:{name}", args=args), query).content.decode()


def test_a_statement_is_confirmed_by_both_and_paid(world: World, mai: Client, hung: Client, tam: Client) -> None:
    one = fresh(world)
    assert "Chờ xác nhận" in text(hung, "settlements", state="ready")
    assert "Xác nhận với tư cách chủ thể" in text(hung, "settlement", one.pk)
    assert said(post(hung, "settlement-confirm", one.pk, side="producer")) == ["success"]
    assert said(post(hung, "settlement-confirm", one.pk, side="place")) == ["error"]
    assert said(post(tam, "settlement-confirm", one.pk, side="place")) == ["success"]
    page = text(tam, "producer-payouts")
    assert one.name in page and "90.000" in page and "••••3456" in page and "6500205123456" not in page
    assert said(post(tam, "producer-payout-new")) == ["error"]
    assert said(post(tam, "producer-payout-new", statement=[one.pk])) == ["success"]
    payout = Payout.objects.first()
    assert "6500205123456" in text(tam, "producer-payout", payout.pk)
    assert said(post(tam, "producer-payout-paid", payout.pk)) == ["success"]
    assert said(post(tam, "producer-payout-cancel", payout.pk)) == ["error"]
    assert "Đã chi" in text(hung, "settlement", one.pk)


def test_a_dispute_is_answered(world: World, hung: Client, tam: Client) -> None:
    one = fresh(world)
    assert said(post(hung, "settlement-dispute", one.pk, reason="")) == ["error"]
    assert said(post(hung, "settlement-dispute", one.pk, reason="Thiếu 2 hũ")) == ["success"]
    assert "Đang khiếu nại: Thiếu 2 hũ" in text(tam, "settlement", one.pk)
    assert said(post(tam, "settlement-answer", one.pk, words="Đúng", amount="−20.000 ₫")) == ["success"]
    assert Entry.objects.open().get().net == -20_000
    assert "Văn phòng đã trả lời: Đúng" in text(hung, "settlement", one.pk)


def test_the_office_writes_agreements_and_ends_them(world: World, tam: Client, mai: Client, hung: Client) -> None:
    place, url = make.location("Điểm Châu Đốc", staff=people.tam()), reverse("desk:agreement-new")
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "location": place.pk, "producer": world.producer.pk, "terms": "consignment", "commission_percent": "12.5", "period": "week",
        "valid_from": today,
    }  # fmt: skip
    assert tam.post(url, facts).status_code == 302
    made = Agreement.objects.get(location=place)
    assert (made.commission_percent, made.period, made.valid_until) == (Decimal("12.5"), "week", None)
    for wrong, sentence in (
        ({}, "Những ngày này đã có thỏa thuận"), ({"valid_from": today - timedelta(days=1)}, "từ hôm nay trở đi"),
        ({"terms": "firm"}, "Hàng mua đứt không tính hoa hồng"),
        ({"valid_until": today - timedelta(days=1)}, "Ngày cuối không thể trước ngày đầu"),
    ):  # fmt: skip
        assert sentence in tam.post(url, facts | wrong).content.decode()
    assert "Điểm Châu Đốc" in text(hung, "agreements") and "Điểm Châu Đốc" not in text(mai, "agreements")
    assert world.point.name in text(mai, "agreements")
    assert said(post(tam, "agreement-end", made.pk, on=today - timedelta(days=1))) == ["error"]
    assert said(post(tam, "agreement-end", made.pk, on=today)) == ["success"]
    assert said(post(tam, "agreement-end", made.pk, on=today + timedelta(days=1))) == ["error"]
    assert tam.post(url, facts | {"valid_from": today + timedelta(days=1)}).status_code == 302


def test_what_was_written_wrongly_is_withdrawn_and_written_again_the_same_day(world: World, tam: Client) -> None:
    [wrong] = Agreement.objects.filter(location=world.point, producer=world.producer)
    facts = {
        "location": world.point.pk, "producer": world.producer.pk, "terms": "consignment", "commission_percent": "10", "period": "week",
        "valid_from": timezone.localdate(),
    }  # fmt: skip
    url = reverse("desk:agreement-new")
    assert "Những ngày này đã có thỏa thuận" in tam.post(url, facts).content.decode()
    assert said(post(tam, "agreement-withdraw", wrong.pk)) == ["success"]
    assert "đã rút lại" in text(tam, "agreements")
    assert said(tam.post(url, facts, follow=True)) == ["success"]
    assert agreement(world.point.pk, world.producer.pk, timezone.now()).commission_percent == 10
    for again in (("agreement-withdraw", {}), ("agreement-end", {"on": timezone.localdate()})):
        assert said(post(tam, again[0], wrong.pk, **again[1])) == ["error"]


def test_who_buys_firm_enters_the_price(world: World, mai: Client, tam: Client) -> None:
    url = reverse("desk:receive", args=[world.point.pk])
    asked = mai.get(url, {"product": world.product.pk}).content.decode()
    assert "unit_price" not in asked
    Agreement.objects.all().delete()
    from marketplace.partner import actions as partners

    partners.agree(
        location=world.point, producer=world.producer, terms="firm", commission_percent=Decimal(0), period="month",
        valid_from=timezone.localdate(), by=people.tam(), at=timezone.now(),
    )  # fmt: skip
    form = mai.get(url, {"product": world.product.pk}).context["form"]
    facts = {"product": world.product.pk, "quantity": 3, "lot_code": "L9", "key": form["key"].value()}
    assert mai.post(url, facts).status_code == 200
    for _twice in range(2):
        assert mai.post(url, facts | {"unit_price": "60.000"}).status_code == 302
    assert movements(limit=1)[0].purchase.unit_price == 60_000
    actions.take_in(at=timezone.now())
    assert Entry.objects.get(kind="bought").net == 180_000


def test_a_producer_says_where_the_money_goes_and_the_office_verifies_it(
    world: World, hung: Client, tam: Client
) -> None:
    url = reverse("desk:producer-account", args=[world.producer.pk])
    facts = {"bin": "970436", "number": "0123 456 789", "holder": "Tran Van Hung"}
    assert "4 đến 19" in hung.post(url, facts | {"number": "12"}).content.decode()
    assert hung.post(url, facts).status_code == 302
    made = BankAccount.objects.current().get()
    assert "••••6789" in text(hung, "producer-accounts") and "0123456789" not in text(hung, "producer-accounts")
    assert "0123456789" in text(tam, "producer-accounts")
    assert said(post(tam, "producer-account-verify", world.account.pk)) == ["error"]
    assert said(post(tam, "producer-account-verify", made.pk)) == ["success"]
    assert "0123456789" not in text(tam, "producer-accounts")


def test_the_months_tax_and_the_rates(world: World, tam: Client) -> None:
    assert "Nghị định 117/2025/NĐ-CP" in text(tam, "taxes")
    assert "11/2026" in text(tam, "taxes", month="2026-11") and text(tam, "taxes", month="2026-99")
    facts = {"producer_kind": "household", "nature": "goods", "vat_percent": 2, "pit_percent": 1, "source": "Luật mới"}
    url, today = reverse("desk:tax-rate"), timezone.localdate()
    assert "từ hôm nay" in tam.post(url, facts | {"valid_from": today - timedelta(days=1)}).content.decode()
    assert tam.post(url, facts | {"valid_from": today}).status_code == 302
    assert TaxRate.objects.filter(source="Luật mới").exists()


def test_a_correction_stands_on_the_next_statement(world: World, tam: Client) -> None:
    url = reverse("desk:correction")
    key = tam.get(url).context["form"]["key"].value()
    facts = {
        "producer": world.producer.pk,
        "location": world.point.pk,
        "amount": "-5.000",
        "reason": "Hàng vỡ",
        "key": key,
    }
    for _twice in range(2):
        assert tam.post(url, facts).status_code == 302
    assert Entry.objects.open().get(kind="corrected").net == -5_000
    assert "-5.000" in text(tam, "settlements")


@pytest.mark.parametrize(
    ("name", "queries"), [("settlements", 0), ("agreements", 0), ("producer-payouts", 0), ("producer-accounts", 0)]
)
def test_lists_ask_the_same_however_long_they_are(
    world: World, tam: Client, name: str, queries: int, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(tam, name)
        return len(captured)

    asked()
    before = asked()
    for number in range(3):
        producer = make.producer(f"Hộ {number}")
        at = timezone.now() - timedelta(days=40)
        for key, when in (("a", at), ("b", timezone.now())):
            facts = {"amount": Decimal(5_000), "reason": "x", "key": f"{number}{key}", "by": people.tam(), "at": when}
            actions.correct(producer=producer, location=world.point, **facts)
        bank = {"holder": "HO KHAC", "bin": "970405", "number": f"650020512345{number}"}
        actions.set_account(producer=producer, by=people.hung(), at=at, **bank)
        [one] = actions.close(producer_id=producer.pk, at=timezone.now())
        for side, person in ((actions.Side.PLACE, people.tam()), (actions.Side.PRODUCER, people.hung())):
            actions.confirm(statement=one, side=side, by=person, at=timezone.now())
    assert asked() <= before + 3, (name, before)
