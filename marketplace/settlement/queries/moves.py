"""What tills sold and took back, and what places bought: as the ledger tells it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from catalogue.models import Product
from marketplace.money import ZERO
from marketplace.partner.models import StockRecord
from marketplace.stock import queries as stock
from marketplace.stock.queries import Bought, Moved
from marketplace.tills.queries import Told, told

from ..fresh import Fresh
from ..models import Entry
from ..shares import Shares, shared
from .terms import Seller, Terms

Kind = Entry.Kind
TOLD = re.compile(r"till:\d+:")  # by the event's number; any other name `prove` complains of


def entries_of(moves: Sequence[Moved]) -> Iterator[Fresh]:
    """What these movements of tills, and these purchases, bring."""
    goods = Goods(moves)
    yield from (entry for move in moves if move.unit_price for entry in _bought(move, goods))
    yield from _tills([move for move in moves if TOLD.match(move.key)], goods)


class Goods:
    """Whose the moved products are, what they are called, and on what terms they are sold."""

    def __init__(self, moves: Iterable[Moved]) -> None:
        ids = {move.product_id for move in moves}
        facts = ("pk", "title", "producer_id", "producer__kind", "producer__commission_percent")
        rows = Product.objects.filter(pk__in=ids, producer__isnull=False).values_list(*facts)
        self.titles = {row[0]: row[1] for row in rows}
        self.sellers = {row[0]: Seller(*row[2:]) for row in rows}
        self.terms = Terms({seller.producer_id for seller in self.sellers.values()}, ids)
        self.bought = Bought()

    def consigned(self, move: Moved) -> bool:
        """Its producer's until it is sold. What no receipt accounts for is whose such goods are at that place."""
        seller = self.sellers.get(move.product_id)
        if seller is None or move in self.bought:
            return False
        return not (move.unknown and self.terms.buys_firm(seller, move.location_id, at=move.happened_at))


def _bought(move: Moved, goods: Goods) -> Iterator[Fresh]:
    """Owed at once, whatever becomes of the goods."""
    if seller := goods.sellers.get(move.product_id):
        shares = Shares((move.unit_price or ZERO) * move.quantity)
        title = goods.titles[move.product_id]
        yield Fresh(
            seller.producer_id, move.location_id, Kind.BOUGHT, f"bought:{move.pk}", title, move.lot, move.quantity,
            shares, move.happened_at,
        )  # fmt: skip


def _tills(moves: Sequence[Moved], goods: Goods) -> Iterator[Fresh]:
    """At the price that the till told, else at the shop's. Nothing is withheld at tills."""
    events = told({int(move.key.split(":")[1]) for move in moves})
    whole = stock.moved_by([f"till:{pk}" for pk in events])
    prices = _prices(move.product_id for move in moves)
    wanted = {move.key for move in moves}
    for pk, event in events.items():
        for move, price in zip(whole[f"till:{pk}"], _priced(whole[f"till:{pk}"], event), strict=False):
            if move.key in wanted and goods.consigned(move):
                yield _till(move, price if price is not None else prices.get(move.product_id, ZERO), event, goods)


def _priced(moves: Sequence[Moved], event: Told) -> Iterator[Decimal | None]:
    """The price of each movement: the ledger took the till's lines one after the other, each perhaps from several lots."""
    lines = iter(event.lines)
    left, price = 0, None
    for move in moves:
        if left == 0:
            left, price = next(lines, (abs(move.quantity), None))
        left -= abs(move.quantity)
        yield None if price is None else Decimal(price)


def _till(move: Moved, price: Decimal, event: Told, goods: Goods) -> Fresh:
    seller, sold = goods.sellers[move.product_id], move.quantity < 0
    percents = goods.terms.till(seller, move.location_id, at=move.happened_at)
    return Fresh(
        seller.producer_id, move.location_id, Kind.TILL if sold else Kind.TILL_BACK, move.key,
        goods.titles[move.product_id], event.till, -move.quantity, shared(price * -move.quantity, percents),
        move.happened_at, percents.commission,
    )  # fmt: skip


def _prices(product_ids: Iterable[int]) -> dict[int, Decimal]:
    rows = StockRecord.objects.filter(product__in=set(product_ids), price__isnull=False)
    return {product: price or ZERO for product, price in rows.values_list("product_id", "price")}
