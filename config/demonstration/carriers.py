"""Two carriers with their tariffs, a free delivery, and one parcel that was handed over: its manifest can be looked at."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalogue.models import Product
from marketplace.basket.models import Basket
from marketplace.checkout.actions import place_order
from marketplace.checkout.details import Details
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.partner.strategy import Selector
from marketplace.people.models import User
from marketplace.places.models import Commune, Province
from marketplace.places.naming import within_a_sentence
from marketplace.shipping.models import Carrier, FreeDelivery, Tariff, TariffStep, Zone
from marketplace.stock.queries import available

NEAR = ("Cần Thơ", "Đồng Tháp", "Vĩnh Long", "Cà Mau", "Hồ Chí Minh", "Tây Ninh")
BEGAN = date(2026, 1, 1)
FREE = Decimal(700_000)


@dataclass(frozen=True)
class Terms:
    """In the province, near, elsewhere: hours on the way (0: not served), what each further kilogram costs, and the steps."""

    hours: tuple[int, int, int]
    extra: tuple[int, int, int]
    steps: dict[int, tuple[int, int, int]]


SLOW = {
    "name": "Giao hàng Bảy Núi (minh họa)", "divisor": 6000, "gateway": Carrier.Gateway.FILES,
    "tracking_url": "https://bay-nui.example.vn/tra-cuu?ma={number}",
}  # fmt: skip
COOL = {
    "name": "Xe lạnh Cửu Long (minh họa)", "divisor": 5000, "gateway": Carrier.Gateway.API, "cooled": True,
    "tracking_url": "https://xe-lanh-cuu-long.example.vn/{number}",
}  # fmt: skip
TERMS = (
    (SLOW, Terms((48, 72, 120), (4_000, 6_000, 9_000), {
        1_000: (18_000, 25_000, 32_000), 3_000: (25_000, 34_000, 46_000), 5_000: (32_000, 45_000, 62_000),
    })),
    (COOL, Terms((10, 22, 0), (9_000, 15_000, 0), {2_000: (45_000, 80_000, 0), 5_000: (60_000, 110_000, 0)})),
)  # fmt: skip


def tariff(home: Province) -> None:
    """Three zones around the home province, and what two carriers take there."""
    if Carrier.objects.filter(name=SLOW["name"]).exists():
        return
    zones = _zones(home)
    for facts, terms in TERMS:
        carrier = Carrier.objects.create(**facts, demonstration=True)
        for column, zone in enumerate(zones):
            if terms.hours[column]:
                _tariff(carrier, zone, terms, column)
    FreeDelivery.objects.create(least=FREE, valid_from=BEGAN, demonstration=True)


def _zones(home: Province) -> list[Zone]:
    near = Province.objects.filter(name__iregex="|".join(NEAR))
    wanted: list[tuple[dict[str, Any], Any]] = [
        ({"name": f"Trong {within_a_sentence(home.name)}", "name_en": f"Within {home.name_en}", "days": 2}, [home]),
        ({"name": "Đồng bằng sông Cửu Long và TP. Hồ Chí Minh", "name_en": "Mekong delta and Ho Chi Minh City"}, near),
        ({"name": "Các tỉnh thành khác", "name_en": "Other provinces", "days": 5, "elsewhere": True}, []),
    ]
    made = []
    for facts, provinces in wanted:
        zone, new = Zone.objects.get_or_create(name=facts["name"], defaults=facts | {"demonstration": True})
        if new:
            zone.provinces.set(provinces)
        made.append(zone)
    return made


def _tariff(carrier: Carrier, zone: Zone, terms: Terms, column: int) -> None:
    made = Tariff.objects.create(carrier=carrier, zone=zone, valid_from=BEGAN, hours=terms.hours[column])
    TariffStep.objects.bulk_create(
        TariffStep(
            tariff=made, up_to_grams=grams, price=Decimal(prices[column]), extra=Decimal(terms.extra[column]),
        )
        for grams, prices in terms.steps.items()
    )  # fmt: skip


def handed_over(*, at: datetime) -> None:
    """Lan has ordered a piece for cash, and a carrier has the parcel: today's manifest. Once."""
    if Fulfilment.objects.filter(by_carrier__demonstration=True).exists():
        return
    lan, mai = User.objects.get(email="lan@example.vn"), User.objects.get(email="mai@example.vn")
    basket = Basket.objects.create(owner=None)
    basket.strategy = Selector().strategy()
    basket.add_product(_plain_goods(), 1)
    commune = Commune.objects.get(name="Phường Châu Đốc", province__code="91")
    details = Details(
        name="Nguyễn Lan (minh họa)", phone="+84912000001", email=lan.email, method="delivery", payment="cod",
        province_id=commune.province_id, commune_id=commune.pk, street="Số 1 đường Minh Họa", note="Đơn hàng minh họa",
    )  # fmt: skip
    order = place_order(basket=basket, details=details, by=lan, at=at)
    for number, parcel in enumerate(order.fulfilments.order_by("pk"), 1):
        for step in (fulfilments.start_picking, fulfilments.pack):
            step(fulfilment=parcel, by=mai, at=at)
        tracking = f"MH{timezone.localdate(at):%y%m%d}{number:02}"
        fulfilments.ship(fulfilment=parcel, by=mai, carrier=str(SLOW["name"]), tracking_number=tracking, at=at)


def _plain_goods() -> Product:
    """Something that stands at the point where Mai works and travels anywhere."""
    rows = Product.objects.listed().filter(keep_cool=False, travel_hours_max=None, ethanol_percent=None)
    return next(one for one in rows.order_by("pk") if _there(one))


def _there(product: Product) -> bool:
    return available([product.pk])[product.pk] > 1
