"""Programs post an account's transactions: each once, with a token that opens nothing else."""

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.api import limits
from marketplace.checkout import actions as checkout
from marketplace.payment.banking import actions
from marketplace.payment.models import BankFeed, StatementLine
from tests import make, people
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
URL = "/api/v1/bank/transactions"


@pytest.fixture
def feed() -> tuple[BankFeed, str]:
    return actions.accounts.make_feed(account=make.bank_account(), name="Ngân hàng", by=people.tam())


def told(number: str = "FT1", **fields: Any) -> dict[str, Any]:
    plain = {"id": number, "happened_at": "2026-11-20T10:04:00+07:00", "amount": 150_000, "text": "CHUYEN  TIEN"}
    return plain | fields


def post(token: str, *transactions: dict[str, Any], body: str | None = None) -> Any:
    sent = json.dumps({"transactions": transactions}) if body is None else body
    return Client().post(URL, sent, "application/json", headers={"Authorization": f"Bearer {token}"})


def test_each_transaction_is_kept_once(feed: tuple[BankFeed, str]) -> None:
    answer = post(feed[1], told(), told("FT2", amount=-5_000))
    assert (answer.status_code, answer.json()["transactions"]) == (
        202, [{"id": "FT1", "status": "waiting"}, {"id": "FT2", "status": "waiting"}],
    )  # fmt: skip
    line = StatementLine.objects.get(bank_id="FT1")
    assert (line.account, line.feed, line.amount, line.text) == (feed[0].account, feed[0], 150_000, "CHUYEN TIEN")
    before = everything()
    assert post(feed[1], told(), told()).json()["transactions"] == [{"id": "FT1", "status": "waiting"}] * 2
    assert changed(before) == set()


def test_the_same_number_with_other_words_differs(feed: tuple[BankFeed, str]) -> None:
    post(feed[1], told())
    for other in ({"amount": 1}, {"text": "KHAC"}):
        assert post(feed[1], told(**other)).json()["transactions"][0]["status"] == "differs"
    assert StatementLine.objects.get().amount == 150_000


def test_what_was_placed_is_kept(feed: tuple[BankFeed, str]) -> None:
    order = make.transfer_order()
    words = told(text=order.sources.get().reference, amount=int(order.due))
    post(feed[1], words)
    checkout.receive_all(at=make.NOW)
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert post(feed[1], words).json()["transactions"][0]["status"] == "kept"


@pytest.mark.parametrize("bad", [
    {"amount": 0}, {"amount": 1.5}, {"amount": "150000"}, {"id": ""}, {"id": "x" * 81}, {"happened_at": "hôm qua"},
    {"happened_at": "2026-11-20T10:04:00"}, {"more": 1}, {"text": "x" * 501}, {"text": "a\0b"},
])  # fmt: skip
def test_a_bad_shape_is_refused_whole(feed: tuple[BankFeed, str], bad: dict[str, Any]) -> None:
    before = everything()
    answer = post(feed[1], told("FT7"), told(**bad))
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")
    assert changed(before) - {"payment_bankfeed"} == set()


def test_tokens_of_others_open_nothing(feed: tuple[BankFeed, str]) -> None:
    _till, till_token = make.till()
    for token in ("khong-phai", till_token):
        answer = post(token, told())
        assert (answer.status_code, answer["Content-Type"][:24]) == (401, "application/problem+json")
    headers = {"Authorization": f"Bearer {feed[1]}"}
    assert Client().get("/api/v1/tills/me", headers=headers).status_code == 401
    actions.accounts.revoke_feed(feed=feed[0], by=people.tam(), at=make.NOW)
    assert post(feed[1], told()).status_code == 401
    assert not StatementLine.objects.exists()


def test_only_a_hash_of_the_token_is_kept(feed: tuple[BankFeed, str]) -> None:
    assert feed[1] not in str(list(BankFeed.objects.values()))


def test_bodies_and_pace_are_bounded(feed: tuple[BankFeed, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(feed[1], body=" " * (limits.LARGEST + 1)).status_code == 413
    assert post(feed[1], *[told(f"FT{n}") for n in range(501)]).status_code == 422
    assert post(feed[1], body="so;tien").json()["code"] == "not_json"
    monkeypatch.setattr(limits, "RATE", "1/m")
    answers = [post(feed[1], told()) for _ in range(3)]
    assert answers[-1].status_code == 429 and int(answers[-1]["Retry-After"]) > 0
