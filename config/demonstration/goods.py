"""Prices, label facts, renewed certificates and stock for the products of the register."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from catalogue.illustrations import kind_of
from catalogue.models import Product
from marketplace.certificates import actions as certificates
from marketplace.folding import fold
from marketplace.locations.models import Location
from marketplace.partner.models import StockRecord
from marketplace.stock import actions as stock

from .tables import rows

COOL = {
    "ca-tuoi", "kem", "tom", "de", "kho-ech", "cha-lua", "cha-thit", "cha-ngu-sac", "nem-nuong", "so", "vem",
}  # fmt: skip
HOURS = {"ca-tuoi": 24, "cua": 24, "so": 24, "vem": 24}  # alive or fresh: so long may it travel
FRAGILE = {"duong-hu", "mat-ong", "mat-thot-not", "ruou", "ruou-vang", "nuoc-mam", "tinh-dau", "tranh-la"}
FACTS = ("net_quantity", "ingredients", "usage", "storage")
TRAVEL = ("keep_cool", "travel_hours_max", "fragile")
MORE_FACTS = (*TRAVEL, "weight_grams", "shelf_life_days", "ethanol_percent", "warnings", "origin", "demonstration")


def label(product: Product, kind: dict[str, str]) -> None:
    """The product's label says what such goods usually say; a fact that is there stays."""
    for name in FACTS:
        setattr(product, name, getattr(product, name) or kind[name])
    product.weight_grams = int(kind["weight_grams"])
    product.keep_cool, product.fragile = kind["kind"] in COOL, kind["kind"] in FRAGILE
    product.travel_hours_max = HOURS.get(kind["kind"])
    product.shelf_life_days = product.shelf_life_days or (int(kind["shelf_life_days"] or 0) or None)
    if kind["ethanol_percent"] and not product.ethanol_percent:
        product.ethanol_percent = Decimal(kind["ethanol_percent"])
        product.warnings = product.warnings or "Không dùng cho người dưới 18 tuổi. Đã uống rượu bia thì không lái xe."
    product.origin = product.origin or "An Giang, Việt Nam"
    product.demonstration = True
    product.save(update_fields=[*FACTS, *MORE_FACTS])


def price(product: Product, kind: dict[str, str], number: int) -> None:
    """A price as such goods have; several of a kind differ by a tenth each, in thousands of đồng."""
    amount = Decimal(kind["price"]) * (100 + 10 * (number % 4)) / 100
    StockRecord.objects.get_or_create(
        product=product,
        defaults={
            "partner": product.producer, "partner_sku": f"AG{product.pk:05}", "price_currency": "VND",
            "price": (amount / 1000).quantize(Decimal(1)) * 1000, "low_stock_threshold": 5,
            "vat_percent": 8 if product.producer.kind == "enterprise" else 0,  # households pay on turnover, outside the price
        },
    )  # fmt: skip


def goods(points: list[Location], *, at: datetime) -> int:
    """Every product of a known producer is labelled, priced and in stock somewhere; returns how many."""
    kinds = {row["kind"]: row for row in rows("kinds.csv")}
    listed = Product.objects.filter(producer__isnull=False).select_related("producer__store").order_by("pk")
    for number, product in enumerate(listed):
        kind = kinds[kind_of(product.title)]
        label(product, kind)
        price(product, kind, number)
        _stock(product, points, number, at=at)
    return len(listed)


def _stock(product: Product, points: list[Location], number: int, *, at: datetime) -> None:
    """Some at the maker's store, some at two or three points; every eleventh product is sold out."""
    if number % 11 == 7:
        return
    day = timezone.localdate(at)
    made = day - timedelta(days=10)
    days = product.shelf_life_days
    places = [product.producer.store, *(points[(number + step) % len(points)] for step in range(number % 3 + 1))]
    for rank, place in enumerate(places):
        stock.receive(
            location=place, product=product, quantity=4 + (number * 5 + rank * 7) % 26, at=at,
            lot_code=f"MH-{made:%y%m%d}", made_on=made, best_before=made + timedelta(days=days) if days else None,
            key=f"demonstration:{product.pk}:{place.pk}", demonstration=True,
        )  # fmt: skip


def renewals() -> int:
    """About forty certificates are renewed with the stars they had; each says that it is invented."""
    by_name = {fold(product.title): product for product in Product.objects.prefetch_related("certificates")}
    renewed = 0
    for number, row in enumerate(rows("renewals.csv"), start=1):
        product = by_name.get(fold(row["title"]))
        stars = max((c.stars or 0 for c in product.certificates.all()), default=0) if product else 0
        if product and stars >= 3:
            renewed += 1
            _renew(product, stars, date.fromisoformat(row["decided_on"]), number)
    return renewed


def _renew(product: Product, stars: int, day: date, number: int) -> None:
    certificates.record(
        product=product, stars=stars, decision_number=f"MH-{number:03}/QĐ-MINH-HOA", decided_on=day, by=None,
        tier="province", authority="Dữ liệu minh họa", demonstration=True,
    )  # fmt: skip
