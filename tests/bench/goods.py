"""Thousands of invented products with prices, stars, lots and a ledger that adds up. Marked as demonstration, all of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalogue.models import Category, Product, ProductClass, ProductImage
from config.demonstration import carriers
from config.demonstration import places as demonstration
from marketplace.certificates.models import Certificate
from marketplace.folding import fold
from marketplace.locations.models import Location
from marketplace.partner.models import Partner, StockRecord
from marketplace.places.models import Commune, Province
from marketplace.search.actions import AT_ONCE, refresh
from marketplace.stock.models import Balance, Lot, Movement

STORES, PRODUCERS = 4, 40  # with the six sales points: ten locations
PIECES = 5_000  # at each place: no order of the bench meets an empty shelf


@dataclass(frozen=True)
class Kind:
    name: str
    group: str
    price: int
    ethanol: Decimal | None = None


KINDS = (
    Kind("Đường thốt nốt", "I", 45_000), Kind("Khô cá lóc", "I", 180_000), Kind("Mắm cá linh", "I", 65_000),
    Kind("Gạo Nàng Nhen", "I", 160_000), Kind("Xoài sấy dẻo", "I", 85_000), Kind("Bánh phồng", "I", 40_000),
    Kind("Trà mãng cầu", "II", 70_000), Kind("Rượu thốt nốt", "II", 150_000, Decimal("29.5")), Kind("Mật ong tràm", "I", 220_000),
    Kind("Tinh dầu tràm", "III", 95_000), Kind("Cao đinh lăng", "III", 210_000), Kind("Khăn thổ cẩm Chăm", "IV", 250_000),
    Kind("Giỏ đệm bàng", "IV", 120_000), Kind("Bon sai mai vàng", "V", 900_000),
)  # fmt: skip
MANNERS = ("nguyên chất", "hữu cơ", "gia truyền", "Bảy Núi", "thượng hạng", "không đường", "đóng hũ", "hộp quà Tết")
TEXT = "Làm theo cách của gia đình, từ nguyên liệu trong vùng, mỗi mẻ đều được ghi sổ. Dữ liệu sinh ra để đo tốc độ. "


def open_shop() -> None:
    """Six sales points, forty producers (four with a store of their own), and the delivery tariff."""
    province = Province.objects.get(code=settings.HOME_PROVINCE)
    demonstration.points()
    communes = list(Commune.objects.filter(province=province).order_by("pk")[:PRODUCERS])
    for number, commune in enumerate(communes):
        _producer(number, commune)
        if number == STORES - 1:
            list(demonstration.stores(at=timezone.now()))
    carriers.tariff(province)


def _producer(number: int, commune: Commune) -> None:
    name = f"Hộ kinh doanh đo tốc độ số {number + 1}"
    Partner.objects.create(
        name=name, folded=fold(name), kind=Partner.Kind.HOUSEHOLD, commune=commune, province=commune.province,
        street=f"Số {number + 1} đường Minh Họa", phone=f"+842963{number:06}", registration_number=f"DO-{number:04}",
        verified_at=timezone.now(), demonstration=True,
    )  # fmt: skip


@transaction.atomic
def add_products(first: int, last: int, *, at: datetime) -> None:
    """Products number `first` up to `last`, listed, priced, half of them with live stars, in stock at two or three places."""
    makers = list(Partner.objects.order_by("pk"))
    kind = ProductClass.objects.get(slug="goods")
    numbers = range(first, last)
    products = Product.objects.bulk_create(_product(n, makers[n % len(makers)], kind, at) for n in numbers)
    groups = dict(Category.objects.filter(depth=1).values_list("code", "pk"))
    link = Product.categories.through
    link.objects.bulk_create(
        link(product=p, category_id=groups[_kind(n).group]) for n, p in zip(numbers, products, strict=True)
    )
    StockRecord.objects.bulk_create(_price(n, p) for n, p in zip(numbers, products, strict=True))
    Certificate.objects.bulk_create(_certificate(n, p, at) for n, p in zip(numbers, products, strict=True) if n % 4)
    ProductImage.objects.bulk_create(
        ProductImage(product=p, original=f"listings/2026/11/do-{n}-1600.webp")
        for n, p in zip(numbers, products, strict=True) if n % 3 == 0
    )  # fmt: skip
    _fill_shelves(list(zip(numbers, products, strict=True)), at=at)


def _kind(number: int) -> Kind:
    return KINDS[number % len(KINDS)]


def _product(number: int, maker: Partner, kind: ProductClass, at: datetime) -> Product:
    title = f"{_kind(number).name} {MANNERS[number // len(KINDS) % len(MANNERS)]} số {number}"
    return Product(
        title=title, slug=slugify(fold(title)), upc=f"DO{number:06}", product_class=kind, producer=maker, is_public=True,
        description=TEXT * 4, net_quantity="500 g", ingredients="100 % nguyên liệu địa phương", origin="An Giang, Việt Nam",
        usage="Dùng ngay.", storage="Nơi khô mát.", shelf_life_days=365, ethanol_percent=_kind(number).ethanol,
        demonstration=True, date_created=at - timedelta(minutes=number),
    )  # fmt: skip


def _price(number: int, product: Product) -> StockRecord:
    return StockRecord(
        product=product, partner=product.producer, partner_sku=product.upc, price_currency="VND", low_stock_threshold=5,
        price=Decimal(_kind(number).price + number % 7 * 1_000), num_in_stock=PIECES * len(_turn(number)), num_allocated=0,
    )  # fmt: skip


def _certificate(number: int, product: Product, at: datetime) -> Certificate:
    """Of four products one has none, one's is over, two are live."""
    decided = timezone.localdate(at) - timedelta(days=1500 if number % 4 == 1 else 200)
    return Certificate(
        product=product, stars=3 + number % 3, decision_number=f"DO-{number}/QĐ-MINH-HOA", decided_on=decided,
        expires_on=decided + timedelta(days=1095), tier=Certificate.Tier.PROVINCE, authority="Dữ liệu minh họa", demonstration=True,
    )  # fmt: skip


def _turn(number: int) -> list[int]:
    """Which of the ten locations have the product: two or three of them, in turn."""
    return [(number + step * 3) % 10 for step in range(2 + number % 2)]


def _fill_shelves(goods: list[tuple[int, Product]], *, at: datetime) -> None:
    """One lot each, received by a movement at every place: what the ledger adds up to is what the balances say."""
    day = timezone.localdate(at)
    lots = Lot.objects.bulk_create(
        Lot(product=p, code=f"L{n}", made_on=day, best_before=day + timedelta(days=365), demonstration=True)
        for n, p in goods
    )
    places = list(Location.objects.order_by("pk"))
    balances = Balance.objects.bulk_create(
        Balance(location=places[turn], lot=lot, on_hand=PIECES)
        for (n, _), lot in zip(goods, lots, strict=True)
        for turn in _turn(n)
    )
    Movement.objects.bulk_create(
        Movement(
            balance=b, kind=Movement.Kind.RECEIVED, quantity=PIECES, key=f"bench:{b.pk}", cause="bench", happened_at=at
        )
        for b in balances
    )


def read_by_search(*, at: datetime) -> None:
    """The search knows every product that there is."""
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        refresh(at=at, product_ids=ids[start : start + AT_ONCE])
