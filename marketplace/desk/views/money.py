"""Money that waits for the office: refunds that failed, cash to give back, words of the gateway that were given up."""

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
    facts = {"refund": get_object_or_404(Refund, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: payments.try_refund_again(**facts), _("It is tried again within a minute."))
    return redirect("desk:money")


@require_POST
@door(is_office)
def paid_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The shopper has the money."""
    facts = {"refund": get_object_or_404(Refund, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: checkout.pay_back(**facts), _("Noted. The shopper gets it in writing."))
    return redirect("desk:money")


@require_POST
@door(is_office)
def event_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The word is looked at once more."""
    facts = {"event": get_object_or_404(PaymentEvent, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: payments.try_event_again(**facts), _("It is tried again within a minute."))
    return redirect("desk:money")


@require_POST
@door(is_office)
def event_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is to be done about the word."""
    facts = {"event": get_object_or_404(PaymentEvent, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: payments.set_event_aside(**facts), _("Set aside."))
    return redirect("desk:money")
