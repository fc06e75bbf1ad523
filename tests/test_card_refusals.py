"""What Stripe alone can refuse is a sentence of the shop's, too."""

import html
import logging
from typing import Any

import pytest
from django.utils import timezone, translation

from marketplace.payment.gateways.stripe import AmountTooSmall
from marketplace.payment.standin import Standin
from tests import make, test_refusals, test_refusals_elsewhere
from tests.shopper import Shop

pytestmark = pytest.mark.django_db
shop, stripe = test_refusals.shop, test_refusals_elsewhere.stripe  # fixtures


def test_less_than_the_gateway_takes(shop: Shop, stripe: Standin, caplog: Any, settings: Any) -> None:
    """Our own minimum is too low by now, for rates have changed: Stripe's no is a word, and the order waits on."""
    settings.CARD_MINIMUM = 1_000
    shop.product.stockrecords.update(price=5_000)
    order = make.order((shop.product, 1), location_id=shop.place.pk, at=timezone.now(), language=shop.language)
    with caplog.at_level(logging.INFO):
        answer = shop.post(f"/checkout/pay/{order.token}/", {})()
    with translation.override(shop.language):
        assert str(AmountTooSmall()) in html.unescape(answer.content.decode())
    assert [record for record in caplog.records if "payment.amount_too_small" in record.getMessage()]
    order.refresh_from_db()
    assert (order.status, order.sources.get().reference) == ("awaiting-payment", "")
