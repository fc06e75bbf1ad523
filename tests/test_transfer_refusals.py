"""What is refused around bank transfers, told the same way as everything else that is refused."""

import json
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.checkout import actions as checkout
from marketplace.checkout.queries import drafting
from marketplace.order.models import Order
from marketplace.payment.banking import actions as banking
from tests import make
from tests import test_refusals as others
from tests.shopper import Ask, Shop
from tests.test_refusals import Refusal

pytestmark = pytest.mark.django_db
shop = others.shop


def transfer_to_no_account(shop: Shop) -> Ask:
    """The office stops taking transfers while the shopper reads the summary."""
    account = make.bank_account()
    shop.fill()
    shop.post("/checkout/", shop.typed(payment="transfer"))()
    agreed = shop.get("/checkout/review/")().context["form"].initial | {"accept": "on"}
    banking.accounts.hide(account=account, by=None)
    return shop.post("/checkout/place/", agreed)


def transfer_order_to_be_paid_by_card(shop: Shop) -> Ask:
    order = make.transfer_order((shop.product, 1), at=timezone.now())
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    return shop.post(f"/checkout/pay/{order.token}/", {})


def account_for_money_on_its_way(shop: Shop) -> Ask:
    order = make.transfer_order((shop.product, 1), at=timezone.now())
    line = make.bank_line(order.sources.get().reference, order.due, at=timezone.now())
    checkout.receive(line_id=line.pk, at=timezone.now())
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    checkout.pay_back(refund=order.sources.get().refunds.get(), by=None, at=timezone.now())
    typed = {"bin": "970405", "number": "123456", "holder": "Nguyễn Thị Lan"}
    return shop.post(f"/money-back/{order.sources.get().refund_account.token}/", typed)


def feed_with_a_bad_token(shop: Shop) -> Ask:
    body = json.dumps({"transactions": []})
    return shop.call("/api/v1/bank/transactions", body.encode(), Authorization="Bearer khong-phai-ma")


TABLE = [
    Refusal(transfer_to_no_account, 200, drafting.NoTransfer, "no_transfer"),
    Refusal(
        transfer_order_to_be_paid_by_card, 200, lambda: checkout.NotPayable(status=_("Cancelled")), "order_not_payable"
    ),
    Refusal(account_for_money_on_its_way, 200, banking.payouts.OnItsWay, "refund_on_its_way"),
    Refusal(feed_with_a_bad_token, 401, lambda: _("The token is missing, unknown or revoked."), "bad_token"),
]


@pytest.mark.parametrize("refusal", TABLE, ids=lambda one: one.asked.__name__)
def test_it_is_said_logged_once_and_changes_nothing(refusal: Refusal, shop: Shop, caplog: Any, settings: Any) -> None:
    others.test_it_is_said_logged_once_and_changes_nothing(refusal, shop, caplog, settings)
