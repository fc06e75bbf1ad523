"""Money that waits for the office: refunds that failed, cash to give back, words of the gateway that were given up."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.payment import actions as payments
from marketplace.payment.models import PaymentEvent, Refund
from marketplace.roles import is_office

from ..deeds import attempt
from ..doors import door
from ..pages import show
from ..queries import money


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """What no machine will move any more."""
    return show(request, "money", {"money": money.waiting()})


@require_POST
@door(is_office)
def refund_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The payment company is asked once more."""
    return _done(request, checkout.try_refund_again, _("It is tried again within a minute."), refund=_found(Refund, pk))


@require_POST
@door(is_office)
def paid_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The shopper has the money."""
    return _done(request, checkout.pay_back, _("Noted. The shopper gets it in writing."), refund=_found(Refund, pk))


@require_POST
@door(is_office)
def event_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The word is looked at once more."""
    said = _("It is tried again within a minute.")
    return _done(request, payments.try_event_again, said, event=_found(PaymentEvent, pk))


@require_POST
@door(is_office)
def event_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is to be done about the word."""
    return _done(request, payments.set_event_aside, _("Set aside."), event=_found(PaymentEvent, pk))


def _done(request: HttpRequest, deed: Callable[..., object], said: str, **about: Any) -> HttpResponse:
    attempt(request, lambda: deed(**about, by=request.user, at=timezone.now()), said)
    return redirect("desk:money")


def _found(kind: Any, pk: int) -> Any:
    """The office sees every row."""
    return get_object_or_404(kind, pk=pk)
