"""Units that were promised and are not there: others are found, or the promise ends. Callers hold the order's lock."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from marketplace.stock import notices, queries
from marketplace.stock.models import Balance, Hold, Lot, Movement, Shortage, Transfer, TransferLine
from marketplace.stock.queries import recalled
from marketplace.stock.routing import Destination, NotEnough, Place, Route, Supply, Want, route

from .ledger import Book

Status = Transfer.Status


@dataclass(frozen=True, slots=True)
class Found:
    """Units for an order line, where they are now promised and why there; nowhere when no place has them."""

    line_id: int
    quantity: int
    location_id: int | None = None
    reason: str = ""


@transaction.atomic
def find_others(
    *, order_id: int, location_id: int, product_id: int, units: int, destination: Destination, barred: Collection[int],
    line_ids: Collection[int], at: datetime,
) -> list[Found]:  # fmt: skip
    """What the place promised the order beyond what it has, at most so many units, is promised by others.

    What nobody else has is promised no more. `line_ids` are those of the order that go the same way.
    """
    search = _Search(order_id, product_id, destination, {*barred, location_id}, line_ids, at, also=location_id)
    lost, until, ended = _let_go(search.book, order_id, (location_id, product_id), units)
    found = search.promise(lost, until)
    search.close(lost_at=location_id)
    # Without a date it cannot be mistaken for a lapsed hold, which a late payment may still revive.
    Hold.objects.filter(pk__in=ended).update(expires_at=None)
    return found


@transaction.atomic
def find(
    *,
    order_id: int,
    want: Want,
    destination: Destination,
    barred: Collection[int],
    line_ids: Collection[int],
    until: datetime | None,
    at: datetime,
) -> list[Found]:
    """As many of the wanted units as there are anywhere are promised to the order's line."""
    search = _Search(order_id, want.product_id, destination, barred, line_ids, at)
    found = search.promise(Counter({want.line_id: want.quantity}), until)
    search.close()
    return found


@transaction.atomic
def close_covered(*, location_id: int, product_id: int, outcome: str, at: datetime) -> int:
    """Cases are closed as soon as the place has again what it promises. How many units it still lacks."""
    book = Book(location_ids=[location_id], product_ids=[product_id], at=at)
    book.release_expired()
    lacking = _lacking(book, (location_id, product_id))
    book.close()
    if not lacking:
        here = {"balance__location_id": location_id, "balance__lot__product_id": product_id}
        Shortage.objects.filter(closed_at=None, movement__isnull=False, **here).update(closed_at=at, outcome=outcome)
    return lacking


@transaction.atomic
def replace(
    *, order_id: int, lot_id: int, location_id: int, destination: Destination, barred: Collection[int],
    line_ids: Collection[int], at: datetime,
) -> list[Found]:  # fmt: skip
    """What the order was promised of the lot at the place, or is sent there, it gets out of others, at any place.

    The lot is recalled, or does not keep until the day of that destination. What nobody else has is promised no more.
    """
    product_id = Lot.objects.values_list("product_id", flat=True).get(pk=lot_id)
    search = _Search(order_id, product_id, destination, barred, line_ids, at, also=location_id)
    holds = list(Hold.objects.active().filter(recalled.held_of(lot_id, location_id), order_id=order_id).order_by("pk"))
    lost: Counter[int] = Counter()
    for hold in holds:
        search.book.end(hold, "released_at")
        lost[hold.order_line_id] += hold.quantity
    for line in recalled.bound_on_the_way(lot_id, location_id).filter(transfer__order_id=order_id):
        lost[line.order_line_id or 0] += line.on_its_way
        TransferLine.objects.filter(pk=line.pk).update(order_line_id=None)  # it arrives for nobody
    found = search.promise(lost, holds[0].expires_at if holds else None)
    search.close(lost_at=location_id)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(expires_at=None)  # as above: it has not lapsed
    return found


@transaction.atomic
def close_recalled(*, case_id: int, at: datetime) -> None:
    """The case of a recall is closed once nobody waits for pieces of the lot there."""
    case = Shortage.objects.recalled().select_related("balance").filter(pk=case_id).first()
    if case and not recalled.orders(case.balance.lot_id, case.balance.location_id, at=at):
        Shortage.objects.filter(pk=case_id, closed_at=None).update(closed_at=at, outcome="recalled")


