"""Parcels, and what their carriers say of them."""

from .news import ParcelEvent, StatusFile
from .parcels import Fulfilment, FulfilmentLine, FulfilmentQuerySet, ShortLine, new_code

__all__ = [
    "Fulfilment", "FulfilmentLine", "FulfilmentQuerySet", "ParcelEvent", "ShortLine", "StatusFile", "new_code",
]  # fmt: skip
