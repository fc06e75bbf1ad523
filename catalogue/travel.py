"""Whether goods may make a journey. Decided by its hours alone: what spoils in the heat is not sent in any season."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Needs:
    """What goods ask of their journey: at most so many hours, and cool all the way."""

    hours_max: int | None = None
    keep_cool: bool = False

    @property
    def delicate(self) -> bool:
        return self.keep_cool or self.hours_max is not None


def hours_of(days: int) -> int:
    """Of a journey that is told in days: what comes on the same day may take all of it."""
    return max(days, 1) * 24


def may_travel(needs: Needs, *, hours: int, cooled: bool, uncooled_hours: int) -> bool:
    """`uncooled_hours`: so long do goods stay cool in their packing, where nobody cools them on the way."""
    if needs.hours_max is not None and hours > needs.hours_max:
        return False
    return not needs.keep_cool or cooled or hours <= uncooled_hours
