"""The fee of a weight by the steps of one zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    up_to_grams: int
    price: Decimal
    extra: Decimal


def fee_of(steps: Sequence[Step], grams: int) -> Decimal:
    """The price of the first step that carries the weight; above the last, each begun kilogram costs its `extra` more."""
    rising = sorted(steps, key=lambda step: step.up_to_grams)
    for step in rising:
        if grams <= step.up_to_grams:
            return step.price
    last = rising[-1]
    kilograms = -(-(grams - last.up_to_grams) // 1000)
    return last.price + last.extra * kilograms
