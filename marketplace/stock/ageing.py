"""How near a lot is to its best-before date. Pure."""

from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    SOON = "soon"
    LAST = "last"  # the last quarter of the days for which one is warned
    PAST = "past"


def stage(best_before: date, shelf_life: int | None, *, on: date, days: int) -> Stage | None:
    """None while the date is further off than `days`, or than a quarter of a shorter shelf life."""
    ahead = min(days, shelf_life // 4) if shelf_life else days
    left = (best_before - on).days
    if left < 0:
        return Stage.PAST
    if left > ahead:
        return None
    return Stage.LAST if left <= ahead // 4 else Stage.SOON
