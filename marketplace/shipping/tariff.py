"""The fee of a parcel by the steps of a tariff, and which carrier takes least for it. Touches no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalogue.travel import Needs, may_travel

ANYWHERE = Needs()


@dataclass(frozen=True)
class Step:
    up_to_grams: int
    price: Decimal
    extra: Decimal


@dataclass(frozen=True)
class Load:
    """A parcel to be sent: its weight, the volume of its goods where that is known, and what they ask of the journey."""

    grams: int
    cm3: int = 0
    needs: Needs = ANYWHERE


@dataclass(frozen=True)
class Offer:
    """What one carrier takes to one zone, and how long."""

    carrier_id: int
    carrier: str
    hours: int
    cooled: bool
    divisor: int
    steps: tuple[Step, ...]

    @property
    def days(self) -> int:
        """Begun ones."""
        return -(-self.hours // 24)


def fee_of(steps: Sequence[Step], grams: int) -> Decimal:
    """The price of the first step that carries the weight; above the last, each begun kilogram costs its `extra` more."""
    rising = sorted(steps, key=lambda step: step.up_to_grams)
    for step in rising:
        if grams <= step.up_to_grams:
            return step.price
    last = rising[-1]
    kilograms = -(-(grams - last.up_to_grams) // 1000)
    return last.price + last.extra * kilograms


def charged_grams(load: Load, divisor: int) -> int:
    """The larger of weight and volume; of a carrier without a divisor, or goods of unknown size, the weight."""
    return max(load.grams, -(-load.cm3 * 1000 // divisor)) if divisor else load.grams


def fee(offer: Offer, load: Load) -> Decimal:
    return fee_of(offer.steps, charged_grams(load, offer.divisor))


def cheapest(offers: Iterable[Offer], load: Load, *, uncooled_hours: int) -> Offer | None:
    """Who takes least for the parcel; of several the quickest, then the first that the shop knew."""
    may = [offer for offer in offers if _fits(offer, load, uncooled_hours)]
    return min(may, key=lambda one: (fee(one, load), one.hours, one.carrier_id), default=None)


def _fits(offer: Offer, load: Load, uncooled_hours: int) -> bool:
    return may_travel(load.needs, hours=offer.hours, cooled=offer.cooled, uncooled_hours=uncooled_hours)
