"""Takes in what the ledger tells of tills and purchases, each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.stock import queries as stock
from marketplace.stock.queries import Moved

from ..models import Intake
from ..queries.moves import entries_of
from .entering import enter, lock_intake

AT_ONCE = 2000  # movements in one transaction
# Nobody writes for so long: a movement that is older has no unwritten one before it.
LAG = timedelta(minutes=5)


@transaction.atomic
def take_in_moves(*, after: int, at: datetime) -> int | None:
    """What the next movements of the ledger bring is in the accounts. The last of them, while there may be more."""
    intake = lock_intake()
    moves = stock.moved_after(max(after, intake.movement_id), AT_ONCE)
    enter(fresh=entries_of(moves), at=at)
    _advance(intake, moves, at)
    return moves[-1].pk if len(moves) == AT_ONCE else None


def _advance(intake: Intake, moves: Sequence[Moved], at: datetime) -> None:
    """What is younger is read again: what was written beside it may show itself later, with a smaller number."""
    for move in moves:
        if move.recorded_at > at - LAG:
            break
        intake.movement_id = move.pk
    intake.save(update_fields=["movement_id"])
