"""How many orders one visitor may try to place in a minute."""

import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_ratelimit.core import is_ratelimited
from redis.exceptions import RedisError

from marketplace.errors import Refused

log = logging.getLogger(__name__)


class TooFast(Refused):
    sentence = _("You placed many orders in a short time. Please wait a minute.")
    code = "too_fast"


def keep(request: HttpRequest) -> None:
    """Refuses what comes too fast. Orders go on while the counter is away."""
    rate = f"{settings.ORDERS_PER_MINUTE}/m"
    try:
        if is_ratelimited(request, group="checkout.place", key="user_or_ip", rate=rate, increment=True):
            raise TooFast
    except (RedisError, OSError) as error:
        log.warning("orders are not counted: %s", error)
