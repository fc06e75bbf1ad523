"""The one writer. Lock balances in pk order, look again, then write: nothing else touches these tables.

A transaction opens one Book: two would lock balances in two orders and could wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from catalogue.actions import touch
from marketplace import rows
from marketplace.stock.models import Balance, Hold, Lot, Movement, Shortage
from marketplace.stock.routing import Supply
from marketplace.stock.standing import Standing, Terms, settled

from .mirror import mirror

Spot = tuple[int, int]  # location, product
COLUMNS = (
    "balance", "kind", "quantity", "key", "cause", "by", "device", "reason", "happened_at", "recorded_at"
)  # fmt: skip
# By hand, for all who want one balance wait while it is asked; Django takes longer to word it than PostgreSQL to answer.
# NO KEY: new holds of others may name the row meanwhile, only its figures are ours.
LOCKED = """
    SELECT balance.id, balance.location_id, balance.lot_id, balance.on_hand, balance.held
      FROM stock_balance AS balance JOIN stock_lot AS lot ON lot.id = balance.lot_id
     WHERE balance.location_id = ANY(%(places)s) AND lot.product_id = ANY(%(products)s)
       AND (%(lot)s::bigint IS NULL OR lot.id = %(lot)s)
     ORDER BY balance.id FOR NO KEY UPDATE OF balance
"""
LOTS = """
    SELECT id, product_id, code, made_on, best_before, unknown, frozen_at, frozen_because, demonstration
      FROM stock_lot WHERE id = ANY(%s)
"""
# All balances of the products of an order at the places that keep them, as a book would lock them.
OF_ORDER = """
    WITH kept AS (
        SELECT balance.location_id, lot.product_id FROM stock_hold AS hold
          JOIN stock_balance AS balance ON balance.id = hold.balance_id JOIN stock_lot AS lot ON lot.id = balance.lot_id
         WHERE hold.order_id = %s AND hold.issued_at IS NULL)
    SELECT FROM stock_balance AS balance JOIN stock_lot AS lot ON lot.id = balance.lot_id
     WHERE balance.location_id IN (SELECT location_id FROM kept) AND lot.product_id IN (SELECT product_id FROM kept)
     ORDER BY balance.id FOR NO KEY UPDATE OF balance
"""
# One exchange with the server instead of two while others wait.
WRITTEN = """
    WITH promised AS (
        INSERT INTO stock_hold (balance_id, order_id, order_line_id, quantity, expires_at, created_at)
        SELECT *, now() FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::integer[], %s::timestamptz[]))
    UPDATE stock_balance AS balance SET on_hand = new.on_hand, held = new.held
      FROM unnest(%s::bigint[], %s::integer[], %s::integer[]) AS new (id, on_hand, held) WHERE balance.id = new.id
"""


def lock(location_ids: Iterable[int], product_ids: Iterable[int], lot_id: int | None = None) -> list[Balance]:
    """The balances as they are now and stay until the transaction ends, with their lots.

    Lots are read after the lock is had: one frozen while this waited is seen frozen.
    """
    asked = {"places": list(location_ids), "products": list(product_ids), "lot": lot_id}
    balances = list(Balance.objects.raw(LOCKED, asked))
    ids = list({balance.lot_id for balance in balances})
    lots = {lot.pk: lot for lot in Lot.objects.raw(LOTS, [ids])} if ids else {}
    for balance in balances:
        balance.lot = lots[balance.lot_id]
    return balances


def lock_for(*, order_id: int) -> None:
    """Nobody ends the order's holds meanwhile. For who only looks at them: it is quicker than a book."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ORDER, [order_id])


def _serves(lot: Lot, today: date) -> bool:
    """Goods past their date, and recalled ones, are promised to nobody."""
    return lot.frozen_at is None and (lot.best_before is None or lot.best_before >= today)


@dataclass(slots=True)
class Move:
    """A movement as a book knows it. A row object would take twenty times as long to make, and tills make thousands."""

    balance: Balance
    kind: str
    quantity: int
    key: str
    happened_at: datetime
    cause: str = ""
    by: Any = None
    device: str = ""
    reason: str = ""

    def row(self, recorded_at: datetime) -> tuple[Any, ...]:
        """In the order of the columns."""
        who = self.by and self.by.pk
        facts = self.balance.pk, str(self.kind), self.quantity, self.key, self.cause, who, self.device, self.reason
        return *facts, self.happened_at, recorded_at


def _expiring(balance: Balance) -> tuple[bool, date, int]:
    """Sorts the lot that expires first in front, and the unknown last."""
    return balance.lot.unknown, balance.lot.best_before or date.max, balance.pk


