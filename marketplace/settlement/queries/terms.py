"""The percents of one sale: as place and producer agreed when it was sold, and as the law was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from catalogue.labels import SERVICES
from catalogue.models import Product
from marketplace.money import ZERO
from marketplace.partner.queries import Agreed

from ..models import TaxRate
from ..shares import Percents

Nature = TaxRate.Nature


class Rates:
    """All the tax rates there are; they are few."""

    def __init__(self) -> None:
        self._rows = list(TaxRate.objects.order_by("-valid_from"))

    def at(self, kind: str, nature: str, day: date) -> TaxRate | None:
        """The one that applies; who is not in the table pays the tax without us."""
        found = (row for row in self._rows if (row.producer_kind, row.nature) == (kind, nature))
        return next((row for row in found if row.valid_from <= day), None)


def services(product_ids: Collection[int | None]) -> set[int]:
    """Those of the products that are services: of a group of the programme that sells no goods."""
    group = Q()
    for code in SERVICES:
        group |= Q(categories__code=code) | Q(categories__code__startswith=f"{code}.")
    rows = Product.objects.filter(group, pk__in=[pk for pk in product_ids if pk])
    return set(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Seller:
    """Whose goods they are, and the commission where nothing is agreed."""

    producer_id: int
    kind: str
    percent: Decimal


class Terms:
    """Everything that is needed to share the sales of some producers."""

    def __init__(self, producer_ids: Collection[int], product_ids: Collection[int | None]) -> None:
        self._agreed, self._rates, self._services = Agreed(producer_ids), Rates(), services(product_ids)

    def online(
        self, seller: Seller, location_id: int, product_id: int | None, *, sold_at: datetime, done_at: datetime
    ) -> Percents:
        """As was agreed when it was ordered; tax is withheld when the buyer has it."""
        nature = Nature.SERVICE if product_id in self._services else Nature.GOODS
        rate = self._rates.at(seller.kind, nature, timezone.localdate(done_at))
        vat, pit = (rate.vat_percent, rate.pit_percent) if rate else (ZERO, ZERO)
        return Percents(self._commission(seller, location_id, sold_at), vat, pit)

    def till(self, seller: Seller, location_id: int, *, at: datetime) -> Percents:
        return Percents(self._commission(seller, location_id, at))

    def buys_firm(self, seller: Seller, location_id: int, *, at: datetime) -> bool:
        agreed = self._agreed.at(location_id, seller.producer_id, at)
        return agreed is not None and agreed.is_firm

    def _commission(self, seller: Seller, location_id: int, at: datetime) -> Decimal:
        """Consigned goods that are sold while a firm purchase is agreed bear what the producer usually pays."""
        agreed = self._agreed.at(location_id, seller.producer_id, at)
        return seller.percent if agreed is None or agreed.is_firm else agreed.commission_percent