def lacking(*, book: Book, location_id: int) -> Counter[int]:
    """How many units of each product an open book's place has promised and does not have."""
    products = {balance.lot.product_id for balance in book.balances.values()}
    return Counter({product: _lacking(book, (location_id, product)) for product in products})


def open_arrived(*, book: Book, location_id: int, before: Counter[int]) -> None:
    """What came for orders and went into debts of the place, or is recalled, covers no promise: a case for each product."""
    opened = []
    known = Shortage.objects.recalled().filter(balance__in=book.balances)
    looked_after = set(known.values_list("balance_id", flat=True))  # recalled while it travelled
    moves = [move for move in book.movements if move.balance.pk not in looked_after]
    for product, units in (lacking(book=book, location_id=location_id) - before).items():
        keys = [move.key for move in moves if move.balance.lot.product_id == product]
        if not keys:
            continue
        movement = Movement.objects.filter(key__in=keys).order_by("-pk")[0]
        about = {"balance_id": movement.balance_id, "movement": movement, "opened_at": book.at}
        opened.append(Shortage.objects.create(quantity=units, **about))
    notices.stock_short(opened, at=book.at)


def take_up(*, transfer_line_id: int) -> bool:
    """What went missing on its way is the order's business no more: once, then False."""
    missing = TransferLine.objects.filter(pk=transfer_line_id, order_line_id__isnull=False, missing__gt=0)
    return bool(missing.update(order_line_id=None))


def write_list(*, draft: Transfer, line_ids: Collection[int]) -> None:
    """An order's locked draft lists what is held of these lines at its source; without any it is gone."""
    held = _held(draft.order_id or 0, draft.source_id, line_ids).order_by("pk")
    rows = list(held.values_list("balance__lot_id", "order_line_id", "quantity"))
    draft.lines.all().delete()
    TransferLine.objects.bulk_create(
        TransferLine(transfer=draft, lot_id=lot, order_line_id=line, quantity=units) for lot, line, units in rows
    )
    if not rows:
        draft.delete()


def _held(order_id: int, location_id: int, line_ids: Collection[int]) -> QuerySet[Hold]:
    here = Hold.objects.active().filter(order_id=order_id, balance__location_id=location_id)
    return here.filter(order_line_id__in=line_ids)


