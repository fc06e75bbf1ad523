"""Oscar's dashboard: all of it for the office, none of it for others, and nothing of it behind our ledger's back."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from oscar.apps.offer.models import ConditionalOffer
from oscar.core.application import OscarDashboardConfig

from catalogue.actions import load_groups
from catalogue.models import Product, TouchedProduct
from marketplace.journal.models import Entry
from marketplace.partner.models import Partner
from tests import make, people

pytestmark = pytest.mark.django_db


def index_names() -> list[str]:
    """Every dashboard address that needs no argument: lists, statistics, new things."""
    names = set()
    for config in apps.get_app_configs():
        if isinstance(config, OscarDashboardConfig):
            patterns = [p for p in config.get_urls() if getattr(p, "name", None)]
            names |= {p.name for p in patterns if not p.pattern.regex.groups}
    return sorted(names - {"login", "logout"})


NAMES = index_names()


def client(person: Any) -> Client:
    signed = Client()
    signed.force_login(person)
    return signed


def test_the_list_of_pages_is_worth_opening() -> None:
    assert {"index", "order-list", "catalogue-product-list", "partner-list", "offer-list", "users-index"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_opens_for_the_office_and_for_nobody_else(name: str) -> None:
    make.product()
    url = reverse(f"dashboard:{name}")
    assert client(people.tam()).get(url).status_code in (200, 302)
    make.location()
    for person in (people.hung(), people.mai(), people.khoa()):
        assert client(person).get(url).status_code == 403, person
    assert Client().get(url).status_code == 302


def test_a_seller_with_oscars_own_permission_gets_no_access() -> None:
    from django.contrib.auth.models import Permission

    hung = people.hung()
    make.producer()
    hung.user_permissions.add(Permission.objects.get(codename="dashboard_access"))
    assert client(hung).get(reverse("dashboard:order-list")).status_code == 403


def form_of(page: Any) -> dict[str, Any]:
    """Everything that the product page would post, unchanged."""
    context, data = page.context_data, {}
    forms = [context["form"], *(form for name in context if name.endswith("_formset") for form in context[name])]
    for name in context:
        if name.endswith("_formset"):
            data |= {f"{context[name].prefix}-{k}": v for k, v in context[name].management_form.initial.items()}
    for form in forms:
        for field in form:
            data[field.html_name] = "" if field.value() is None or field.value() is False else field.value()
    return data


def test_a_product_is_corrected_but_neither_its_stock_nor_its_price() -> None:
    load_groups(groups=[{"code": "I", "name": "Thực phẩm", "name_en": "Food"}])
    product = make.product("Mật thốt nốt")
    TouchedProduct.objects.all().delete()
    tam, url = client(people.tam()), reverse("dashboard:catalogue-product", args=[product.pk])
    page = tam.get(url)
    assert page.status_code == 200
    assert b"num_in_stock" not in page.content and b'name="stockrecords-0-price"' not in page.content
    data = form_of(page) | {
        "title": "Mật hoa thốt nốt",
        "stockrecords-0-num_in_stock": 999,
        "stockrecords-0-price": "1",
    }
    answer = tam.post(url, data)
    assert answer.status_code == 302, answer.context_data["form"].errors
    product = Product.objects.get(pk=product.pk)
    record = product.stockrecords.get()
    assert (product.title, record.price) == ("Mật hoa thốt nốt", Decimal(120_000))
    assert record.num_in_stock != 999
    assert TouchedProduct.objects.filter(product=product).exists()
    assert Entry.objects.filter(action="product.corrected", by=people.tam()).exists()


def test_a_product_is_neither_made_nor_deleted_here() -> None:
    product, tam = make.product(), client(people.tam())
    goods = product.product_class.slug
    assert tam.get(reverse("dashboard:catalogue-product-create", args=[goods])).url == reverse("desk:listing-new")
    tam.post(reverse("dashboard:catalogue-product-delete", args=[product.pk]))
    assert Product.objects.filter(pk=product.pk).exists()


def test_hiding_many_is_journalled_and_found_by_the_search() -> None:
    product, tam = make.product(), client(people.tam())
    TouchedProduct.objects.all().delete()
    chosen = {"action": "make_products_non_public", "selected_product": [product.pk]}
    answer = tam.post(reverse("dashboard:catalogue-product-list"), chosen)
    tam.post(answer.url, {"selected_products": [product.pk]})
    product.refresh_from_db()
    assert not product.is_public
    assert Entry.objects.filter(action="product.hidden", subject_id=product.pk).exists()
    assert TouchedProduct.objects.filter(product=product).exists()


def test_a_producer_with_goods_is_not_deleted() -> None:
    product = make.product()
    answer = client(people.tam()).post(reverse("dashboard:partner-delete", args=[product.producer_id]), follow=True)
    assert Partner.objects.filter(pk=product.producer_id).exists()
    assert [m.level_tag for m in answer.context["messages"]] == ["error"]


ORDER_DEEDS = [
    {"order_action": "change_order_status", "new_status": "cancelled"},
    {"order_action": "create_order_payment_event", "amount": "1000"},
    {"line_action": "change_line_statuses", "new_status": "x"},
    {"line_action": "create_shipping_event"},
    {"line_action": "create_payment_event"},
]


@pytest.mark.parametrize("deed", ORDER_DEEDS)
def test_an_order_is_read_not_moved(deed: dict[str, str]) -> None:
    order, tam = make.order(payment="cod"), client(people.tam())
    url = reverse("dashboard:order-detail", args=[order.number])
    assert tam.get(url).status_code == 200
    line = order.lines.get()
    tam.post(url, deed | {"selected_line": [line.pk], f"selected_line_qty_{line.pk}": 1})
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert not order.payment_events.exists() and not order.shipping_events.exists()


def test_many_orders_are_downloaded_not_moved() -> None:
    order, tam = make.order(payment="cod"), client(people.tam())
    url = reverse("dashboard:order-list")
    chosen = {"selected_order": [order.pk]}
    tam.post(url, chosen | {"action": "change_order_statuses", "new_status": "cancelled"})
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert order.number in tam.post(url, chosen | {"action": "download_selected_orders"}).content.decode()


def test_the_address_of_an_order_stays() -> None:
    order, tam = make.order(payment="cod"), client(people.tam())
    url = reverse("dashboard:order-shipping-address", args=[order.number])
    tam.post(url, {"first_name": "Khoa", "line1": "Khác", "country": "VN"})
    assert order.shipping_address.line1 == "12 Trần Hưng Đạo"


def test_the_menu_leads_to_pages_that_are_there() -> None:
    tam = client(people.tam())
    page = tam.get(reverse("dashboard:index"))
    assert page.status_code == 200
    assert settings.OSCAR_DASHBOARD_NAVIGATION


def test_the_days_of_an_offer_are_written_as_here() -> None:
    offer = ConditionalOffer(name="Tết", start_datetime=make.NOW)
    assert "10:00, 20/11/2026" in str(offer.availability_restrictions())
