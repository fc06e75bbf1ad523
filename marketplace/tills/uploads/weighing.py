"""What the rows of an upload would do to the books, one after the other. Touches no database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.stock.actions import StaleCount
from marketplace.tills.models import UploadRow


class CountedTwice(Refused):
    sentence = _("This was counted in row %(number)s already.")
    code = "counted_twice"


@dataclass
class Books:
    """Pieces at one place, by product and lot."""

    pieces: Mapping[tuple[int, str], int]
    total: Counter[int] = field(default_factory=Counter)
    counted: dict[tuple[int, str], int] = field(default_factory=dict)  # in which row

    def __post_init__(self) -> None:
        for (product, _lot), pieces in self.pieces.items():
            self.total[product] += pieces


def weigh(rows: Iterable[UploadRow], books: Books) -> None:
    """Each row knows the pieces before and after it, a count also those that it replaces."""
    for row in rows:
        assert row.product_id is not None and row.quantity is not None, "only rows that can be read are weighed"
        try:
            row.before = books.total[row.product_id]
            change = _counted(row, row.product_id, row.quantity, books) if row.kind == "count" else -row.quantity
            books.total[row.product_id] += change
            row.after = books.total[row.product_id]
        except Refused as no:
            row.before, row.refusal = None, {"code": no.code, "facts": no.facts}


def _counted(row: UploadRow, product: int, pieces: int, books: Books) -> int:
    """What the count adds to the books, of one lot or of all."""
    here = books.pieces.get((product, row.lot), 0) if row.lot else books.total[product]
    if row.told_seen is not None and row.told_seen != here:
        raise StaleCount(seen=row.told_seen, on_hand=here)
    for (counted, lot), number in books.counted.items():
        if counted == product and (lot == row.lot or not lot or not row.lot):
            raise CountedTwice(number=number)
    books.counted[product, row.lot] = row.number
    row.seen = here
    return pieces - here
