"""The banks that take VietQR transfers, by the number that NAPAS gave each."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent / "data" / "vietqr_banks.csv"


@dataclass(frozen=True)
class Bank:
    """`bin` is its number in the QR; `name` is what people call it, `legal_name` what its papers say."""

    bin: str
    code: str
    name: str
    legal_name: str


@cache
def banks() -> dict[str, Bank]:
    """All of them by number, in the order of their names."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["short_name"].casefold())
    return {row["bin"]: Bank(row["bin"], row["code"], row["short_name"], row["issuer_name_vi"]) for row in rows}


def bank_name(number: str) -> str:
    """What people call the bank; its number where nobody knows it any more."""
    known = banks().get(number)
    return known.name if known else number


def choices() -> list[tuple[str, str]]:
    """For a form."""
    return [(bank.bin, f"{bank.name} – {bank.legal_name}") for bank in banks().values()]
