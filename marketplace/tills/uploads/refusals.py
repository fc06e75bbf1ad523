"""Why a row cannot be booked, by the code that its row keeps."""

from marketplace.certificates import moments
from marketplace.errors import Refused
from marketplace.stock.actions import StaleCount
from marketplace.tills.actions import AmbiguousCode, UnknownCode

from . import cells, matching, reading, weighing

# Told by the file itself; the others also by the books, and may be gone when they are compared again.
READING: dict[str, type[Refused]] = {
    no.code: no
    for no in (
        cells.WrongNumber, moments.WrongMoment, reading.NoProductNamed, reading.NoQuantity, reading.WrongPieces,
        reading.TooLong,
    )
}  # fmt: skip
ROWS: dict[str, type[Refused]] = READING | {
    no.code: no
    for no in (
        AmbiguousCode, UnknownCode, StaleCount, matching.UnknownTitle, matching.AmbiguousTitle, matching.NotFromHere,
        matching.InTheFuture, weighing.CountedTwice,
    )
}  # fmt: skip
