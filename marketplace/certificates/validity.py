"""How long a certificate lasts, and who decides on it, by the day of the decision."""

from datetime import date

from dateutil.relativedelta import relativedelta

MONTHS = 36

# Who decides on (3, 4, 5) stars, and from which day on: decisions 1048/QĐ-TTg, 148/QĐ-TTg and 1489/QĐ-TTg.
_TIERS = (
    (date(2019, 8, 21), ("province", "province", "centre")),
    (date(2023, 2, 24), ("district", "province", "centre")),
    (date(2025, 7, 6), ("province", "province", "centre")),
)


def last_day(decided_on: date) -> date:
    """The last day on which the stars of a certificate may be shown."""
    last: date = decided_on + relativedelta(months=MONTHS)
    return last


def tier(stars: int, decided_on: date) -> str:
    """The level that decides on so many stars on that day; nothing where no rule is known."""
    valid = [tiers for since, tiers in _TIERS if since <= decided_on]
    return valid[-1][stars - 3] if valid and 3 <= stars <= 5 else ""
