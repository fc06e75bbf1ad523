"""Quantity prices as their producer writes them."""

import pytest
from django.utils import translation

from tests import make, people

from .conftest import signed_in

pytestmark = pytest.mark.django_db


def test_written_changed_and_taken_away_on_the_listings_page() -> None:
    product, desk = make.product(), signed_in(people.hung())
    at = f"/desk/goods/{product.pk}/"
    facts = {"from_1": "50", "price_1": "96.000", "from_3": "10", "price_3": "108 000 đ"}
    assert desk.post(f"{at}tiers/", facts).status_code == 302
    assert product.stockrecords.get().tiers == [[10, 108_000], [50, 96_000]]
    form = desk.get(at).context["tiers_form"]
    assert [(quantity.value(), price.value()) for quantity, price in form.pairs][:3] == [
        (10, "108.000"), (50, "96.000"), (None, None),
    ]  # fmt: skip
    desk.post(f"{at}tiers/", {})
    assert product.stockrecords.get().tiers == []


@pytest.mark.parametrize(
    "facts",
    [
        {"from_1": "10"},
        {"price_1": "100.000"},
        {"from_1": "1", "price_1": "100.000"},
        {"from_1": "10", "price_1": "120.000"},
        {"from_1": "10", "price_1": "mười"},
        {"from_1": "10", "price_1": "100.000", "from_2": "20", "price_2": "110.000"},
    ],
)
def test_what_does_not_fit_stands_there_as_it_was_typed(facts: dict[str, str]) -> None:
    product, desk = make.product(), signed_in(people.hung())
    with translation.override("vi"):
        answer = desk.post(f"/desk/goods/{product.pk}/tiers/", facts)
    form = answer.context["tiers_form"]
    assert answer.status_code == 200 and form.errors
    assert [form[name].value() for name in facts] == list(facts.values())
    assert product.stockrecords.get().tiers == []
