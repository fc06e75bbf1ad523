"""Parcels, and what their carriers say of them."""

from .news import ParcelEvent, StatusFile
from .parcels import Fulfilment, FulfilmentLine, ShortLine, new_code

__all__ = ["Fulfilment", "FulfilmentLine", "ParcelEvent", "ShortLine", "StatusFile", "new_code"]
