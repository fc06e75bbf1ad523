"""How often one visitor may try to place an order in a minute, or ask for the return of a parcel."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_ratelimit.core import is_ratelimited
from redis.exceptions import RedisError

from marketplace.errors import Refused

log = logging.getLogger(__name__)
RETURNS = "10/10m"


class TooFast(Refused):
    sentence = _("You placed many orders in a short time. Please wait a minute.")
    code = "too_fast"


class TooManyTries(Refused):
    sentence = _("Too many tries. Please wait ten minutes and try again.")
    code = "return_too_fast"


def keep(request: HttpRequest) -> None:
    """Refuses orders that come too fast."""
    rate = f"{settings.ORDERS_PER_MINUTE}/m"
    _keep(request, TooFast, group="checkout.place", key="user_or_ip", rate=rate)


def keep_returns(request: HttpRequest, parcel: int) -> None:
    """Refuses forms about one parcel that come too fast: each brings photographs that are worked on."""
    _keep(request, TooManyTries, group="returns.ask", key=lambda _group, _request: str(parcel), rate=RETURNS)


def _keep(request: HttpRequest, refusal: type[Refused], **counted: Any) -> None:
    """The doors stay open while the counter is away."""
    try:
        if is_ratelimited(request, increment=True, **counted):
            raise refusal
    except (RedisError, OSError) as error:
        log.warning("tries are not counted: %s", error)
