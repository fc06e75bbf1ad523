"""The fewest places that together have everything. Pure: exact for one and two, greedy beyond."""

from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush, nsmallest
from operator import lshift

PAIRS_COMPARED = 16
Covers = Mapping[int, list[int]]  # location → how much of each product it can give, never more than is wanted
Figure = Callable[[int], int]  # of a location


class _Fields:
    """Quantities of all products wanted in one whole number, a field of bits for each: one sum adds them all.

    Adding `slack` lifts a field into its highest bit as soon as it holds what is wanted.
    """

    def __init__(self, wanted: list[int], places: int) -> None:
        width = (places * max(wanted)).bit_length() + 2
        self.shifts = range(0, width * len(wanted), width)
        self.full = self.pack(wanted)
        self.high = self.pack([1 << (width - 1)] * len(wanted))
        self.slack = self.high - self.full

    def pack(self, cover: Iterable[int]) -> int:
        return sum(map(lshift, cover, self.shifts))

    def enough(self, cover: int) -> bool:
        return (cover + self.slack) & self.high == self.high


def fewest(wanted: list[int], covers: Covers, *, score: Figure, distance: Figure) -> list[tuple[int, ...]]:
    """Sets of places, each with as few as can be. Of many pairs those with the lowest scores; only one set beyond."""
    fields = _Fields(wanted, len(covers))
    packed = {location: fields.pack(cover) for location, cover in covers.items()}
    alone: list[tuple[int, ...]] = [(location,) for location, cover in packed.items() if cover == fields.full]
    if alone:
        return alone
    pairs = _pairs(fields, packed)
    if not pairs:
        return [_needed(fields, packed, _greedy(wanted, covers, distance))]
    scores = {location: score(location) for location in {place for pair in pairs for place in pair}}
    best = nsmallest(PAIRS_COMPARED, [(scores[a] + scores[b], a, b) for a, b in pairs])
    return [(a, b) for _, a, b in best]


def _pairs(fields: _Fields, packed: Mapping[int, int]) -> list[tuple[int, int]]:
    """Every two places that together have everything."""
    rows, high = list(packed.items()), fields.high
    found = []
    for number, (a, cover) in enumerate(rows, 1):
        lifted = cover + fields.slack
        found += [(a, b) for b, other in rows[number:] if (lifted + other) & high == high]
    return found


def _greedy(wanted: list[int], covers: Covers, distance: Figure) -> list[int]:
    """Takes the place that brings most of what is missing, again and again.

    What a place brings only ever shrinks: an old figure is a bound, and most need not be worked out anew.
    """
    missing, chosen = list(wanted), []
    queue = [(-sum(cover), distance(location), location) for location, cover in covers.items()]
    heapify(queue)
    while any(missing):
        _, far, location = heappop(queue)
        now = (-sum(map(min, missing, covers[location])), far, location)
        if queue and now > queue[0]:
            heappush(queue, now)
            continue
        chosen.append(location)
        missing = [max(0, m - c) for m, c in zip(missing, covers[location], strict=True)]
    return chosen


def _needed(fields: _Fields, packed: Mapping[int, int], chosen: list[int]) -> tuple[int, ...]:
    """Without those whose part the others have as well."""
    together, kept = sum(packed[location] for location in chosen), set(chosen)
    for location in chosen:
        if fields.enough(together - packed[location]):
            together -= packed[location]
            kept.discard(location)
    return tuple(sorted(kept))
