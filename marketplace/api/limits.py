"""Who may call, how much and how often; and in which language the answer is."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django_ratelimit.core import get_usage
from ninja.errors import Throttled
from ninja.security import HttpBearer
from redis.exceptions import RedisError

from marketplace.payment.banking.actions import accounts
from marketplace.payment.banking.queries import feed_of
from marketplace.payment.models import BankFeed
from marketplace.shipping.models import Carrier
from marketplace.shipping.queries import carrier_of
from marketplace.tills.actions import contacted
from marketplace.tills.models import Till
from marketplace.tills.queries import till_of

from .problems import refused

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024
RATE = "120/m"
View = Callable[..., HttpResponse]


class TillToken(HttpBearer):
    """`Authorization: Bearer …` with the till's token, which was shown once when the till was made."""

    def authenticate(self, request: HttpRequest, token: str) -> Till | None:
        till = till_of(token)
        if till is not None:
            _keep_pace(request, "tills", till.pk)
            contacted(till=till, at=timezone.now())
        return till


class CarrierToken(HttpBearer):
    """The same of a carrier: its token opens its own parcels, and nothing of any till."""

    def authenticate(self, request: HttpRequest, token: str) -> Carrier | None:
        carrier = carrier_of(token)
        if carrier is not None:
            _keep_pace(request, "carriers", carrier.pk)
        return carrier


class FeedToken(HttpBearer):
    """`Authorization: Bearer …` with the token of a bank feed, which was shown once when it was made."""

    def authenticate(self, request: HttpRequest, token: str) -> BankFeed | None:
        feed = feed_of(token)
        if feed is not None:
            _keep_pace(request, "bank", feed.pk)
            accounts.contacted(feed=feed, at=timezone.now())
        return feed


def _keep_pace(request: HttpRequest, group: str, caller: int) -> None:
    """Refuses a caller that calls too often."""
    if wait := _to_wait(request, group, caller):
        raise Throttled(wait=wait)


def _to_wait(request: HttpRequest, group: str, caller: int) -> int:
    """Seconds until this caller may call again; 0 when it may now."""
    try:
        usage = get_usage(request, group=group, key=lambda *_: str(caller), rate=RATE, increment=True)
    except RedisError as error:
        log.warning("cache away, nobody is counted: %s", error)
        return 0
    return max(1, usage["time_left"]) if usage and usage["should_limit"] else 0


def guarded(view: View) -> View:
    """The view behind the API's one door: in the reader's language, of bounded size, refusing by problems only.

    API addresses carry no language: Accept-Language says it. A body must announce its length, which is looked at
    before a byte is read; the server reads no further than that.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            return _oversized(request) or _told(request, view, *args, **kwargs)

    return wrapped


def _oversized(request: HttpRequest) -> HttpResponse | None:
    length = request.headers.get("Content-Length", "")
    if not length and (request.method in {"POST", "PUT", "PATCH"} or "Transfer-Encoding" in request.headers):
        return refused(request, 411)
    if length and (not (length.isascii() and length.isdecimal()) or int(length) > LARGEST):
        return refused(request, 413)
    return None


def _told(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        answer = view(request, *args, **kwargs)
    except Http404:
        return refused(request, 404)
    return refused(request, 405, {"Allow": answer["Allow"]}) if answer.status_code == 405 else answer
