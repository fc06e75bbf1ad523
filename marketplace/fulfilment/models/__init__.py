"""Parcels, what of them is missing, what their carriers say of them, and what comes back."""

from .news import ParcelEvent, StatusFile
from .parcels import Fulfilment, FulfilmentLine, FulfilmentQuerySet, ShortLine, new_code
from .returns import Return, ReturnLine, ReturnPhoto

__all__ = [
    "Fulfilment", "FulfilmentLine", "FulfilmentQuerySet", "ParcelEvent", "Return", "ReturnLine", "ReturnPhoto", "ShortLine",
    "StatusFile", "new_code",
]  # fmt: skip
