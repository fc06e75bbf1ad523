"""How what a shopper paid is divided: the place's commission, the tax withheld, and the producer's rest. Always all of it."""

from dataclasses import astuple, dataclass
from decimal import Decimal

from marketplace.money import ZERO, first_pieces, whole


@dataclass(frozen=True, slots=True)
class Percents:
    """What was agreed, and what the law takes."""

    commission: Decimal = ZERO
    vat: Decimal = ZERO
    pit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Shares:
    """`gross` and its parts; the producer's is the rest, so that they add up."""

    gross: Decimal = ZERO
    commission: Decimal = ZERO
    vat: Decimal = ZERO
    pit: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.commission - self.vat - self.pit

    def __neg__(self) -> "Shares":
        return Shares(*(-part for part in astuple(self)))


def shared(gross: Decimal, percents: Percents) -> Shares:
    """A sale; what comes back is shared like what was sold, with the sign turned."""
    parts = (percents.commission, percents.vat, percents.pit)
    return Shares(gross, *(whole(gross * percent / 100) if percent else ZERO for percent in parts))


def gross_of_pieces(line_price: Decimal, pieces: int, *, of: int, before: int) -> Decimal:
    """What so many further pieces of an order line cost, when `before` of them were counted: together all of the line."""
    return first_pieces(line_price, before + pieces, of) - first_pieces(line_price, before, of)


def brought_back(sold: Shares, pieces: int, *, of: int, before: int) -> Shares:
    """Of what was sold, the share of so many pieces that come back after others did: all of them together undo the sale."""
    stays, stayed = of - before - pieces, of - before
    return Shares(*(first_pieces(part, stays, of) - first_pieces(part, stayed, of) for part in astuple(sold)))
