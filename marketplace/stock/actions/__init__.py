"""Everything that changes stock. Others import from here."""

from marketplace.stock.routing import Destination, Parcel, Want

from .goods import (
    Counted,
    LotDiffers,
    NotThere,
    Sold,
    StaleCount,
    WrongQuantity,
    count,
    count_all,
    receive,
    sell,
    spoil,
    take_back,
)
from .promises import HoldLapsed, OutOfStock, confirm, hold, issue, put_back, release, release_expired

__all__ = [
    "Counted", "Destination", "HoldLapsed", "LotDiffers", "NotThere", "OutOfStock", "Parcel", "Sold", "StaleCount", "Want",
    "WrongQuantity", "confirm", "count", "count_all", "hold", "issue", "put_back", "receive", "release", "release_expired", "sell",
    "spoil", "take_back",
]  # fmt: skip
