"""Oscar's names for the two ways goods reach a shopper."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping.methods import *  # noqa: F403
from oscar.apps.shipping.methods import Base
from oscar.core.prices import Price

from marketplace.money import ZERO


class Pickup(Base):  # type: ignore[misc]
    """Collected at a sales point, free of charge."""

    code, name = "pickup", _("Pickup at a sales point")

    def calculate(self, basket: Any) -> Price:
        return Price(currency=basket.currency, excl_tax=ZERO, incl_tax=ZERO)


class Delivery(Base):  # type: ignore[misc]
    """Brought to the door for the fee of the tariff."""

    code, name = "delivery", _("Delivery")

    def __init__(self, amount: Decimal) -> None:
        self.amount = amount

    def calculate(self, basket: Any) -> Price:
        return Price(currency=basket.currency, excl_tax=self.amount, incl_tax=self.amount)
