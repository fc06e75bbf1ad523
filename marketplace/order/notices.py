"""What every message about an order says, and to whom it goes."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from marketplace.notices.actions import Recipient, Telling, tell_all

from .models import Order


def link(order: Order, page: str = "shop:order") -> str:
    """The order's page, in the language of its buyer; whoever has the link may read it."""
    with translation.override(order.language):
        return settings.SITE_URL + reverse(page, kwargs={"token": order.token})


def facts(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "name": order.contact_name,
        "url": link(order),
        **({} if order.user_id else {"choices_url": link(order, "shop:order-messages")}),
        "total": int(order.due),
        "payment_method": order.payment_method,
    }


def for_buyer(order: Order, kind: str, occasion: str = "", **more: Any) -> Telling:
    """The buyer hears of it once for each occasion."""
    to = Recipient(order.email, order.phone, order.language, order.user_id, about=order.number)
    key = f"{order.number}:{occasion}" if occasion else order.number
    return Telling(kind, key, to, facts(order) | more)


def tell_buyer(order: Order, kind: str, occasion: str = "", **more: Any) -> None:
    tell_all(tellings=[for_buyer(order, kind, occasion, **more)])