class Book:
    """Locked balances of some products at some places; changes are made in memory and written once, in bulk."""

    def __init__(self, *, location_ids: Iterable[int], product_ids: Iterable[int], at: datetime) -> None:
        location_ids, product_ids = set(location_ids), set(product_ids)
        self.at = at
        touch(product_ids=product_ids)  # whatever happens to them; now, so that nobody waits for the balances meanwhile
        self.balances = {balance.pk: balance for balance in lock(location_ids, product_ids)}
        self._found = {pk: (one.on_hand, one.held) for pk, one in self.balances.items()}
        self._spots: dict[Spot, list[Balance]] = defaultdict(list)
        self._spot_of: dict[int, Spot] = {}  # of each balance
        for balance in self.balances.values():
            self._place(balance)
        self.movements: list[Move] = []
        self._weighed = 0  # so many of the movements
        self._short: list[tuple[Move, int]] = []
        self._changed: set[int] = set()
        self._holds: list[tuple[int, int, int, int, datetime | None]] = []
        self._ended: dict[str, list[Hold]] = {"released_at": [], "issued_at": [], "sent_at": []}
        self._before: dict[Spot, tuple[int, int]] = {}
        self._look()

    @classmethod
    def of(cls, holds: Any, at: datetime) -> "Book":
        """Every balance these holds may touch, whichever lot of their products they came from."""
        spots = list(holds.values_list("balance__location_id", "balance__lot__product_id").order_by().distinct())
        return cls(
            location_ids=[place for place, _product in spots], product_ids=[product for _place, product in spots], at=at
        )

    def release_expired(self, *, sparing: int | None = None) -> int:
        """Units promised to nobody any more are free, except those of the order `sparing`."""
        expired = Hold.objects.filter(balance_id__in=list(self.balances)).expired_at(self.at)
        holds = [hold for hold in expired.order_by("pk") if hold.order_id != sparing]
        for hold in holds:
            self.end(hold, "released_at")
        self._look()
        return len(holds)

    def at_spot(self, location_id: int, product_id: int) -> list[Balance]:
        """Balances of a product at a place, the lot that expires first in front."""
        here = self._spots[location_id, product_id]
        return sorted(here, key=_expiring) if len(here) > 1 else list(here)

    def supplies(self, terms: Terms) -> list[Supply]:
        """What may still be promised out of the locked balances: nothing of a lot past its date or frozen."""
        today = timezone.localdate(self.at)
        rows = [
            Standing(b.pk, b.location_id, b.lot.product_id, b.on_hand, b.held, b.lot.best_before, _serves(b.lot, today))
            for b in self.balances.values()
        ]
        return settled(rows, terms)

    def unknown(self, location_id: int, product_id: int) -> Balance:
        """The balance that takes what no lot on the books can account for."""
        for balance in self.at_spot(location_id, product_id):
            if balance.lot.unknown:
                return balance
        lot, _ = Lot.objects.get_or_create(product_id=product_id, unknown=True, defaults={"code": "?"})
        return self.opened(location_id, lot)

    def opened(self, location_id: int, lot: Lot) -> Balance:
        """The balance of a lot that was not on the place's books; locked like the others."""
        Balance.objects.bulk_create([Balance(location_id=location_id, lot=lot)], ignore_conflicts=True)
        [balance] = lock([location_id], [lot.product_id], lot.pk)
        if balance.pk in self.balances:
            return self.balances[balance.pk]
        self.balances[balance.pk] = balance
        self._found[balance.pk] = balance.on_hand, balance.held
        self._place(balance)
        return balance

    def _place(self, balance: Balance) -> None:
        spot = self._spot_of[balance.pk] = balance.location_id, balance.lot.product_id
        self._spots[spot].append(balance)

    def move(self, balance: Balance, kind: str, quantity: int, **facts: Any) -> Move:
        """`on_hand` changes, and the ledger says why."""
        balance.on_hand += quantity
        self._changed.add(balance.pk)
        facts.setdefault("happened_at", self.at)
        move = Move(balance, kind, quantity, **facts)
        self.movements.append(move)
        return move

    def undo(self, since: int) -> None:
        """All but so many movements have not been."""
        for move in self.movements[since:]:
            move.balance.on_hand -= move.quantity
        del self.movements[since:]

    def weigh(self) -> None:
        """An event is complete: where it left less than is promised, a shortage opens by as much as that grew worse."""
        last: dict[Spot, Move] = {}
        for move in self.movements[self._weighed :]:
            spot = self._spot_of[move.balance.pk]
            if move.quantity < 0 or spot not in last:
                last[spot] = move
        self._weighed = len(self.movements)
        for spot, move in last.items():
            now, promised = self._lacks(spot), sum(b.held for b in self._spots[spot])
            worse = max(lacks - before for lacks, before in zip(now, self._before[spot], strict=True))
            if min(worse, promised) > 0 > move.quantity:
                self._short.append((move, min(worse, promised)))
            self._before[spot] = now

    def promise(self, balance: Balance, quantity: int, *, order_id: int, line_id: int, until: datetime | None) -> None:
        """Units of the balance belong to an order line."""
        balance.held += quantity
        self._changed.add(balance.pk)
        self._holds.append((balance.pk, order_id, line_id, quantity, until))

    def end(self, hold: Hold, how: str) -> None:
        """A promise is `released_at`, `issued_at` or `sent_at` now: it no longer counts in `held`."""
        self.balances[hold.balance_id].held -= hold.quantity
        self._changed.add(hold.balance_id)
        self._ended[how].append(hold)

    def standing(self) -> QuerySet[Hold]:
        """The promises of its balances that it found, but for those that it has ended itself."""
        ended = [hold.pk for holds in self._ended.values() for hold in holds]
        return Hold.objects.active().filter(balance__in=list(self.balances)).exclude(pk__in=ended).order_by("pk")

    def shorten(self, hold: Hold, units: int) -> None:
        """So many units of a promise are released; a new one stands for the rest."""
        self.end(hold, "released_at")
        if hold.quantity > units:
            balance, line = self.balances[hold.balance_id], hold.order_line_id
            left = hold.quantity - units
            self.promise(balance, left, order_id=hold.order_id, line_id=line, until=hold.expires_at)

    def recorded(self, key: str) -> list[Move]:
        """What the event of this key moved before; not empty means it must not be moved again."""
        found = Movement.objects.filter(key__startswith=f"{key}:").select_related("balance__lot", "by").order_by("pk")
        return [Move(**{field.name: getattr(one, field.name) for field in fields(Move)}) for one in found]

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the movements' keys that are in the ledger already."""
        return set(Movement.objects.filter(key__among=keys).values_list("key", flat=True))

    def close(self) -> list[Shortage]:
        """Everything is written, with Oscar's mirror of it; returns the shortages that opened."""
        self.weigh()
        now = timezone.now()
        rows.copy(Movement, COLUMNS, [move.row(now) for move in self.movements])
        for how, holds in self._ended.items():
            if holds:
                Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(**{how: self.at})
        changed = [self.balances[pk] for pk in sorted(self._changed)]
        if not changed:
            return []
        self._write(changed)
        opened = self._open_shortages() if self._short else []
        mirror(changes=self._changes(changed), at=self.at)
        return opened

    def _write(self, changed: Iterable[Balance]) -> None:
        """New promises, and the balances as they are now."""
        promised = list(zip(*self._holds, strict=True)) or [()] * 5
        stands = zip(*((b.pk, b.on_hand, b.held) for b in changed), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [list(values) for values in (*promised, *stands)])

    def _changes(self, changed: Iterable[Balance]) -> dict[int, tuple[int, int]]:
        """By how many units `on_hand` and `held` of each product have changed here."""
        sums: dict[int, tuple[int, int]] = {}
        for balance in changed:
            (on_hand, held), (_, product) = self._found[balance.pk], self._spot_of[balance.pk]
            moved, promised = sums.get(product, (0, 0))
            sums[product] = moved + abs(balance.on_hand - on_hand), promised + balance.held - held
        return sums

    def _open_shortages(self) -> list[Shortage]:
        written = Movement.objects.filter(key__among=[move.key for move, _ in self._short])
        numbers = dict(written.values_list("key", "pk"))
        return Shortage.objects.bulk_create(
            Shortage(balance=move.balance, movement_id=numbers[move.key], quantity=units, opened_at=self.at)
            for move, units in self._short
        )

    def _lacks(self, spot: Spot) -> tuple[int, int]:
        """Units promised beyond what is on hand at a place: beyond all of it, and beyond what is not recalled."""
        here = self._spots[spot]
        promised = sum(b.held - b.on_hand for b in here)
        recalled = sum(b.on_hand for b in here if b.lot.frozen_at)
        return max(0, promised), max(0, promised + recalled)

    def _look(self) -> None:
        self._before = defaultdict(lambda: (0, 0), {spot: self._lacks(spot) for spot in self._spots})
