"""Units promised to orders: held, confirmed, released."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.stock import notices, queries
from marketplace.stock.models import Hold, Transfer, TransferLine
from marketplace.stock.queries import Plan
from marketplace.stock.reasons import Reason
from marketplace.stock.routing import (
    Destination,
    NotEnough,
    Parcel,
    Place,
    Route,
    Taking,
    Want,
    route,
)

from .issuing import of_lines
from .ledger import Book
from .transfers import let_go


class OutOfStock(Refused):
    """All places that may serve the order have too little."""

    sentence = _("Only %(available)s of “%(title)s” are left; you asked for %(wanted)s.")
    code = "out_of_stock"

    def __init__(self, *, product_id: int, title: str, wanted: int, available: int) -> None:
        super().__init__(product_id=product_id, title=title, wanted=wanted, available=available)
        if not available:
            self.sentence = _("“%(title)s” has just sold out.")


@transaction.atomic
def hold(
    *, order_id: int, wants: Sequence[Want], at: datetime, expires_at: datetime | None, destination: Destination
) -> list[Parcel]:
    """Every line has its units, at the fewest and best places, or nothing has changed.

    What is gathered is one parcel at its place; what that lacks is held elsewhere and on the list of what is sent there.
    """
    [found] = hold_planned(
        order_id=order_id, plans=[plan(wants=wants, destination=destination, at=at)], at=at, expires_at=expires_at
    )
    return found.parcels


def plan(*, wants: Sequence[Want], destination: Destination, at: datetime) -> Plan:
    """How it would be held now; refused by name where there is too little."""
    try:
        return queries.plan(wants, destination, at=at)
    except NotEnough as short:
        raise _out_of_stock(short) from None


@transaction.atomic(savepoint=False)
def hold_planned(*, order_id: int, plans: Sequence[Plan], at: datetime, expires_at: datetime | None) -> list[Route]:
    """The same for goods that go several ways, planned before: what each became. No product goes two ways."""
    try:
        book, agreed = _agree(plans, at)
    except NotEnough as short:
        raise _out_of_stock(short) from None
    for taking in chain(*(found.takings for _plan, found in agreed)):
        balance = book.balances[taking.balance_id]
        book.promise(balance, taking.quantity, order_id=order_id, line_id=taking.line_id, until=expires_at)
    book.close()
    for one, found in agreed:
        if one.destination.gathered_at:
            _list_for(one.destination.gathered_at, order_id, found.takings, book, one.places)
    if expires_at is None and any(parcel.sources for _plan, found in agreed for parcel in found.parcels):
        notices.transfers_wanted(order_id, at=at)
    return [found for _plan, found in agreed]


def _out_of_stock(short: NotEnough) -> OutOfStock:
    return OutOfStock(
        product_id=short.product_id, title=queries.title(short.product_id), wanted=short.wanted, available=short.available
    )  # fmt: skip


def _agree(plans: Sequence[Plan], at: datetime) -> tuple[Book, list[tuple[Plan, Route]]]:
    """Planned without a lock, then asked again under the locks of the places chosen, or at last of all places."""
    product_ids = set().union(*(one.product_ids for one in plans))
    # Only the chosen places are locked, so orders at other places go on. Rolled back, the locks are free again; if all is
    # well, the savepoint ends with the transaction: one statement less while others wait.
    before = transaction.savepoint()
    try:
        chosen = set().union(*(one.chosen for one in plans))
        book = Book(location_ids=chosen, product_ids=product_ids, at=at)
        return book, [(one, _keep_reasons(_routed(one, book, one.chosen), one)) for one in plans]
    except NotEnough:  # somebody was quicker, or units must first be taken from holds that ran out
        transaction.savepoint_rollback(before)
        plans = [_with_places(one, at) for one in plans]
        book = Book(location_ids=set().union(*(one.everywhere for one in plans)), product_ids=product_ids, at=at)
        book.release_expired()
        return book, [(one, _routed(one, book, one.everywhere)) for one in plans]


def _with_places(plan: Plan, at: datetime) -> Plan:
    """A place that had everything now lacks something: others are compared as well."""
    if plan.places:
        return plan
    return replace(plan, places=queries.seen_from(plan.destination, plan.everywhere, at=at))


def _routed(plan: Plan, book: Book, location_ids: Collection[int]) -> Route:
    """Over what the locked balances of these places may promise."""
    supplies = [supply for supply in book.supplies(plan.terms) if supply.location_id in location_ids]
    return route(plan.wants, supplies, plan.places, plan.destination)


def _keep_reasons(agreed: Route, plan: Plan) -> Route:
    """Among the chosen places alone there is no choice left to explain: the plan's reasons stand."""
    if plan.destination.gathered_at:
        return agreed
    reasons = {parcel.location_id: parcel.reason for parcel in plan.route.parcels}
    return Route([replace(p, reason=reasons.get(p.location_id, Reason.ONLY)) for p in agreed.parcels], agreed.takings)


def _list_for(place: int, order_id: int, takings: list[Taking], book: Book, places: Mapping[int, Place]) -> None:
    """Each place that brings something has it on the list of what it sends there for this order."""
    sources = sorted({taking.location_id for taking in takings} - {place})
    if not sources:
        return
    lists = Transfer.objects.bulk_create(
        Transfer(
            source_id=source, target_id=place, order_id=order_id, expected_on=places[source].there_on, created_at=book.at
        )
        for source in sources
    )  # fmt: skip
    of_source = {one.source_id: one for one in lists}
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=of_source[taking.location_id], lot=book.balances[taking.balance_id].lot,
            quantity=taking.quantity, order_line_id=taking.line_id,
        )
        for taking in takings if taking.location_id != place
    )  # fmt: skip


@transaction.atomic
def release(
    *, order_id: int, at: datetime, location_id: int | None = None, line_ids: Collection[int] | None = None
) -> None:
    """The order's units (at one place, of some lines, or all) are free for others, and stay so."""
    if location_id is None:
        let_go(order_id=order_id, line_ids=line_ids, at=at)
    holds = of_lines(holds=Hold.objects.active().filter(order_id=order_id).order_by("pk"), line_ids=line_ids)
    holds = holds.filter(balance__location_id=location_id) if location_id else holds
    book = Book.of(holds, at)
    rows = list(holds)
    for row in rows:
        book.end(row, "released_at")
    book.close()
    # Without a date it cannot be mistaken for a lapsed hold, which a late payment may still revive.
    Hold.objects.filter(pk__in=[row.pk for row in rows]).update(expires_at=None)


@transaction.atomic
def release_expired(*, at: datetime, limit: int = 500) -> int:
    """Holds that ran out no longer count; a payment that comes late may find the units gone."""
    oldest = Hold.objects.expired_at(at).order_by("expires_at").values_list("pk", flat=True)[:limit]
    book = Book.of(Hold.objects.filter(pk__in=list(oldest)), at)
    released = book.release_expired()
    book.close()
    return released
