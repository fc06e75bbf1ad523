"""Lan has an account and orders palm sugar to her commune for cash; Hùng sends it from his own store.

Every step through its address, as a browser without JavaScript would take it; letters as they reach a mailbox.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from catalogue.models import Product
from marketplace.journal.models import Entry
from marketplace.notices.letters import letter
from marketplace.notices.models import Delivery, Notice
from marketplace.notices.tasks import deliver_due
from marketplace.order.models import Order
from marketplace.places.models import Province
from marketplace.search.actions import refresh
from marketplace.shipping.actions import save_tariff, save_zone
from marketplace.shipping.models import Zone
from marketplace.stock import queries as stock
from tests import make, people
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
PRICE, PIECES, GRAMS = 98_000, 3, 900
NEAR = [(1000, 18_000, 0), (3000, 26_000, 4_000)]  # up to grams, price, each further kilogram
FAR = [(2000, 45_000, 9_000)]
FEE = 26_000  # 3 × 900 g within An Giang
TOTAL = PRICE * PIECES + FEE


@dataclass
class Shop:
    product: Product
    other: Product  # by somebody else, at Mai's point: not in this order

    @property
    def store(self) -> int:
        return int(self.product.producer.store_id)


@pytest.fixture
def shop() -> Shop:
    """Twelve jars in Hùng's own store; a delivery tariff with two zones."""
    now = timezone.now()
    product = make.product("Đường thốt nốt sệt Bảy Núi", price=PRICE, stars=None, weight_grams=GRAMS)
    make.certificate(product, stars=4, decided_on=timezone.localdate() - timedelta(days=90))
    make.stock(product, 12, at_place=product.producer.store, at=now, lot_code="L-2607")
    other = make.product("Khô cá lóc Chợ Mới", stars=None, producer=make.producer("Hợp tác xã Khô"))
    make.stock(other, 5, at=now)
    _zone("Trong tỉnh", NEAR, days=1, provinces=["91"])
    _zone("Các tỉnh khác", FAR, days=4, elsewhere=True)
    refresh(at=now, product_ids=None)
    return Shop(product, other)


def _zone(name: str, steps: list[tuple[int, int, int]], provinces: Any = (), **fields: Any) -> None:
    told = [dict(zip(("up_to_grams", "price", "extra"), step, strict=True)) for step in steps]
    chosen = Province.objects.filter(code__in=list(provinces))
    zone = save_zone(zone=Zone(name=name, **fields), provinces=chosen, by=people.tam())
    terms = {"valid_from": timezone.localdate(), "hours": None, "at": timezone.now()}
    save_tariff(zone=zone, carrier=make.carrier(), steps=told, by=people.tam(), **terms)


def test_from_lans_account_to_her_door(shop: Shop) -> None:
    lan, hung = Visitor(people.lan()), Visitor(people.hung())
    _fill_the_basket(lan, shop)
    order = _check_out(lan)
    assert (order.status, order.user, order.shipping_incl_tax, order.total_incl_tax) == (
        "confirmed", people.lan(), FEE, TOTAL,
    )  # fmt: skip
    assert _books(shop) == (12, 3)
    assert _public_figure(lan, shop.product) == 9
    _send_from_the_store(hung, order)
    assert _books(shop) == (9, 0)
    page = lan.read(_link_in_a_letter(order, "order_shipped"))
    assert "VNPost" in page and "EE987654321VN" in page
    _deliver(hung, order)
    assert _books(shop) == (9, 0) and _public_figure(lan, shop.product) == 9
    assert order.number in lan.read("/accounts/orders/")
    _everything_adds_up(order, shop)
    _letters_read_well(order)


def _fill_the_basket(lan: Visitor, shop: Shop) -> None:
    """Found without tones, put in with two pieces, then a third on the basket's page."""
    found = lan.read("/catalogue/", {"q": "duong thot not", "stars": "4"})
    address = shop.product.get_absolute_url()
    assert address in found and shop.other.get_absolute_url() not in found
    page = lan.read(address)
    assert "Xã Vĩnh Hậu" not in page and "Phường Long Xuyên" in page and "98.000" in page
    lan.post(f"/basket/add/{shop.product.pk}/", {"quantity": 2, "next": "/basket/"})
    formset = lan.get("/basket/").context["formset"]
    data = {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
    [line] = formset.forms
    data |= {line.add_prefix("id"): line.instance.pk, line.add_prefix("quantity"): PIECES}
    assert lan.post("/basket/", data).status_code == 302
    assert "294.000" in lan.read("/basket/")


def _check_out(lan: Visitor) -> Order:
    """To Sài Gòn it would cost the other zone's fee; at home it is the near one's. Both are shown before the order."""
    form = lan.get("/checkout/").context["form"]
    typed = {"name": form["name"].value(), "phone": form["phone"].value(), "email": form["email"].value()}
    assert typed["name"] == "Nguyễn Lan" and typed["phone"] == "0912 000 001"
    for commune, fee, total in (
        (make.commune("Phường Sài Gòn", "79"), "54.000", "348.000"),
        (make.commune("Xã Vĩnh Hậu"), "26.000", "320.000"),
    ):
        typed |= {"method": "delivery", "province": commune.province_id, "commune": commune.pk}
        typed |= {"street": "Tổ 3, ấp Hà Bao", "payment": "cod", "note": "Gọi trước khi giao"}
        assert lan.post("/checkout/", typed).status_code == 302
        review = lan.get("/checkout/review/")
        page = review.content.decode()
        for fact in (fee, total, commune.name, "Tổ 3, ấp Hà Bao", "51A", "Gọi trước khi giao"):
            assert fact in page, fact
    answer = lan.post("/checkout/place/", review.context["form"].initial | {"accept": "on"})
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.token}/"
    return order


