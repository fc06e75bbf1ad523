"""The text of a VietQR code: as NAPAS prints it, as another writer writes it, and never half-read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.payment import banks
from marketplace.payment.vietqr import Malformed, Transfer, checksum, payload, read

HERE = Path(__file__).parent
GOLDEN: list[dict[str, Any]] = json.loads((HERE / "vietqr_spec.json").read_text())["golden"]
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vietqr_vectors.json").read_text())["vectors"]
ACCOUNTS = st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True)
WORDS = st.from_regex(r"[ -~]{0,25}", fullmatch=True)
TRANSFERS = st.builds(
    Transfer, bin=st.sampled_from(list(banks.banks())), account=ACCOUNTS,
    amount=st.none() | st.integers(1, 10**13 - 1), purpose=WORDS, service=st.sampled_from(["QRIBFTTA", "QRIBFTTC"]),
    reusable=st.booleans(),
)  # fmt: skip


def test_the_printed_examples() -> None:
    paid = read(GOLDEN[0]["payload"])
    assert paid == Transfer("970403", "0011012345678", 180_000, "thanh toan don hang")
    assert read(GOLDEN[1]["payload"]).service == "QRIBFTTC"
    assert read(GOLDEN[3]["payload"]) == Transfer("970403", "0011012345678", reusable=True)
    assert payload(read(GOLDEN[3]["payload"])) == GOLDEN[3]["payload"]


def test_the_example_with_a_wrong_length_is_refused_though_its_checksum_is_right() -> None:
    [bad] = [one["payload"] for one in GOLDEN if not one["well_formed"]]
    assert checksum(bad[:-4]) == bad[-4:]
    with pytest.raises(Malformed):
        read(bad)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["account"])
def test_another_writer_writes_the_same(vector: dict[str, Any]) -> None:
    amount = vector["amount"]
    told = Transfer(vector["bin"], vector["account"], amount, vector["purpose"], reusable=amount is None)
    assert payload(told) == vector["payload"] and read(vector["payload"]) == told


def test_the_checksum_is_the_published_one() -> None:
    assert checksum("123456789") == "29B1"  # CRC-16/CCITT-FALSE of the catalogue of CRCs


@given(told=TRANSFERS)
def test_what_is_written_is_read(told: Transfer) -> None:
    written = payload(told)
    assert written.isascii() and len(written) <= 200
    assert read(written) == told


@given(told=TRANSFERS, at=st.integers(0, 400), sign=st.characters(min_codepoint=32, max_codepoint=126))
def test_one_wrong_character_is_noticed(told: Transfer, at: int, sign: str) -> None:
    written = payload(told)
    at %= len(written)
    if written[at] != sign:
        with pytest.raises(Malformed):
            read(written[:at] + sign + written[at + 1 :])


@given(text=st.text(max_size=120))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


@given(inside=st.text(alphabet="0123456789AB", max_size=60))
def test_a_right_checksum_alone_opens_nothing(inside: str) -> None:
    body = f"{inside}6304"
    with pytest.raises(Malformed):
        read(body + checksum(body))


@pytest.mark.parametrize("bad", [
    Transfer("97043", "1"), Transfer("970436", ""), Transfer("970436", "1" * 20), Transfer("970436", "12-34"),
    Transfer("970436", "1", 0), Transfer("970436", "1", 10**13), Transfer("970436", "1", 1, "đơn hàng"),
    Transfer("970436", "1", 1, "x" * 26), Transfer("970436", "1", 1, "x", "QRPUSH"),
])  # fmt: skip
def test_what_does_not_fit_is_not_written(bad: Transfer) -> None:
    with pytest.raises(Malformed):
        payload(bad)


def test_the_banks() -> None:
    assert len(banks.banks()) == 56
    assert (banks.bank_name("970436"), banks.bank_name("000000")) == ("Vietcombank", "000000")
    assert all(number.isdigit() and len(number) == 6 for number, _label in banks.choices())
