"""Links from one page of a list to the others."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Option:
    """One choice among several: a filter's value, an order, a page, a step of the way here."""

    value: Any
    label: str
    count: int | None = None
    selected: bool = False
    url: str = ""


@dataclass(frozen=True)
class Pager:
    number: int
    pages: int
    previous_url: str
    next_url: str
    links: list[Option]


def pager(number: int, total: int, size: int, asked: QueryDict, path: str) -> Pager:
    """Links to the first, the last and the near pages; a link without address is a gap."""
    last = max(1, -(-total // size))
    near = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    links: list[Option] = []
    for before, page in zip([0, *near], near, strict=False):
        if page > before + 1:
            links.append(Option("", "…"))
        links.append(Option(page, str(page), None, page == number, at(asked, path, page)))
    return Pager(
        number,
        last,
        at(asked, path, number - 1) if 1 < number <= last else "",
        at(asked, path, number + 1) if number < last else "",
        links,
    )


def at(asked: QueryDict, path: str, page: int) -> str:
    """The same list, another page."""
    return changed(asked, path, page=str(page)) if page > 1 else without(asked, path, "page")


def changed(asked: QueryDict, path: str, **values: str) -> str:
    """The same address with other values; another order begins at the first page."""
    wanted = asked.copy()
    wanted.pop("page", None)
    for name, value in values.items():
        wanted[name] = value
    return _address(path, wanted)


def without(asked: QueryDict, path: str, name: str, value: str | None = None) -> str:
    """The same address without a filter, or without one of its values."""
    wanted = asked.copy()
    wanted.pop("page", None)
    left = [one for one in wanted.pop(name, []) if value is not None and one != value]
    wanted.setlist(name, left)
    return _address(path, wanted)


def _address(path: str, wanted: QueryDict) -> str:
    query = wanted.urlencode()
    return f"{path}?{query}" if query else path
