"""Tâm writes down the columns of the bank's template, looks, keeps them; refunds and pay-outs are written by them."""

import csv
import io
from typing import Any

from django.test import Client
from django.urls import reverse

from marketplace.payment.models import PayoutFormat
from tests.payment.test_payout_layouts import THEIRS

from .conftest import World
from .test_points import post, said


def typed(columns: Any = THEIRS, **more: str) -> dict[str, str]:
    means = {f"means-{n}": one.means for n, one in enumerate(columns, start=1)}
    return means | {f"heading-{n}": one.heading for n, one in enumerate(columns, start=1)} | more


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_looked_at_kept_and_used(world: World, tam: Client) -> None:
    url = reverse("desk:bank-layout", args=[world.bank_account.pk])
    assert "Số tài khoản" in tam.get(url).content.decode()  # the shop's own, with what the newest file says
    page = tam.post(url, typed(look="1"))
    assert "Tài khoản thụ hưởng" in page.content.decode() and not PayoutFormat.objects.exists()
    assert [cell for _column, cell in page.context["rows"][0]][1:4] == [world.bank_account.number, "123456", "LAN"]
    assert said(tam.post(url, typed(keep="1"), follow=True)) == ["success"]
    heads = [one.heading for one in THEIRS]
    refunds = table(tam.get(reverse("desk:payout-file", args=[world.payout.pk, "csv"])))
    assert refunds[0] == heads and refunds[1][2:4] == ["123456", "LAN"]
    file = reverse("desk:producer-payout-file", args=[world.producer_payout.pk, "csv"])
    assert table(tam.get(file))[0][0] == "STT"
    theirs = f"{file}?account={world.bank_account.pk}"
    assert theirs in tam.get(reverse("desk:producer-payout", args=[world.producer_payout.pk])).content.decode()
    assert table(tam.get(theirs))[1][1:4] == [world.bank_account.number, "6500205123456", "TRAN VAN HUNG"]
    for wrong in ("?account=x", "?account=999999", f"?account={'9' * 30}"):
        assert tam.get(file + wrong).status_code == 404
    assert said(post(tam, "bank-layout-forget", world.bank_account.pk)) == ["success"]
    assert not PayoutFormat.objects.exists()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(world: World, tam: Client) -> None:
    url = reverse("desk:bank-layout", args=[world.bank_account.pk])
    page = tam.post(url, typed(THEIRS[:-1], keep="1")).content.decode()
    assert (
        "Tệp cần có cột cho “Nội dung”" in page and "Tài khoản thụ hưởng" in page and not PayoutFormat.objects.exists()
    )
    page = tam.post(url, typed(keep="1", **{"heading-9": "Ghi chú"}))
    assert page.context["form"].errors["means-9"] and "Ghi chú" in page.content.decode()
    assert not PayoutFormat.objects.exists()


def test_what_the_page_costs(world: World, tam: Client, django_assert_max_num_queries: Any) -> None:
    url = reverse("desk:bank-layout", args=[world.bank_account.pk])
    tam.get(url)
    with django_assert_max_num_queries(18):
        tam.get(url)
