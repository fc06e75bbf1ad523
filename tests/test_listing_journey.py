"""Hùng photographs his jars anew and rewrites their listing; Tâm approves it; until then the shop shows the old one.

Price and stock he sets himself: the price applies at once, the stock figure is a count of his own store.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from catalogue.actions import load_groups
from catalogue.models import Category, ListingChange, Product
from marketplace.journal.models import Entry
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.search.actions import refresh
from marketplace.stock import queries as stock
from tests import make, people
from tests.catalogue.pictures import upload
from tests.checkout.rules import broken
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
OLD, NEW = "Mật thốt nốt Ba Chúc", "Mật hoa thốt nốt Ba Chúc – chai thủy tinh"
LABEL = {
    "description": "Nấu trong ngày bằng củi.", "net_quantity": "500 ml", "ingredients": "Mật hoa thốt nốt 100 %",
    "origin": "Ba Chúc, An Giang", "storage": "Nơi khô mát", "shelf_life_days": 365,
}  # fmt: skip


@pytest.fixture
def product() -> Product:
    """Live, with a complete label, ten pieces in Hùng's store; no photograph yet."""
    load_groups(groups=[{"code": "I", "name": "Thực phẩm", "name_en": "Food"}])
    people.tam()
    made = make.product(OLD, price=110_000, category=Category.objects.get(code="I"), **LABEL)
    make.stock(made, 10, at_place=made.producer.store, at=timezone.now())
    refresh(at=timezone.now(), product_ids=None)
    return made


def test_a_listing_is_rewritten_and_goes_live_when_the_office_approves(product: Product) -> None:
    hung, tam, lan = Visitor(people.hung()), Visitor(people.tam()), Visitor()
    assert OLD in hung.read("/desk/goods/")
    change = _write(hung, product)
    assert NEW in hung.read(f"/desk/goods/{product.pk}/")
    _the_shop_shows(lan, product, OLD, photographs=0)

    _send_to_the_office(hung, change)
    _the_shop_shows(lan, product, OLD, photographs=0)
    _look_and_approve(tam, change)
    _the_shop_shows(lan, product, NEW, photographs=1)
    product.refresh_from_db()
    _the_letters(change)
    assert (product.title, product.changes.get()) == (NEW, change)
    deeds = Entry.objects.filter(subject_id=change.pk, action__startswith="listing.").order_by("pk")
    assert list(deeds.values_list("action", "by__first_name")) == [
        ("listing.drafted", "Hùng"), ("listing.saved", "Hùng"), ("listing.saved", "Hùng"), ("listing.submitted", "Hùng"),
        ("listing.approved", "Tâm"),
    ]  # fmt: skip


def _write(hung: Visitor, product: Product) -> ListingChange:
    """A draft out of what is live, with a photograph lying on its side as telephones send them."""
    answer = hung.post(f"/desk/goods/{product.pk}/edit/")
    change = ListingChange.objects.get(product=product)
    assert answer["Location"] == f"/desk/changes/{change.pk}/"
    sideways = Image.Exif()
    sideways[0x0112] = 6  # held upright: turn it to the right
    photograph = upload("IMG_2041.JPG", (2400, 1200), exif=sideways.tobytes())
    hung.post(answer["Location"], _form(hung, change) | {"title": NEW, "photographs": [photograph], "then": "save"})
    change.refresh_from_db()
    assert (change.status, change.title, change.photos.count()) == ("draft", NEW, 1)
    with default_storage.open(change.photos.get().image.name) as kept, Image.open(kept) as image:
        assert image.height > image.width and not image.getexif()
    return change


def _form(visitor: Visitor, change: ListingChange) -> dict[str, Any]:
    """Everything that the draft's form holds, as a browser would send it back."""
    fields = visitor.get(f"/desk/changes/{change.pk}/").context["form"]
    return {one.html_name: one.value() for one in fields if one.value() not in (None, [])}


def _send_to_the_office(hung: Visitor, change: ListingChange) -> None:
    hung.post(f"/desk/changes/{change.pk}/", _form(hung, change) | {"then": "submit"})
    change.refresh_from_db()
    assert (change.status, change.photos.count()) == ("submitted", 1)


def _look_and_approve(tam: Visitor, change: ListingChange) -> None:
    """What waits is on the list; both versions stand side by side."""
    assert NEW in tam.read("/desk/review/")
    page = tam.read(f"/desk/changes/{change.pk}/")
    assert f"<del>{OLD}</del>" in page and f"<ins>{NEW}</ins>" in page
    for _twice in range(2):
        tam.post(f"/desk/changes/{change.pk}/approve/")
    change.refresh_from_db()
    assert (change.status, change.decided_by) == ("approved", people.tam())


