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


def may_travel(needs: Needs, *, hours: int, cooled: bool, uncooled_hours: int) -> bool:
    """`uncooled_hours`: so long do goods stay cool in their packing, without a carrier that cools."""
    if needs.hours_max is not None and hours > needs.hours_max:
        return False
    return not needs.keep_cool or cooled or hours <= uncooled_hours