class _Search:
    """Every place that has the product, locked, and the router over what they may still promise."""

    def __init__(
        self, order_id: int, product_id: int, destination: Destination, barred: Collection[int], line_ids: Collection[int],
        at: datetime, also: int | None = None,
    ) -> None:  # fmt: skip
        self.order_id, self.product_id, self.destination, self.at = order_id, product_id, destination, at
        self.line_ids = line_ids
        # Transfers before balances, as everywhere: what leaves meanwhile has left.
        locked = list(Transfer.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("pk"))
        self.known = queries.told_lists(order_id) if any(one.status == Status.DRAFT for one in locked) else []
        here = destination.gathered_at
        rows, self.terms = queries.standing([product_id], at=at, ships=True, points=[here] if here else [])
        everywhere = {row.location_id for row in rows} | ({also} if also else set())
        self.places = queries.seen_from(destination, everywhere, at=at)
        self.book = Book(location_ids=everywhere, product_ids=[product_id], at=at)
        self.book.release_expired(sparing=order_id)
        self.may_serve = {row.location_id for row in rows} - set(barred)
        self.sources: set[int] = set()
        self.until: datetime | None = None

    def promise(self, wanted: Counter[int], until: datetime | None) -> list[Found]:
        """As far as they go, to the lines in their order; the rest is found nowhere."""
        self.until = until
        wants = [Want(line, self.product_id, units) for line, units in sorted(wanted.items()) if units]
        supplies = [s for s in self.book.supplies(self.terms) if s.location_id in self.may_serve]
        agreed = _as_far_as_it_goes(wants, supplies, self.places, self.destination)
        reasons = {parcel.location_id: parcel.reason for parcel in agreed.parcels}
        found: Counter[tuple[int, int]] = Counter()
        for taking in agreed.takings:
            balance = self.book.balances[taking.balance_id]
            self.book.promise(balance, taking.quantity, order_id=self.order_id, line_id=taking.line_id, until=until)
            found[taking.line_id, taking.location_id] += taking.quantity
        self.sources = {taking.location_id for taking in agreed.takings}
        left = Counter(wanted)
        for (line, _place), units in found.items():
            left[line] -= units
        given = [Found(line, n, place, reasons.get(place, "")) for (line, place), n in found.items()]
        return given + [Found(line, units) for line, units in (+left).items()]

    def close(self, lost_at: int | None = None) -> None:
        """All is written; what the place where all is gathered lacks is on the lists of those who send it, and no more."""
        self.book.close()
        place = self.destination.gathered_at
        touched = {*self.sources, *({lost_at} if lost_at else ())} - {place}
        had = {source: self._relist(source) for source in sorted(touched)}
        fewer = notices.transfers_fewer(self.known, at=self.at)
        longer = {source: had[source] for source in sorted(self.sources - {place} - fewer)}
        if place and longer and not self.until:
            notices.transfers_wanted(self.order_id, at=self.at, longer=longer)

    def _relist(self, source: int) -> bool:
        """The order's draft from that place to where all is gathered lists what is held there; without any it is gone.

        Whether there was one before.
        """
        place = self.destination.gathered_at
        if place is None or place == source:
            return False
        drafts = Transfer.objects.filter(order_id=self.order_id, source_id=source, target_id=place)
        draft = drafts.filter(status=Status.DRAFT, lines__order_line_id__in=self.line_ids).first()
        had, day = draft is not None, self.places[source].there_on  # as if sent now, whatever was said at first
        if draft is None and not _held(self.order_id, source, self.line_ids).exists():
            return had
        if draft is None:
            about = {"order_id": self.order_id, "source_id": source, "target_id": place, "created_at": self.at}
            draft = Transfer.objects.create(**about, expected_on=day)
        else:
            Transfer.objects.filter(pk=draft.pk).update(expected_on=day)
        write_list(draft=draft, line_ids=self.line_ids)
        return had


def _as_far_as_it_goes(
    wants: Sequence[Want], supplies: Iterable[Supply], places: dict[int, Place], destination: Destination
) -> Route:
    """Not all or nothing: each line in turn what is left."""
    supplies = list(supplies)
    if not wants:
        return Route([], [])
    try:
        return route(wants, supplies, places, destination)
    except NotEnough as short:
        left, fewer = short.available, []
        for want in wants:
            units = min(want.quantity, left)
            left -= units
            if units:
                fewer.append(Want(want.line_id, want.product_id, units))
        return route(fewer, supplies, places, destination) if fewer else Route([], [])


def _lacking(book: Book, spot: tuple[int, int]) -> int:
    """How many units a place has promised and does not have. Recalled ones cover no promise, but what they owe is owed."""
    here = book.at_spot(*spot)
    promised = sum(balance.held for balance in here)
    sound = sum(min(0, one.on_hand) if one.lot.frozen_at else one.on_hand for one in here)
    return max(0, min(promised, promised - sound))


def _let_go(
    book: Book, order_id: int, spot: tuple[int, int], units: int
) -> tuple[Counter[int], datetime | None, list[int]]:
    """Promises that cannot be kept end: units by line, until when they had been promised, and the holds that ended.

    First those of lots that owe or are recalled, then the newest.
    """
    missing = min(units, _lacking(book, spot))
    here = [balance.pk for balance in book.at_spot(*spot)]
    rows = list(Hold.objects.active().filter(order_id=order_id, balance__in=here).order_by("-order_line_id", "-pk"))
    rows.sort(key=lambda row: _covered(book.balances[row.balance_id]))
    lost: Counter[int] = Counter()
    ended: list[int] = []
    for row in rows:
        gone = min(missing, row.quantity)
        if not gone:
            break
        book.shorten(row, gone)
        ended.append(row.pk)
        lost[row.order_line_id] += gone
        missing -= gone
    return lost, rows[0].expires_at if rows else None, ended


def _covered(balance: Balance) -> bool:
    """It has what it promises."""
    return balance.lot.frozen_at is None and balance.held <= balance.on_hand
