"""Everything that changes stock. Others import from here."""

from marketplace.stock.routing import Destination, Parcel, Want

from . import counting, expecting, recall, transfers
from .buying import LotHasOtherTerms, NotBoughtFirm, PurchasePriceMissing
from .confirming import HoldLapsed, confirm
from .freeing import GoneMeanwhile, free
from .goods import Counted, LotDiffers, NotThere, StaleCount, count, count_all, receive, spoil
from .issuing import issue, put_back
from .promises import (
    OutOfStock,
    hold,
    hold_planned,
    plan,
    release,
    release_expired,
)
from .returning import Returned, take_in
from .sales import Sold, WrongQuantity, sell, take_back
from .tills import Return, Sale, Stocktaking, Told, record

__all__ = [
    "Counted", "Destination", "GoneMeanwhile", "HoldLapsed", "LotDiffers", "LotHasOtherTerms", "NotBoughtFirm",
    "NotThere", "OutOfStock", "Parcel", "PurchasePriceMissing", "Return", "Returned", "Sale", "Sold", "StaleCount",
    "Stocktaking", "Told", "Want", "WrongQuantity", "confirm", "count", "count_all", "counting", "expecting", "free",
    "hold", "hold_planned", "issue", "plan", "put_back", "recall", "receive", "record", "release", "release_expired",
    "sell", "spoil", "take_back", "take_in", "transfers",
]  # fmt: skip
