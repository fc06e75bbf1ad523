"""Builds state for tests, by real actions wherever there is one, so that no impossible state is tested."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from catalogue.models import Category, Product, ProductClass
from marketplace.certificates.models import Certificate
from marketplace.folding import fold
from marketplace.locations.models import Location
from marketplace.partner.models import Partner, StockRecord
from marketplace.places.models import Commune

from . import people

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 10 o'clock in Long Xuyên
TODAY = date(2026, 11, 20)
_next = count(1)


def commune(name: str = "Phường Long Xuyên", province: str = "91") -> Commune:
    return Commune.objects.get(name=name, province__code=province)


def category(code: str = "I") -> Category:
    found = Category.objects.filter(code=code).first()
    return found or Category.add_root(name=f"Nhóm {code}", code=code)


def producer(name: str | None = None, **fields: Any) -> Partner:
    """A verified household of Hùng's, with its own store."""
    number = next(_next)
    name = name or f"Hộ kinh doanh thốt nốt số {number}"
    place = fields.pop("commune", None) or commune()
    store = location(f"Kho {name}", kind="producer_store", commune=place)
    partner = Partner.objects.create(
        name=name, folded=fold(name), kind="household", commune=place, province=place.province, store=store,
        phone="+84296385000", registration_number=f"51A{number:07}", street="Tổ 5, ấp Phũm Soài",
        verified_at=NOW, **fields,
    )  # fmt: skip
    partner.users.add(people.hung())
    return partner


def location(name: str | None = None, *, kind: str = "sales_point", staff: Any = None, **fields: Any) -> Location:
    """A sales point with Mai behind its counter (pickup and parcels), or a producer's store."""
    number = next(_next)
    point = kind == "sales_point"
    fields.setdefault("commune", commune())
    fields.setdefault("offers_pickup", point)
    made = Location.objects.create(
        name=name or f"Điểm bán OCOP số {number}", slug=f"diem-{number}", kind=kind, street="12 Tôn Đức Thắng", **fields
    )
    if point:
        made.staff.add(staff or people.mai())
    return made


def product(title: str | None = None, *, price: int | None = 120_000, stars: int | None = 4, **fields: Any) -> Product:
    """A listed product with a price, and a certificate live today unless `stars` is None."""
    number = next(_next)
    fields.setdefault("producer", None)
    fields["producer"] = fields["producer"] or producer()
    group = fields.pop("category", None) or category()
    kind, _ = ProductClass.objects.get_or_create(name="OCOP", defaults={"requires_shipping": True, "track_stock": True})
    fields.setdefault("net_quantity", "500 g")
    made = Product.objects.create(
        title=title or f"Đường thốt nốt số {number}", upc=f"SP{number:06}", product_class=kind, is_public=True, **fields
    )
    made.categories.add(group)
    if price is not None:
        StockRecord.objects.create(
            product=made,
            partner=made.producer,
            partner_sku=f"SP{number:06}",
            price=Decimal(price),
            price_currency="VND",
        )
    if stars:
        certificate(made, stars=stars)
    return made


def certificate(product: Product, *, stars: int = 4, decided_on: date | None = None, **fields: Any) -> Certificate:
    """By decision a year before TODAY unless told otherwise; valid 36 months."""
    day = decided_on or TODAY - timedelta(days=365)
    return Certificate.objects.create(
        product=product, stars=stars, decided_on=day, expires_on=date(day.year + 3, day.month, min(day.day, 28)),
        decision_number=f"{next(_next)}/QĐ-UBND", tier="province", authority="UBND tỉnh An Giang", **fields,
    )  # fmt: skip


def stock(product: Product, quantity: int = 10, *, at_place: Location | None = None, **fields: Any) -> Location:
    """`quantity` pieces received at a sales point (a new one unless given)."""
    from marketplace.stock import actions

    place = at_place or location()
    actions.receive(location=place, product=product, quantity=quantity, at=fields.pop("at", NOW), **fields)
    return place


def carrier(name: str = "Giao hàng Bảy Núi", **fields: Any) -> Any:
    """Whom parcels are given to; its weights alone count unless told otherwise."""
    from marketplace.shipping.models import Carrier

    return Carrier.objects.get_or_create(name=name, defaults=fields)[0]


def tariff(amount: int = 30_000, **fields: Any) -> Any:
    """Parcels to anywhere: up to 2 kg for `amount`, each further kilogram 5,000 ₫ more."""
    from marketplace.shipping.models import Tariff, TariffStep, Zone

    zone = Zone.objects.filter(elsewhere=True).first() or Zone.objects.create(
        name="Toàn quốc", name_en="Everywhere", elsewhere=True, days=3
    )
    made, _new = Tariff.objects.get_or_create(zone=zone, carrier=carrier())
    TariffStep.objects.get_or_create(tariff=made, up_to_grams=2000, defaults={"price": amount, "extra": 5000, **fields})
    return zone


