"""Of an order in several parcels each sees its own: a producer its lines, a point its parcels, nobody more of the buyer than needed."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from tests import make, people
from tests.checkout import split
from tests.checkout.split import Two

from .conftest import signed_in

pytestmark = pytest.mark.django_db
PHONE, LAST, STREET = "0912 000 001", "•••• ••• 001", "12 Trần Hưng Đạo"


@pytest.fixture
def goods() -> Two:
    return split.two()


@pytest.fixture
def order(goods: Two) -> Order:
    """Mai's point sends the sugar, Khoa's hands out the fish; both are Hùng's, in two households."""
    return split.paid(goods, **split.mixed(goods))


def _page(person: Any, parcel: Fulfilment, name: str = "desk:parcel") -> str:
    answer = signed_in(person).get(reverse(name, args=[parcel.pk]))
    if name == "desk:slip" and answer.status_code == 200:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
    return answer.content.decode() if answer.status_code == 200 else ""


def _told(text: str) -> tuple[bool, bool, bool]:
    """The whole number, its end, the address."""
    return PHONE in text, LAST in text, STREET in text


def test_each_point_sees_its_own_parcel_and_the_office_all(goods: Two, order: Order) -> None:
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.far, "pickup")
    sees = {"mai": people.mai(), "khoa": people.khoa(), "tam": people.tam(), "lan": people.lan(), "hung": people.hung()}
    for name in ("desk:parcel", "desk:slip"):
        found = {who: [bool(_page(person, one, name)) for one in (sent, kept)] for who, person in sees.items()}
        assert found == {
            "mai": [True, False], "khoa": [False, True], "tam": [True, True], "lan": [False, False], "hung": [False, False],
        }  # fmt: skip
    assert goods.fish.title not in _page(people.mai(), sent) and goods.sugar.title not in _page(people.khoa(), kept)
    for deed in ("pick", "pack", "ship", "lost", "delivered", "failed", "take-back", "ready", "hand-over", "new-code"):
        assert signed_in(people.mai()).post(reverse(f"desk:{deed}", args=[kept.pk])).status_code == 404
    for person in (people.mai(), people.khoa(), people.hung()):
        assert signed_in(person).get(reverse("desk:order", args=[order.pk])).status_code == 404
        assert signed_in(person).post(reverse("desk:parcel-cancel", args=[sent.pk])).status_code == 404
    sent.refresh_from_db()
    assert sent.status == "open"


def test_whoever_works_on_it_may_call_and_only_who_sends_knows_where_to(goods: Two, order: Order) -> None:
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.far, "pickup")
    for name in ("desk:parcel", "desk:slip"):
        assert _told(_page(people.mai(), sent, name)) == (True, False, True)
        assert _told(_page(people.khoa(), kept, name)) == (True, False, False)
    fulfilments.delivered(**split.shipped(sent))
    for name in ("desk:parcel", "desk:slip"):
        assert _told(_page(people.mai(), sent, name)) == (False, True, False)
        assert _told(_page(people.khoa(), kept, name)) == (True, False, False)


def test_before_it_is_paid_and_after_it_is_off_nobody_needs_the_number(goods: Two, order: Order) -> None:
    unpaid = make.order(*goods.wanted(), payment="card")
    assert _told(_page(people.mai(), split.parcel(unpaid, goods.near))) == (False, True, False)
    sent = split.parcel(order, goods.near)
    checkout.cancel_parcel(fulfilment=sent, because=Order.Because.SHOPPER, by=None, at=make.NOW)
    assert _told(_page(people.mai(), sent)) == (False, True, False)


def test_a_producer_sees_its_own_lines_and_nobody_who_bought(goods: Two, order: Order) -> None:
    other = make.producer("Hộ khác")
    other.users.set([people.khoa()])
    type(goods.fish).objects.filter(pk=goods.fish.pk).update(producer=other)
    hung, khoa = (
        signed_in(person).get(reverse("desk:sold")).content.decode() for person in (people.hung(), people.khoa())
    )
    assert goods.sugar.title in hung and goods.fish.title not in hung
    assert goods.fish.title in khoa and goods.sugar.title not in khoa
    for page in (hung, khoa):
        assert order.number in page and "Lan" not in page and "0912" not in page and STREET not in page


def test_the_office_cancels_one_parcel(goods: Two, order: Order) -> None:
    sent, tam = split.parcel(order, goods.near), signed_in(people.tam())
    page = reverse("desk:order", args=[order.pk])
    url = reverse("desk:parcel-cancel", args=[sent.pk])
    assert url in tam.get(page).content.decode()
    assert tam.post(url)["Location"] == page
    sent.refresh_from_db()
    assert (sent.status, sent.off_because) == ("cancelled", "office")
    assert url not in tam.get(page).content.decode()


def test_mai_reports_a_parcel_lost(goods: Two, order: Order) -> None:
    sent = split.parcel(order, goods.near)
    split.shipped(sent)
    mai, url = signed_in(people.mai()), reverse("desk:lost", args=[sent.pk])
    assert url in _page(people.mai(), sent)
    mai.post(url)
    sent.refresh_from_db()
    assert (sent.status, sent.off_because) == ("cancelled", "lost")
    assert url not in _page(people.mai(), sent)


def test_lan_cancels_one_parcel_by_her_link(goods: Two, order: Order) -> None:
    sent = split.parcel(order, goods.near)
    url = reverse("shop:parcel-cancel", args=[order.token, sent.pk])
    visitor = Client()
    assert url in visitor.get(f"/orders/{order.token}/").content.decode()
    other = make.order((goods.sugar, 1), payment="cod")
    assert visitor.post(reverse("shop:parcel-cancel", args=[other.token, sent.pk])).status_code == 404
    assert visitor.post(url).status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.off_because) == ("cancelled", "shopper")
    assert url not in visitor.get(f"/orders/{order.token}/").content.decode()
