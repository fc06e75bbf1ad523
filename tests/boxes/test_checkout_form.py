"""A gift box in the form that divides an order: one choice, one way."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.checkout.forms import DetailsForm
from tests import make

pytestmark = pytest.mark.django_db


def _form(basket: Any, *collected: int, point: Any) -> DetailsForm:
    home = make.commune()
    typed = {
        "name": "Lan", "phone": "0912000001", "email": "lan@example.vn", "method": "both", "payment": "card",
        "province": home.province_id, "commune": home.pk, "street": "12 Trần Hưng Đạo", "location": point.pk,
        "collected": list(collected),
    }  # fmt: skip
    return DetailsForm(typed, basket=basket, user=AnonymousUser(), at=make.NOW)


def test_it_is_ticked_as_one_and_all_in_it_is_collected() -> None:
    point = make.location("Điểm Châu Đốc")
    honey, tea, fish = (make.product(title) for title in ("Mật ong", "Trà", "Khô cá"))
    for product in (honey, tea, fish):
        make.stock(product, 10, at_place=point)
    make.tariff()
    box = make.box((honey, 1), (tea, 2), packed_at=point, title="Hộp quà Tết")
    basket = make.basket_of_boxes(box, 1, (fish, 1))
    form = _form(basket, -box.pk, point=point)
    assert form.fields["collected"].choices == [(fish.pk, "Khô cá"), (-box.pk, "Hộp quà Tết")]
    assert form.is_valid(), form.errors
    assert form.details and form.details.collected == tuple(sorted((honey.pk, tea.pk)))
    assert form.to_collect == {str(honey.pk), str(tea.pk)}
    again = DetailsForm(
        initial={"collected": form.details.collected, "method": "both"},
        basket=basket,
        user=AnonymousUser(),
        at=make.NOW,
    )
    assert -box.pk in again["collected"].value()
