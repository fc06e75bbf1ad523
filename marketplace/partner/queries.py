"""What places and producers have agreed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from .models import Agreement


class Agreed:
    """The agreements of some producers, all read at once; asked for a place, a producer and a moment."""

    def __init__(self, producer_ids: Collection[int]) -> None:
        self._rows: dict[tuple[int, int], list[Agreement]] = defaultdict(list)
        for row in Agreement.objects.filter(producer__in=producer_ids).order_by("-valid_from"):
            self._rows[row.location_id, row.producer_id].append(row)

    def at(self, location_id: int, producer_id: int, moment: datetime) -> Agreement | None:
        """The one in force; one that was written later does not count, nor one that was withdrawn before."""
        rows = self._rows.get((location_id, producer_id))
        if not rows:
            return None
        day = timezone.localdate(moment)
        return next((row for row in rows if _counts(row, day, moment)), None)

    def latest(self, location_id: int, producer_id: int) -> Agreement | None:
        """The one that begins last, over or not, but for those withdrawn."""
        rows = self._rows.get((location_id, producer_id), ())
        return next((row for row in rows if row.withdrawn_at is None), None)


def _counts(row: Agreement, day: object, moment: datetime) -> bool:
    lasting = row.valid_from <= day <= (row.valid_until or day)  # type: ignore[operator]
    return lasting and row.written_at <= moment and (row.withdrawn_at is None or moment < row.withdrawn_at)


def agreement(location_id: int, producer_id: int, moment: datetime) -> Agreement | None:
    """The one in force between a place and a producer. One query."""
    return Agreement.objects.in_force(moment).filter(location=location_id, producer=producer_id).first()
