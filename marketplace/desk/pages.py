"""A long list in pages, with the links that components/pagination.html prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PER_PAGE = 50


@dataclass(frozen=True)
class Link:
    label: str
    url: str = ""
    selected: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Pager:
    number: int
    pages: int
    previous_url: str
    next_url: str
    links: Sequence[Link]


def paged(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> tuple[Page, Pager]:
    """The page that ?page= asks for (the nearest there is), and the links to the others."""
    page = Paginator(rows, per_page).get_page(request.GET.get("page"))

    def url(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [Link(str(n), url(n), selected=n == page.number) if isinstance(n, int) else Link("…") for n in numbers]
    return page, Pager(
        number=page.number,
        pages=page.paginator.num_pages,
        previous_url=url(page.previous_page_number()) if page.has_previous() else "",
        next_url=url(page.next_page_number()) if page.has_next() else "",
        links=links,
    )


def words(request: HttpRequest) -> str:
    """What is searched for. An address may hold a NUL, a database may not."""
    return request.GET.get("q", "").replace("\0", "").strip()


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the desk, with the sections that the person may open."""
    from .queries.nav import groups

    return render(request, f"desk/{template}.html", {"desk_groups": groups(request), **context})


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to take away; papers and pictures are shown where the browser can."""
    answer = HttpResponse(content, content_type=kind)
    how = "inline" if kind == "application/pdf" or kind.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer
