"""What Oscar asks for price and availability: the price record says how much, the ledger says how many."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.availability import Base as Availability
from oscar.apps.partner.availability import StockRequired, Unavailable
from oscar.apps.partner.prices import Base as Price
from oscar.apps.partner.prices import TaxInclusiveFixedPrice
from oscar.apps.partner.prices import Unavailable as NoPrice
from oscar.apps.partner.strategy import PurchaseInfo, Structured

from marketplace.money import included_tax

from .models import StockRecord


class NotForSale(Unavailable):
    """Whoever tries to buy reads a sentence; Oscar has one word."""

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        return False, _("This product is not for sale at the moment.")


class Strategy(Structured):
    """Lives for one request. `prime` loads many products in two queries; what was not primed is asked for singly."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._available: dict[int, int] = {}
        self._records: dict[int, StockRecord | None] = {}

    def prime(self, product_ids: Iterable[int]) -> None:
        """Prices and availability of these products are here."""
        from marketplace.stock import queries  # the ledger stands above; Oscar loads this module while models load

        wanted = [pk for pk in dict.fromkeys(product_ids) if pk not in self._available or pk not in self._records]
        if wanted:
            self._available |= queries.available(wanted)
            records = StockRecord.objects.filter(product_id__in=wanted)
            self._records |= dict.fromkeys(wanted) | {record.product_id: record for record in records}

    def fetch_for_line(self, line: Any, stockrecord: StockRecord | None = None) -> PurchaseInfo:
        """By the line's own record; the whole basket is primed at its first line."""
        if line.product_id not in self._available:
            self.prime([line.product_id, *(other.product_id for other in line.basket.all_lines())])
        info = self.fetch_for_product(line.product, stockrecord=line.stockrecord)
        return info._replace(price=self.price_of_line(line))

    def price_of_line(self, line: Any) -> Price:
        """For as many pieces as the line has, or what they cost in their box."""
        return self.pricing_policy(line.product, line.stockrecord, line.quantity, line.price_in_box)

    def select_stockrecord(self, product: Any) -> StockRecord | None:
        self.prime([product.pk])
        return self._records[product.pk]

    def pricing_policy(
        self, product: Any, stockrecord: StockRecord | None, quantity: int = 1, agreed: Any = None
    ) -> Price:
        if stockrecord is None or stockrecord.price is None:
            return NoPrice()
        price = stockrecord.price_for(quantity) if agreed is None else agreed
        tax = included_tax(price, stockrecord.vat_percent)
        return TaxInclusiveFixedPrice(stockrecord.price_currency, excl_tax=price - tax, tax=tax)

    def availability_policy(self, product: Any, stockrecord: StockRecord | None) -> Availability:
        for_sale = product.may_be_sold and stockrecord and stockrecord.price is not None
        if not for_sale:
            return NotForSale()
        self.prime([product.pk])
        return StockRequired(self._available[product.pk])

    def parent_pricing_policy(self, product: Any, children_stock: Any) -> Price:
        """Products here have no variants; a parent is a heading of Oscar's, without a price."""
        return NoPrice()

    def parent_availability_policy(self, product: Any, children_stock: Any) -> Availability:
        return NotForSale()


class Selector:
    """Oscar's way to a strategy."""

    def strategy(self, request: HttpRequest | None = None, user: Any = None, **kwargs: Any) -> Strategy:
        return Strategy(request)
