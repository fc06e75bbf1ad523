"""Mai counts the drawer of her point; Tâm takes over what carriers bring, and sees every difference."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.cash.models import CashUp
from marketplace.fulfilment import actions as fulfilments
from marketplace.invoices.models import Invoice
from marketplace.journal.models import Entry
from tests import make, people
from tests.rows import changed, everything

from .conftest import World, collected
from .test_points import post, said


def taken(world: World) -> Any:
    """Lan has collected and paid the order that waited for her."""
    collected(world.order, at=timezone.now())
    return world.order.total_incl_tax


def drawer(world: World) -> str:
    return f"{reverse('desk:cash-point', args=[world.point.pk])}?day={timezone.localdate():%Y-%m-%d}"


def by_carrier(world: World, client: Client) -> None:
    """Brought by VNPost, as the parcel's own page does it."""
    order = make.order((world.product, 1), payment="cod", at=timezone.now())
    parcel = order.fulfilments.get()
    for name, typed in (
        ("pick", {}), ("pack", {}), ("ship", {"carrier": "VNPost", "tracking_number": "EE1"}), ("delivered", {}),
    ):  # fmt: skip
        assert said(post(client, name, parcel.pk, **typed)) == ["success"]


def test_the_drawer_of_a_day(world: World, mai: Client) -> None:
    amount = taken(world)
    page = mai.get(reverse("desk:cash")).content.decode()
    assert drawer(world) in page.replace("&amp;", "&")
    form = mai.get(drawer(world)).context["form"]
    typed = {"payments": form.fields["payments"].initial, "counted": str(int(amount))}
    answer = mai.post(drawer(world), typed, follow=True)
    made = CashUp.objects.latest("pk")
    assert (made.expected, made.counted, made.closed_by, made.part) == (amount, amount, people.mai(), 2)
    assert world.order.number in answer.content.decode()
    before = everything()
    again = mai.post(drawer(world), typed)
    assert again.status_code == 200 and changed(before) == set()


def test_a_difference_is_asked_for_and_the_office_sees_it(world: World, mai: Client, tam: Client) -> None:
    amount = taken(world)
    typed = {"payments": mai.get(drawer(world)).context["form"].fields["payments"].initial, "counted": "1.000"}
    before = everything()
    answer = mai.post(drawer(world), typed)
    assert "ghi rõ vì sao chênh lệch" in answer.content.decode() and changed(before) == set()
    mai.post(drawer(world), typed | {"reason": "Thiếu tiền thối"})
    page = tam.get(reverse("desk:cash") + "?differing").content.decode()
    assert "Thiếu tiền thối" in page and f"{int(1000 - amount):,}".replace(",", ".") in page
    assert page.count("Thiếu tiền thối") == 1 and CashUp.objects.count() == 2


def test_what_a_carrier_hands_over(world: World, mai: Client, tam: Client) -> None:
    by_carrier(world, mai)
    assert "VNPost" not in mai.get(reverse("desk:cash")).content.decode()
    url = reverse("desk:cash-carrier") + "?q=VNPost"
    assert url in tam.get(reverse("desk:cash")).content.decode()
    rows = tam.get(url).context["rows"]
    tam.post(url, {"payments": [row.pk for row in rows], "counted": str(sum(int(row.amount) for row in rows))})
    made = CashUp.objects.latest("pk")
    assert (made.carrier, made.location, made.closed_by) == ("VNPost", None, people.tam())
    assert mai.get(reverse("desk:cash-up", args=[made.pk])).status_code == 404


def test_a_parcel_that_was_not_taken(world: World, mai: Client, tam: Client) -> None:
    """Another reason must be in words; the office sees at the next order how often that phone did not take its parcel."""
    order = make.order((world.product, 1), payment="cod", at=timezone.now())
    parcel = order.fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": timezone.now()}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    fulfilments.ship(**about, own=True)
    assert said(post(mai, "failed", parcel.pk, why="other")) == ["error"]
    assert said(post(mai, "failed", parcel.pk, why="refused", reason="Chê đắt")) == ["success"]
    page = mai.get(reverse("desk:parcel", args=[parcel.pk])).content.decode()
    assert "Khách không muốn nhận nữa" in page and "Chê đắt" in page
    assert "Số lần không nhận hàng trong một năm" in tam.get(reverse("desk:order", args=[order.pk])).content.decode()
    assert reverse("desk:delivered", args=[parcel.pk]) in page  # the carrier, or a neighbour, brought it after all
    assert said(post(mai, "delivered", parcel.pk)) == ["success"]
    page = tam.get(reverse("desk:order", args=[order.pk])).content.decode()
    assert "Số lần không nhận hàng trong một năm" not in page


def test_the_office_confirms_by_phone(world: World, tam: Client) -> None:
    world.product.stockrecords.update(price=900_000)
    order = make.order((world.product, 3), payment="cod", at=timezone.now())
    assert (
        reverse("desk:order-confirm", args=[order.pk])
        in tam.get(reverse("desk:order", args=[order.pk])).content.decode()
    )
    assert said(post(tam, "order-confirm", order.pk)) == ["success"]
    assert Entry.objects.get(action="order.cash_confirmed").by == people.tam()


def test_an_invoice_that_failed_is_tried_again(world: World, tam: Client) -> None:
    page = tam.get(reverse("desk:invoices")).content.decode()
    assert "Hết dải số hóa đơn." in page and world.invoice.order.number in page
    assert said(post(tam, "invoice-again", world.invoice.pk)) == ["success"]
    assert Invoice.objects.get(pk=world.invoice.pk).status == "waiting"
    assert said(post(tam, "invoice-again", world.invoice.pk)) == ["error"]


@pytest.mark.parametrize("name", ["cash", "invoices"])
def test_the_pages_ask_the_same_number_of_queries(
    world: World, tam: Client, mai: Client, name: str, django_assert_num_queries: Any
) -> None:
    taken(world)
    by_carrier(world, mai)
    tam.get(reverse(f"desk:{name}"))
    with django_assert_num_queries({"cash": 10, "invoices": 8}[name]):
        tam.get(reverse(f"desk:{name}"))
