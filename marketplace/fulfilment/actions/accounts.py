"""How far the producers' accounts know of parcels and returns."""

from collections.abc import Iterable
from datetime import datetime

from ..models import Fulfilment, Return


def settled(*, fulfilment_ids: Iterable[int], at: datetime) -> None:
    """What their producers are owed for these parcels is in the accounts."""
    Fulfilment.objects.filter(pk__in=list(fulfilment_ids)).update(settled_at=at)


def netted(*, return_ids: Iterable[int], at: datetime) -> None:
    """What came back so is taken off what its producers were owed."""
    Return.objects.filter(pk__in=list(return_ids)).update(netted_at=at)