def _the_shop_shows(lan: Visitor, product: Product, title: str, *, photographs: int) -> None:
    """On the product's page and in the list, once the search has read what was touched."""
    answer = lan.get(f"/catalogue/mat-thot-not_{product.pk}/", follow=True)
    page = answer.content.decode()
    assert f">{title}</h1>" in page and (NEW not in page or title == NEW)
    assert [one.url in page for one in answer.context["pictures"]] == [True] * photographs
    refresh(at=timezone.now())
    found = lan.get("/catalogue/", {"q": "mat hoa thot not thuy tinh" if title == NEW else "mat thot not"})
    [card] = found.context["cards"]
    assert (card.title, bool(card.picture)) == (title, bool(photographs))


def _the_letters(change: ListingChange) -> None:
    told = {one.kind: one for one in Notice.objects.filter(kind__startswith="listing_")}
    assert {kind: one.user for kind, one in told.items()} == {
        "listing_submitted": people.tam(), "listing_approved": people.hung(),
    }  # fmt: skip
    for notice in told.values():
        words = {}
        for notice.language in ("vi", "en"):
            words[notice.language] = letter(notice)
            assert NEW in words[notice.language].text and f"/desk/changes/{change.pk}/" in words[notice.language].text
        assert words["vi"].subject != words["en"].subject


def test_a_price_applies_at_once_to_pages_and_open_baskets_not_to_placed_orders(product: Product) -> None:
    order = make.order((product, 1), payment="cod", at=timezone.now())
    lan = Visitor()
    lan.post(f"/basket/add/{product.pk}/", {"quantity": 1, "next": "/basket/"})
    assert "110.000" in lan.read("/basket/")
    Visitor(people.hung()).post(f"/desk/goods/{product.pk}/price/", {"price": "125.000 đ"})
    for address in (product.get_absolute_url(), "/catalogue/"):
        page = lan.read(address)
        assert "125.000" in page and "110.000" not in page, address
    basket = lan.get("/basket/")
    assert basket.context["summary"].total == 125_000
    assert "từ 110.000" in basket.content.decode()  # and the shopper is told that it rose
    order.refresh_from_db()
    assert order.lines.get().unit_price_incl_tax == Decimal(110_000)
    assert not ListingChange.objects.filter(product=product).exists()


def test_a_stock_figure_is_a_counted_movement_at_the_own_store(product: Product) -> None:
    hung, lan = Visitor(people.hung()), Visitor()
    make.order((product, 2), payment="cod", at=timezone.now())
    page = hung.get(f"/desk/goods/{product.pk}/")
    data = {"key": page.context["count_form"]["key"].value(), "counted": 7, "reason": "Kiểm kê cuối tuần"}
    for _twice in range(2):
        hung.post(f"/desk/goods/{product.pk}/count/", data)
    counted, received = stock.movements(location_id=product.producer.store_id, limit=5)
    assert (counted.kind, counted.quantity, counted.by, counted.reason) == (
        "counted", -3, people.hung(), "Kiểm kê cuối tuần",
    )  # fmt: skip
    assert received.kind == "received"
    [row] = stock.balances(product_ids=[product.pk])
    assert (row.on_hand, row.held) == (7, 2)
    assert lan.get(product.get_absolute_url()).context["available"] == 5
    assert broken(timezone.now()) == []


def test_khoa_finds_nothing(product: Product) -> None:
    """Every address of this journey is a page that does not exist; what he posts changes nothing."""
    hung, khoa = Visitor(people.hung()), Visitor(people.khoa())
    change = _write(hung, product)
    before = Entry.objects.count()
    goods, draft = f"/desk/goods/{product.pk}/", f"/desk/changes/{change.pk}/"
    for address in ("/desk/", "/desk/goods/", "/desk/goods/new/", goods, draft, "/desk/review/", "/desk/certificates/"):
        assert khoa.get(address).status_code == 404, address
        assert khoa.get(f"/en{address}").status_code == 404, address
    for address, data in (
        (f"{goods}price/", {"price": "1"}), (f"{goods}count/", {"counted": "0"}), (f"{goods}edit/", {}),
        (draft, {"title": "Khoa"}), (f"{draft}approve/", {}), (f"{draft}reject/", {"reason": "Khoa"}),
        (f"{draft}discard/", {}), (f"{draft}withdraw/", {}), ("/desk/goods/new/", {"title": "Khoa"}),
    ):  # fmt: skip
        assert khoa.post(address, data).status_code == 404, address
    change.refresh_from_db()
    assert (change.status, change.title, Entry.objects.count()) == ("draft", NEW, before)
