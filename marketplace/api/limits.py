"""Who may call, how much and how often; and in which language the answer is."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django_ratelimit.core import is_ratelimited
from ninja.errors import Throttled
from ninja.security import HttpBearer
from redis.exceptions import RedisError

from marketplace.tills.models import Till
from marketplace.tills.queries import till_of

from .problems import TooLarge

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024
RATE = "120/m"
Run = Callable[..., HttpResponseBase]


class TillToken(HttpBearer):
    """`Authorization: Bearer …` with the token that `manage.py make_till` printed."""

    def authenticate(self, request: HttpRequest, token: str) -> Till | None:
        till = till_of(token)
        if till is not None and _too_often(request, till):
            raise Throttled(wait=60)
        return till


def _too_often(request: HttpRequest, till: Till) -> bool:
    try:
        return is_ratelimited(request, group="tills", key=lambda *_: str(till.pk), rate=RATE, increment=True)
    except RedisError as error:
        log.warning("cache away, nobody is counted: %s", error)
        return False


def in_the_readers_language(run: Run) -> Run:
    """By Accept-Language: API addresses carry no language."""

    @wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(translation.get_language_from_request(request)):
            return run(request, *args, **kwargs)

    return wrapped


def of_bounded_size(run: Run) -> Run:
    """Looks at the announced length before a byte is read. Without one, the server reads nothing at all."""

    @wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST:
            from .api import api

            return api.on_exception(request, TooLarge())
        return run(request, *args, **kwargs)

    return wrapped
