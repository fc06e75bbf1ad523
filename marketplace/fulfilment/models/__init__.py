"""Parcels, what of them is missing, and what comes back."""

from .parcels import Fulfilment, FulfilmentLine, ShortLine, new_code
from .returns import Return, ReturnLine, ReturnPhoto

__all__ = ["Fulfilment", "FulfilmentLine", "Return", "ReturnLine", "ReturnPhoto", "ShortLine", "new_code"]
