from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.partner.models import Agreement
from marketplace.settlement.periods import period_of

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(DAYS, st.sampled_from(Agreement.Period.values))
def test_every_day_lies_in_one_period_and_the_next_begins_the_day_after(day: date, kind: str) -> None:
    first, last = period_of(day, kind)
    assert first <= day <= last
    assert period_of(first, kind) == period_of(last, kind) == (first, last)
    assert period_of(date.fromordinal(last.toordinal() + 1), kind)[0] == date.fromordinal(last.toordinal() + 1)


def test_examples() -> None:
    assert period_of(date(2028, 2, 29), "month") == (date(2028, 2, 1), date(2028, 2, 29))
    assert period_of(date(2026, 11, 15), "half-month") == (date(2026, 11, 1), date(2026, 11, 15))
    assert period_of(date(2026, 11, 16), "half-month") == (date(2026, 11, 16), date(2026, 11, 30))
    assert period_of(date(2026, 11, 22), "week") == (date(2026, 11, 16), date(2026, 11, 22))
    assert period_of(date(2026, 12, 31), "month") == (date(2026, 12, 1), date(2026, 12, 31))
