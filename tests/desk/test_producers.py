"""Hùng writes and prices his goods from his phone; Tâm approves."""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import ListingChange
from marketplace.stock import queries as stock
from tests import make, people

from ..catalogue.pictures import upload
from .conftest import World
from .test_points import post, said

FACTS = {
    "title": "Mật hoa thốt nốt",
    "description": "Nấu trong ngày.\nKhông đường tinh luyện.",
    "net_quantity": "500 ml",
    "weight_grams": "800",
    "ingredients": "Mật hoa thốt nốt",
    "origin": "Tịnh Biên, An Giang",
    "storage": "Nơi mát",
    "shelf_life_days": "365",
}


def facts(**more: Any) -> dict[str, Any]:
    return FACTS | {"category": make.category("I").pk} | more


def test_a_new_product_goes_from_phone_to_shop(world: World, hung: Client, tam: Client) -> None:
    url = reverse("desk:listing-new")
    page = hung.get(url)
    assert page.context["producer_form"]["producer"].value() == world.producer.pk
    data = facts(
        producer=world.producer.pk, price="95.000 đ", then="submit", photographs=[upload("a.jpg"), upload("b.jpg")]
    )
    assert said(hung.post(url, data, follow=True)) == ["success"]
    change = ListingChange.objects.get(title=FACTS["title"])
    assert (change.status, change.price, change.photos.count()) == ("submitted", 95_000, 2)
    assert change.title in tam.get(reverse("desk:review")).content.decode()
    assert said(post(tam, "change-approve", change.pk)) == ["success"]
    change.refresh_from_db()
    live = hung.get(reverse("desk:listing", args=[change.product.pk])).content.decode()
    assert "95.000" in live and change.product.images.count() == 2


def test_the_form_keeps_what_was_written_and_says_what_is_wrong(world: World, hung: Client) -> None:
    data = facts(producer=world.producer.pk, title="", price="95,5 đ?", photographs=[upload("tiny.jpg", (50, 50))])
    page = hung.post(reverse("desk:listing-new"), data)
    assert set(page.context["form"].errors) == {"title", "price", "photographs"}
    assert "tiny.jpg" in page.content.decode() and "Tịnh Biên" in page.content.decode()
    assert not ListingChange.objects.filter(origin=FACTS["origin"]).exists()


def test_half_a_label_is_saved_but_not_sent(world: World, hung: Client) -> None:
    url = reverse("desk:change", args=[world.change.pk])
    answer = hung.post(url, facts(origin="", then="submit"), follow=True)
    assert said(answer) == ["success", "error"]
    world.change.refresh_from_db()
    assert (world.change.status, world.change.title) == ("draft", FACTS["title"])


def test_the_office_sees_the_difference_and_says_why_not(world: World, hung: Client, tam: Client) -> None:
    url = reverse("desk:change", args=[world.change.pk])
    hung.post(url, facts(then="submit", photographs=[upload()]))
    page = tam.get(url).content.decode()
    assert "<del>Mật thốt nốt</del>" in page and "<ins>Mật hoa thốt nốt</ins>" in page
    assert said(post(tam, "change-reject", world.change.pk, reason="")) == ["error"]
    assert said(post(tam, "change-reject", world.change.pk, reason="Ảnh mờ")) == ["success"]
    assert "Ảnh mờ" in hung.get(url).content.decode()
    world.product.refresh_from_db()
    assert world.product.title == "Mật thốt nốt"
    again = post(hung, "change-revise", world.change.pk)
    assert again.context["change"].status == "draft" and len(again.context["photos"]) == 1


def test_a_photograph_is_taken_away(world: World, hung: Client) -> None:
    url = reverse("desk:change", args=[world.change.pk])
    hung.post(url, facts(photographs=[upload("a.jpg"), upload("b.jpg")]))
    first = world.change.photos.first()
    hung.post(url, facts(drop=[first.pk]))
    assert [photo.pk for photo in world.change.photos.all()] == [first.pk + 1]


def test_a_price_applies_at_once(world: World, hung: Client) -> None:
    assert said(post(hung, "price", world.product.pk, price="99 000")) == ["success"]
    assert world.product.stockrecords.get().price == 99_000
    for wrong in ("0", "-1", "abc", "99999999999"):
        assert said(post(hung, "price", world.product.pk, price=wrong)) == ["error"]
    assert world.product.stockrecords.get().price == 99_000


def test_a_stock_figure_is_a_count_at_the_own_store(world: World, hung: Client) -> None:
    data = {"key": uuid4(), "counted": 30, "reason": "Kiểm kho"}
    for _try in range(2):
        post(hung, "own-count", world.product.pk, **data)
    store = stock.balances(location_ids=[world.producer.store_id])
    assert [row.on_hand for row in store] == [30]
    movement = stock.movements(location_id=world.producer.store_id)[0]
    assert (movement.kind, movement.by, movement.reason) == ("counted", people.hung(), "Kiểm kho")


def test_lines_sold_name_no_shopper(world: World, hung: Client) -> None:
    page = hung.get(reverse("desk:sold")).content.decode()
    assert world.order.number in page and "240.000" in page and world.point.name in page
    assert "Nguyễn" not in page and "0912" not in page and "84912" not in page


def test_an_order_from_the_own_store_is_packed_there(world: World, hung: Client) -> None:
    product = make.product("Đường chảy", producer=world.producer)
    make.stock(product, 5, at_place=world.producer.store, at=timezone.now())
    parcel = make.order((product, 1), payment="cod", at=timezone.now()).fulfilments.get()
    assert parcel.location == world.producer.store
    assert parcel.order.number in hung.get(reverse("desk:parcels")).content.decode()
    assert said(post(hung, "pick", parcel.pk)) == ["success"]


def test_certificates_say_how_long_they_last(world: World, hung: Client) -> None:
    make.certificate(world.product, decided_on=timezone.localdate().replace(year=timezone.localdate().year - 5, day=1))
    states = [row.kind for row in hung.get(reverse("desk:certificates")).context["rows"]]
    assert states == ["ok", "stopped"]


def test_the_lists_ask_the_same_number_of_queries(
    world: World, hung: Client, django_assert_max_num_queries: Any
) -> None:
    for _more in range(5):
        make.product(producer=world.producer)
    for name, most in (("listings", 20), ("sold", 16), ("certificates", 16), ("home", 29)):
        with django_assert_max_num_queries(most):
            hung.get(reverse(f"desk:{name}"))
