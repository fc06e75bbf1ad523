"""From which parcels pieces are taken that nobody wants any more: so that the fewest parcels are left. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

EXACT = 8  # so many parcels are tried in every combination; beyond, the smallest are emptied first


@dataclass(frozen=True)
class Content:
    """Pieces in a parcel by order line, and how many of them may be taken out."""

    parcel_id: int
    holds: Mapping[int, int]
    free: Mapping[int, int] = field(default_factory=dict)

    def fits(self, wanted: Counter[int]) -> bool:
        """All of it may go."""
        return all(self.free.get(line, 0) >= units <= wanted[line] for line, units in self.holds.items())


def thinned(parcels: Sequence[Content], wanted: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """How many pieces to take of which parcel and line, as far as they are free."""
    left, taken = Counter(dict(wanted)), Counter[tuple[int, int]]()
    emptied = _emptied(sorted(parcels, key=lambda one: (sum(one.holds.values()), one.parcel_id)), left)
    for one in (*emptied, *(parcel for parcel in parcels if parcel not in emptied)):
        for line, units in sorted(one.free.items()):
            gone = min(units, left[line])
            if gone > 0:
                taken[one.parcel_id, line] += gone
                left[line] -= gone
    return dict(taken)


def _emptied(parcels: Sequence[Content], wanted: Counter[int]) -> Sequence[Content]:
    """The most parcels that can go as a whole."""
    some = [one for one in parcels if one.fits(wanted)]
    if len(some) <= EXACT:
        for number in range(len(some), 0, -1):
            for chosen in combinations(some, number):
                if _all(chosen) <= wanted:
                    return chosen
        return ()
    chosen_so_far: list[Content] = []
    for one in some:
        if _all([*chosen_so_far, one]) <= wanted:
            chosen_so_far.append(one)
    return chosen_so_far


def _all(parcels: Sequence[Content]) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in parcels:
        found.update(one.holds)
    return found
