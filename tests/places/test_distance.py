"""Great-circle distances, against known ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.places.distance import kilometres

LONG_XUYEN, RACH_GIA, PHU_QUOC = (10.3864, 105.4352), (10.0125, 105.0809), (10.2270, 103.9637)
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_known_distances() -> None:
    assert kilometres(LONG_XUYEN, RACH_GIA) == pytest.approx(57, abs=2)
    assert kilometres(RACH_GIA, PHU_QUOC) == pytest.approx(125, abs=3)
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015, abs=1)
    assert kilometres((0, 0), (1, 0)) == pytest.approx(111.195, abs=0.01)


@given(points, points)
def test_it_is_the_same_both_ways_and_never_below_nothing(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert kilometres(a, b) == pytest.approx(kilometres(b, a))
    assert 0 <= kilometres(a, b) <= 20016
    assert kilometres(a, a) == pytest.approx(0)
