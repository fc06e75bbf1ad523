"""The builders build what they say."""

import pytest

from marketplace.certificates.models import Certificate
from tests import make, people

pytestmark = pytest.mark.django_db


def test_a_product_is_listed_with_its_price_and_a_live_star() -> None:
    product = make.product("Mật thốt nốt")
    assert product in type(product).objects.listed()
    assert Certificate.objects.live_on(make.TODAY).get().product == product
    assert product.producer is not None and people.hung() in product.producer.users.all()


def test_a_product_without_a_producer_is_not_listed() -> None:
    product = make.product()
    product.producer = None
    product.save(update_fields=["producer"])
    assert product not in type(product).objects.listed()
