"""What a bank tells of one transaction, whether a file or a program brought it. Touches no database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

LONGEST_TEXT, LONGEST_PAYER, LONGEST_ID = 500, 200, 80


@dataclass(frozen=True)
class Told:
    """Above zero money came, below zero it went. `bank_id` is the bank's own number, where it gives one."""

    happened_at: datetime
    amount: int
    text: str = ""
    bank_id: str = ""
    payer: str = ""
    balance: int | None = None


def keys(told: Iterable[Told]) -> list[str]:
    """Of each its lasting name: the bank's number; else what it says, and the how-manieth it is that says so."""
    seen: Counter[str] = Counter()
    made = []
    for one in told:
        if one.bank_id:
            made.append(f"id:{one.bank_id}")
            continue
        said = repr((one.happened_at.isoformat(), one.amount, one.text, one.balance))
        digest = sha256(said.encode()).hexdigest()
        seen[digest] += 1
        made.append(f"said:{digest}:{seen[digest]}")
    return made
