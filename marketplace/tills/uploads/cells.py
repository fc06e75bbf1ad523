"""What stands in one cell of an uploaded table: pieces, a price. A cell that cannot be read says why."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.certificates.cells import text
from marketplace.errors import Refused


class WrongNumber(Refused):
    sentence = _("“%(text)s” is no whole number.")
    code = "wrong_number"


_GROUPED = re.compile(r"[+-]?\d{1,3}([.,\s]\d{3})+")
_PLAIN = re.compile(r"[+-]?\d{1,12}([.,]0+)?")
_CURRENCY = re.compile(r"\s*(₫|đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)


def number(cell: Any) -> int | None:
    """A whole number: 12, "12", "12,0", "1.000" or "1,000" (a point or comma before three digits groups them)."""
    written = _CURRENCY.sub("", text(cell))
    if not written:
        return None
    broken = isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer())
    if not broken and _GROUPED.fullmatch(written):
        return int(re.sub(r"[.,\s]", "", written))
    if not broken and _PLAIN.fullmatch(written):
        return int(re.split(r"[.,]", written)[0])
    raise WrongNumber(text=text(cell)[:60])
