"""When a connector is asked again."""

from datetime import timedelta

LONGEST = timedelta(hours=1)


def pause(*, failures: int, every: timedelta, share: float) -> timedelta:
    """After so many failures in a row: twice as long each time, up to an hour, a random share of half of it less.

    `share` is between 0 and 1: tills that failed together are not asked together again.
    """
    longest = min(max(every, timedelta(seconds=15)) * 2 ** min(failures - 1, 20), LONGEST)
    return longest * (1 - share / 2)
