"""Which of a till's numbered events have not arrived."""

from collections.abc import Iterable

REMEMBERED = 10_000  # numbers beyond a gap that are looked at to tell what is missing


def arrived(last: int, sequences: Iterable[int]) -> tuple[int, list[tuple[int, int]]]:
    """The highest number without a gap below it, and the gaps above, each as (first, last) missing number.

    `last` is that number so far; `sequences` are the numbers that have arrived beyond it, in any order.
    """
    gaps, reached = [], last
    for number in sorted(set(sequences)):
        if number <= reached:
            continue
        if number > reached + 1:
            gaps.append((reached + 1, number - 1))
        reached = number
    return (gaps[0][0] - 1 if gaps else reached), gaps
