"""The sections of the desk in their groups, as far as a person may open them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from marketplace import roles

from ..pages import Link


@dataclass(frozen=True)
class Entry:
    """A section's first page, who may open it, and below what else of the desk it stands for."""

    name: str
    label: Any
    may: Callable[[Any], bool]
    also: str = ""


@dataclass(frozen=True)
class Group:
    """What belongs together; its link leads to the first of its pages."""

    label: str
    url: str
    selected: bool
    pages: list[Link]


GROUPS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (gettext_lazy("Today"), (Entry("desk:home", gettext_lazy("Today"), roles.moves_goods), Entry("account:messages", gettext_lazy("Messages to you"), roles.moves_goods))),
    (
        gettext_lazy("Orders"),
        (
            Entry("desk:parcels", gettext_lazy("Parcels"), roles.moves_goods),
            Entry("desk:hand-overs", gettext_lazy("Handed to carriers"), roles.moves_goods),
            Entry("desk:shortages", gettext_lazy("Missing pieces"), roles.moves_goods),
            Entry("desk:returns", gettext_lazy("Returns"), roles.moves_goods),
            Entry("desk:orders", gettext_lazy("All orders"), roles.is_office),
            Entry("desk:money", gettext_lazy("Money to look after"), roles.is_office),
            Entry("desk:cash", gettext_lazy("Cash"), roles.moves_goods),
            Entry("desk:invoices", gettext_lazy("Invoices"), roles.is_office),
            Entry("desk:disputes", gettext_lazy("Disputed payments"), roles.is_office),
        ),
    ),
    (
        gettext_lazy("Stock"),
        (
            Entry("desk:stocks", gettext_lazy("On hand"), roles.moves_goods),
            Entry("desk:transfers", gettext_lazy("Transfers"), roles.moves_goods),
            Entry("desk:counts", gettext_lazy("Counts"), roles.moves_goods),
            Entry("desk:lots", gettext_lazy("Lots and recall"), roles.owns_goods),
        ),
    ),
    (
        gettext_lazy("Tills"),
        (
            Entry("desk:tills", gettext_lazy("Tills"), roles.moves_goods),
            Entry("desk:uploads", gettext_lazy("Files of sales and counts"), roles.moves_goods),
            Entry("desk:connectors", gettext_lazy("Tills that are asked"), roles.is_office),
        ),
    ),
    (
        gettext_lazy("Goods"),
        (
            Entry("desk:listings", gettext_lazy("Goods"), roles.owns_goods, also="changes/"),
            Entry("desk:boxes", gettext_lazy("Gift boxes"), roles.packs_boxes),
            Entry("desk:review", gettext_lazy("To approve"), roles.is_office),
            Entry("desk:sold", gettext_lazy("Sold"), roles.owns_goods),
            Entry("desk:certificates", gettext_lazy("Certificates"), roles.owns_goods),
            Entry("desk:producers", gettext_lazy("Producers"), roles.is_office),
        ),
    ),
    (
        gettext_lazy("Bank transfers"),
        (
            Entry("desk:bank-lines", gettext_lazy("Money to place"), roles.is_office),
            Entry("desk:statements", gettext_lazy("Bank statements"), roles.is_office),
            Entry("desk:payouts", gettext_lazy("Money to send back"), roles.is_office),
            Entry("desk:bank-accounts", gettext_lazy("Bank accounts"), roles.is_office),
        ),
    ),
    (
        gettext_lazy("Settlement"),
        (
            Entry("desk:settlements", gettext_lazy("Statements"), roles.moves_goods),
            Entry("desk:agreements", gettext_lazy("Agreements"), roles.moves_goods),
            Entry("desk:producer-accounts", gettext_lazy("Producers' accounts"), roles.owns_goods),
            Entry("desk:producer-payouts", gettext_lazy("Pay-outs"), roles.is_office),
            Entry("desk:taxes", gettext_lazy("Tax withheld"), roles.is_office),
        ),
    ),
    (
        gettext_lazy("The office"),
        (
            Entry("desk:tariff", gettext_lazy("Delivery tariff"), roles.is_office),
            Entry("desk:carriers", gettext_lazy("Carriers"), roles.is_office),
            Entry("desk:letters", gettext_lazy("Messages"), roles.is_office),
            Entry("dashboard:index", gettext_lazy("Shop administration"), roles.is_office),
            Entry("wagtailadmin_home", gettext_lazy("Pages of the site"), roles.edits_pages),
        ),
    ),
)  # fmt: skip


def groups(request: HttpRequest) -> list[Group]:
    """The groups that hold something for the person, with the one that the address lies in selected."""
    return list(_groups(request))


def _groups(request: HttpRequest) -> Iterator[Group]:
    roles_asked = {entry.may for _label, entries in GROUPS for entry in entries}
    may = {role for role in roles_asked if role(request.user)}
    home = reverse("desk:home")
    for label, entries in GROUPS:
        pages = [_link(request.path, home, entry) for entry in entries if entry.may in may]
        if pages:
            yield Group(str(label), pages[0].url, any(page.selected for page in pages), pages)


def _link(path: str, home: str, entry: Entry) -> Link:
    url = reverse(entry.name)
    below = path == home if url == home else path.startswith(url)
    return Link(str(entry.label), url, selected=below or bool(entry.also and path.startswith(home + entry.also)))
