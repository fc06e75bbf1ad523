"""What is refused outside the shop's own pages: where the card is typed, and at the command line."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.certificates.register import WrongHeader
from marketplace.checkout import actions as checkout
from marketplace.order.models import Order
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import DECLINED
from tests import make
from tests.rows import changed, everything
from tests.shopper import Shop, opened

pytestmark = pytest.mark.django_db
SECRET, WEBHOOK = "whsec_of_refusals", "/payment/stripe/webhook/"


@pytest.fixture(params=["vi", "en"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    return opened(request.param, tmp_path)


@pytest.fixture
def stripe(settings: Any) -> Iterator[Standin]:
    with Standin(webhook_secret=SECRET) as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_of_refusals"
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        yield playing


def test_a_declined_card(shop: Shop, stripe: Standin, caplog: Any) -> None:
    """Said where the card was typed, in both languages; the order waits on as it was for another card."""
    order = make.order((shop.product, 1), at=timezone.now(), language=shop.language)
    page = checkout.start_payment(order=order, at=timezone.now())
    before = everything()
    typed = {"card_number": DECLINED, "expiry": "12/40", "cvc": "123"}
    answer = requests.post(page, data=typed, allow_redirects=False, timeout=5)
    assert answer.status_code == 402
    assert {"vi": "Ngân hàng từ chối thẻ này.", "en": "Your card was declined."}[shop.language] in answer.text
    with caplog.at_level(logging.INFO):
        for told in stripe.webhooks:
            signed = {"Stripe-Signature": told.signature}
            assert shop.visitor.post(WEBHOOK, told.payload, "application/json", headers=signed).status_code == 204
        for pk in apps.get_model("payment", "PaymentEvent").objects.values_list("pk", flat=True):
            checkout.handle_event(event_id=pk, at=timezone.now())
    assert [record.getMessage() for record in caplog.records] == [f"order {order.pk}: a card was declined"]
    assert changed(before) <= {
        "payment_paymentevent",
        "payment_source",
        "notices_notice",
        "notices_delivery",
    }  # the word is kept, and when to ask again
    order.refresh_from_db()
    assert (order.status, order.sources.get().state, Order.objects.count()) == ("awaiting-payment", "open", 1)
    assert shop.visitor.post(shop.at(f"/checkout/pay/{order.token}/"), {})["Location"] == page


def test_a_register_without_its_columns(shop: Shop, caplog: Any) -> None:
    file = shop.folder / "gia.csv"
    file.write_text("Tên sản phẩm,Giá\nĐường thốt nốt,95000\n")
    before = everything()
    with translation.override(shop.language), caplog.at_level(logging.INFO), pytest.raises(CommandError) as refused:
        call_command("load_register", str(file))
    with translation.override(shop.language):
        missing = ", ".join([_("producer (Chủ thể)"), _("stars (Hạng sao)"), _("date of decision (Ngày quyết định)")])
        assert str(refused.value) == str(WrongHeader(missing=missing))  # manage.py writes it as one line
    assert changed(before) == set() and not caplog.records
