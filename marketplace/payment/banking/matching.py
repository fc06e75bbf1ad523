"""Which orders a transfer pays, by the references in its text. Touches no database; the same words have the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from marketplace.money import ZERO

from ..references import references_in


@dataclass(frozen=True)
class Due:
    """A way to pay that a reference names, and what it still lacks; nothing when its order does not wait any more."""

    source_id: int
    missing: Decimal


def named(text: str, prefix: str) -> list[str]:
    """The references to ask about."""
    return references_in(text, prefix)


def match(references: list[str], amount: Decimal, dues: Mapping[str, Due]) -> list[tuple[int, Decimal]]:
    """What each named source gets of the amount, all of it or nothing.

    One that is named gets all, be it too little, too much or late. Of several, those that wait get what they lack if that adds
    up to the amount; what does not add up is for people.
    """
    known = [dues[reference] for reference in references if reference in dues]
    if len(known) == 1:
        return [(known[0].source_id, amount)]
    waiting = [due for due in known if due.missing > 0]
    if waiting and sum((due.missing for due in waiting), ZERO) == amount:
        return [(due.source_id, due.missing) for due in waiting]
    return []
