"""Goods of parcels that were put off, and would be too old by then."""

from collections.abc import Iterable

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import line_ids
from marketplace.stock.queries.keeping import Outlived, outlived


def too_old(parcels: Iterable[Fulfilment]) -> list[Outlived]:
    """What does not keep until the days on which these parcels, whose lines are here, reach their buyers. Two queries."""
    return outlived({line: one.reaches_on for one in parcels if one.reaches_on for line in line_ids(one)})