def basket(*wanted: tuple[Product, int], owner: Any = None) -> Any:
    """An open basket with these products and quantities, in that order."""
    from marketplace.basket.models import Basket
    from marketplace.partner.strategy import Selector

    made = Basket.objects.create(owner=owner)
    made.strategy = Selector().strategy()
    for one, quantity in wanted:
        made.add_product(one, quantity)
    return made


def details(**fields: Any) -> Any:
    """Lan pays by card and has it brought home to Long Xuyên, unless told otherwise."""
    from marketplace.checkout.details import Details

    home = fields.pop("commune", None) or commune()
    pickup = fields.get("location_id") is not None
    plain: dict[str, Any] = {
        "name": "Nguyễn Thị Lan", "phone": "+84912000001", "email": "lan@example.vn", "payment": "card",
        "method": "pickup" if pickup else "delivery",
    }  # fmt: skip
    if not pickup:
        plain |= {"province_id": home.province_id, "commune_id": home.pk, "street": "12 Trần Hưng Đạo"}
    return Details(**plain | fields)


def box(
    *contents: tuple[Product, int], price: int | None = None, packed_at: Location | None = None, **fields: Any
) -> Any:
    """A gift box of these goods (so many pieces of each), in the shop."""
    from marketplace.boxes import actions

    place = packed_at or location()
    cost = None if price is None else Decimal(price)
    words = {"title": f"Hộp quà Tết số {next(_next)}", "description": "Quà quê An Giang."} | fields
    made = actions.compose(packed_at=place, price=cost, by=people.tam(), **words)
    for one, quantity in contents:
        actions.put_in(box=made, product=one, quantity=quantity, by=people.tam())
    actions.bring_out(box=made, by=people.tam(), at=NOW)
    made.refresh_from_db()
    return made


def basket_of_boxes(wanted: Any, count: int = 1, *loose: tuple[Product, int], owner: Any = None) -> Any:
    """An open basket with so many of the box, and other goods."""
    from marketplace.basket.actions import set_boxes

    made = basket(*loose, owner=owner)
    set_boxes(basket=made, box=wanted, count=count)
    return made


def order(*wanted: tuple[Product, int], at: datetime = NOW, by: Any = None, **fields: Any) -> Any:
    """A placed order of these goods (two pieces of a new product that stands at a new point, unless given)."""
    from marketplace.checkout.actions import place_order

    if not wanted:
        one = product()
        stock(one)
        wanted = ((one, 2),)
    tariff()
    return place_order(basket=basket(*wanted, owner=by), details=details(**fields), by=by, at=at)


def bank_account(**fields: Any) -> Any:
    """The account that shoppers see, at a bank whose statements are known."""
    from marketplace.payment.banking import actions
    from marketplace.payment.models import BankAccount

    facts = {"bin": "970436", "number": "1017595600", "holder": "VAN PHONG OCOP AN GIANG", "demonstration": False}
    found = BankAccount.objects.filter(shown=True).first()
    if found is None:
        found = actions.accounts.add(**facts | fields, by=None)
        actions.accounts.show(account=found, by=None)
        found.refresh_from_db()
    return found


def transfer_order(*wanted: tuple[Product, int], **fields: Any) -> Any:
    """An order that waits for a transfer."""
    bank_account()
    return order(*wanted, payment="transfer", **fields)


def bank_line(text: str, amount: Any, *, at: datetime = NOW, **fields: Any) -> Any:
    """A line that a program has posted for the shop's account, not looked at yet."""
    from marketplace.payment.banking import actions
    from marketplace.payment.banking.told import Told

    account = bank_account()
    feed = account.feeds.first() or actions.accounts.make_feed(account=account, name="Ngân hàng", by=None)[0]
    fields.setdefault("bank_id", f"FT{next(_next):08}")
    told = Told(happened_at=at, amount=int(amount), text=text, **fields)
    return actions.statements.report(feed=feed, told=[told], at=at)[told.bank_id]


def till(place: Location | None = None, *, at: datetime | None = None) -> tuple[Any, str]:
    """A till at a sales point, with its token; heard of last `at` that moment."""
    from marketplace.tills import actions

    made, token = actions.make_till(location=place or location(), name="Quầy 1")
    if at:
        actions.contacted(till=made, at=at)
    return made, token


def till_event(product: Product, *, quantity: int = 1, sequence: int = 1, **fields: Any) -> dict[str, Any]:
    """A sale as a till sends it."""
    line = {"code": product.upc, "quantity": quantity, "price": 120_000} | fields.pop("line", {})
    event = {"uuid": str(uuid4()), "sequence": sequence, "occurred_at": NOW.isoformat(), "kind": "sale"}
    return event | {"lines": [line]} | fields
