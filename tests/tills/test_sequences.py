from hypothesis import given
from hypothesis import strategies as st

from marketplace.tills.sequences import arrived


def test_nothing_missing() -> None:
    assert arrived(3, [4, 5]) == (5, [])


def test_gaps_are_named_and_the_last_number_waits_before_them() -> None:
    assert arrived(3, [9, 5, 6]) == (3, [(4, 4), (7, 8)])


@given(st.integers(0, 20), st.sets(st.integers(1, 40)))
def test_every_number_up_to_the_highest_has_arrived_or_is_named(last: int, numbers: set[int]) -> None:
    reached, gaps = arrived(last, numbers)
    named = {n for first, end in gaps for n in range(first, end + 1)}
    known = numbers | set(range(1, last + 1))
    assert not named & known
    assert named | known >= set(range(1, max(known, default=0) + 1))
    assert reached == min(named, default=max(known, default=0) + 1) - 1
