"""The table, and what in it is beyond its limit."""

from dataclasses import dataclass

from .server import Pace
from .visits import Page


@dataclass(frozen=True)
class Row:
    page: Page
    pace: Pace
    few: int  # queries in a shop of 50 products
    many: int  # and of 5,000


def table(rows: list[Row]) -> str:
    """One line per page, with stock Oscar's figures beside ours."""
    empty = rows[0].pace.rate
    head = f"{'':15}{'requests/s':>11}{'p95 ms':>8}{'queries':>9}{'limit':>7}{'of empty':>10}   stock Oscar: requests/s, queries"
    return "\n".join([head, *(_line(row, empty) for row in rows)])


def _line(row: Row, empty: float) -> str:
    page, pace = row.page, row.pace
    queries = f"{row.few}" if row.few == row.many else f"{row.few}→{row.many}"
    ours = f"{page.name:15}{pace.rate:>11.0f}{pace.p95 * 1000:>8.0f}{queries:>9}{page.limit or '':>7}{pace.rate / empty:>10.1%}"
    return ours + (f"   {_beside(page, pace)}" if page.oscar_queries else "")


def _beside(page: Page, pace: Pace) -> str:
    times = f"{page.oscar_rate} (we: {pace.rate / page.oscar_rate:.1f} times)" if page.oscar_rate else "–"
    return f"{times}, {page.oscar_queries}"


def broken(rows: list[Row]) -> list[str]:
    """A sentence for each limit that does not hold."""
    over = [
        f"{row.page.name}: {max(row.few, row.many)} queries, and {row.page.limit} are allowed."
        for row in rows if row.page.limit is not None and max(row.few, row.many) > row.page.limit
    ]  # fmt: skip
    grown = [
        f"{row.page.name}: {row.few} queries with 50 products, {row.many} with 5,000; the number must be the same."
        for row in rows if row.few != row.many
    ]  # fmt: skip
    slow = [
        f"{row.page.name}: {row.pace.rate:.0f} requests per second, and {row.page.least} are wanted."
        for row in rows if row.page.least is not None and row.pace.rate < row.page.least
    ]  # fmt: skip
    return over + grown + slow
