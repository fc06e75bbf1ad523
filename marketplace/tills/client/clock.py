"""The hour, and what to do when this machine cannot know it."""

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))  # without summer time since 1975; not every till has the zones' files
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no till of this kind has sold before


def now() -> datetime:
    return datetime.now(UTC)


def plausible(at: datetime) -> bool:
    """A small computer without a battery wakes up in 1970; the shop would refuse what it tells."""
    return BUILT <= at <= datetime(2100, 1, 1, tzinfo=UTC)


def spoken(at: str) -> str:
    """`13:44, 28/11/2026` in Vietnam, of a time as `isoformat` writes it."""
    return f"{datetime.fromisoformat(at).astimezone(VIETNAM):%H:%M, %d/%m/%Y}"
