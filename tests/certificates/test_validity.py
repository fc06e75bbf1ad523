"""How long a certificate lasts and who decides on it."""

from datetime import date

import pytest

from marketplace.certificates.validity import last_day, tier


def test_36_months_to_the_day() -> None:
    assert last_day(date(2022, 10, 10)) == date(2025, 10, 10)
    assert last_day(date(2024, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("stars", "decided_on", "level"),
    [
        (3, date(2022, 10, 10), "province"),
        (5, date(2022, 10, 10), "centre"),
        (3, date(2024, 6, 4), "district"),
        (4, date(2024, 6, 4), "province"),
        (3, date(2025, 7, 5), "district"),
        (3, date(2025, 7, 6), "province"),
        (5, date(2025, 7, 6), "centre"),
        (3, date(2018, 1, 1), ""),
        (2, date(2024, 6, 4), ""),
    ],
)
def test_who_decides_depends_on_stars_and_day(stars: int, decided_on: date, level: str) -> None:
    assert tier(stars, decided_on) == level