def _send_from_the_store(hung: Visitor, order: Order) -> None:
    parcel = order.fulfilments.get()
    assert order.number in hung.read("/desk/parcels/")
    for step in ("pick", "pack"):
        hung.post(f"/desk/parcels/{parcel.pk}/{step}/")
    slip = hung.get(f"/desk/parcels/{parcel.pk}/slip.pdf")
    assert slip["Content-Type"] == "application/pdf"
    text = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(slip.content)).pages).split())
    for part in (
        order.number, "Đường thốt nốt sệt Bảy Núi", "L-2607 (3)", "Nguyễn Lan", "0912 000 001",
        "Tổ 3, ấp Hà Bao, Xã Vĩnh Hậu", "320.000", "Gọi trước khi giao",
    ):  # fmt: skip
        assert part in text, (part, text)
    sent = {"carrier": "VNPost", "tracking_number": "EE987654321VN"}
    assert hung.post(f"/desk/parcels/{parcel.pk}/ship/", sent).status_code == 302
    parcel.refresh_from_db()
    assert (parcel.status, parcel.location_id) == ("shipped", parcel.location.producer.store_id)


def _deliver(hung: Visitor, order: Order) -> None:
    """The carrier brings the cash back: the order is paid and done."""
    parcel = order.fulfilments.get()
    assert "320.000" in hung.read(f"/desk/parcels/{parcel.pk}/")
    for _twice in range(2):
        hung.post(f"/desk/parcels/{parcel.pk}/delivered/")
    order.refresh_from_db()
    source = order.sources.get()
    assert (order.status, source.state, source.amount_debited) == ("completed", "paid", TOTAL)
    assert order.paid_at and source.transactions.count() == 1


def _books(shop: Shop) -> tuple[int, int]:
    """On hand and held in Hùng's store; nobody else's books have the product."""
    [row] = stock.balances(product_ids=[shop.product.pk])
    assert row.location_id == shop.store
    return row.on_hand, row.held


def _public_figure(visitor: Visitor, product: Product) -> int:
    """What the product's page says can still be ordered."""
    return int(visitor.get(product.get_absolute_url()).context["available"])


def _everything_adds_up(order: Order, shop: Shop) -> None:
    issued, received = stock.movements(location_id=shop.store, limit=5)
    assert (issued.kind, issued.quantity, issued.by) == ("issued", -3, people.hung())
    assert (received.kind, received.quantity) == ("received", 12)
    line = order.lines.get()
    assert (line.stars, line.partner, line.unit_price_incl_tax) == (4, shop.product.producer, PRICE)
    deeds = set(Entry.objects.filter(subject_id=order.fulfilments.get().pk).values_list("action", flat=True))
    assert {"fulfilment.picking", "fulfilment.packed", "fulfilment.shipped", "fulfilment.delivered"} <= deeds
    said = StringIO()
    call_command("prove", stdout=said)
    assert "holds" in said.getvalue() and "broken" not in said.getvalue()


def _letters_read_well(order: Order) -> None:
    """Each event is told once to whom it concerns, and can be read in both languages."""
    deliver_due("email")
    assert not Delivery.objects.exclude(status="sent").exists()
    told = Notice.objects.filter(facts__number=order.number)
    assert sorted(told.values_list("kind", "email")) == [
        ("order_handed_over", people.lan().email), ("order_new", people.hung().email),
        ("order_placed", people.lan().email), ("order_shipped", people.lan().email),
    ]  # fmt: skip
    assert sorted(one.to[0] for one in mail.outbox if order.number in one.subject) == sorted(one.email for one in told)
    for notice in told:
        words = {}
        for notice.language in ("vi", "en"):
            words[notice.language] = letter(notice)
            assert order.number in words[notice.language].subject
            assert settings.SITE_URL in words[notice.language].text and settings.SITE_URL in words[notice.language].html
        assert words["vi"].subject != words["en"].subject and words["vi"].text != words["en"].text, notice.kind


def _link_in_a_letter(order: Order, kind: str) -> str:
    """The order's page, as the letter in the mailbox leads there; nobody has to sign in for it."""
    deliver_due("email")
    notice = Notice.objects.get(kind=kind, facts__number=order.number)
    [text] = [one.body for one in mail.outbox if one.subject == letter(notice).subject]
    [link] = re.findall(r"https?://\S+/orders/\S+", text)
    assert Visitor().get(urlsplit(link).path).status_code == 200
    return urlsplit(link).path
