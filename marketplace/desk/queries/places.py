"""Where a person works."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import Http404

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.folding import fold
from marketplace.locations.models import Location
from marketplace.people.models import User
from marketplace.stock import queries as stock
from marketplace.stock.queries import Row
from marketplace.tills.actions import REFUSALS
from marketplace.tills.connectors.mapping import EventNotRead
from marketplace.tills.models import Till, TillEvent

REASONS = REFUSALS | {EventNotRead.code: EventNotRead}


def mine(user: User) -> QuerySet[Location]:
    """The places whose goods the person moves: as staff, or as the producer whose store it is. The office: all."""
    if user.is_staff:
        return Location.objects.order_by("kind", "name")
    return Location.objects.filter(Q(staff=user) | Q(producer__users=user)).distinct().order_by("kind", "name")


def tills(user: User) -> QuerySet[Till]:
    """The devices of those places."""
    return Till.objects.filter(location__in=mine(user)).select_related("location").order_by("location", "name")


def parked(user: User) -> QuerySet[TillEvent]:
    """What tills reported and the shop could not record: somebody must look."""
    events = TillEvent.objects.filter(till__in=tills(user), status__literally=TillEvent.Status.PARKED)
    return events.select_related("till__location").order_by("-pk")


def why_parked(event: TillEvent) -> str:
    """The sentence of the refusal that the event met."""
    return why(event.answer)


def why(answer: dict[str, Any]) -> str:
    """The same of what the inbox answered."""
    refusal = REASONS.get(answer.get("code", ""), Refused)
    return str(refusal(**answer.get("facts", {})))


def products_for(location: Location) -> QuerySet[Product]:
    """What may lie there: at a sales point anything that is listed, at a producer's store the own goods."""
    rows = Product.objects.filter(producer__isnull=False).select_related("producer").order_by("title")
    return rows if location.kind == Location.Kind.SALES_POINT else rows.filter(producer__store=location)


def arriving(location: Location, number: str) -> Product | None:
    """The product of that number, as an address gives it, if it may lie there."""
    return products_for(location).filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None


def balances(location_id: int, text: str = "") -> list[Row]:
    """The lots at a place, those that are called like the text."""
    rows, sought = stock.balances(location_ids=[location_id]), fold(text)
    return [row for row in rows if sought in fold(f"{row.title} {row.lot}")]


def balance(location_id: int, balance_id: int) -> Row:
    """One lot at a place."""
    return _first(row for row in stock.balances(location_ids=[location_id]) if row.balance_id == balance_id)


def lot_of(location_id: int, form: BaseForm) -> Row | None:
    """The lot at a place that a form names, as it was sent."""
    named = form.data.get("product"), form.data.get("lot_code")
    rows = stock.balances(location_ids=[location_id])
    return next((row for row in rows if (str(row.product_id), row.lot) == named), None)


def _first(rows: Iterator[Row]) -> Row:
    row = next(rows, None)
    if row is None:
        raise Http404
    return row
