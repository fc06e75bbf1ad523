"""An order's page: for whoever holds its link."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.checkout.actions import cancel as cancel_order
from marketplace.checkout.actions import cancel_parcel as leave_out
from marketplace.checkout.actions import cancel_pieces, confirm_cash
from marketplace.checkout.confirmation import is_mark_of
from marketplace.checkout.receipt import receipt_answer
from marketplace.errors import Refused, noted
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order

from ..queries.fewer import asked
from ..queries.orders import order_page, whole_orders


@require_safe
@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    page = order_page(get_object_or_404(whole_orders(), token=token))
    response = render(request, "shop/order.html", vars(page))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """To print or keep, in the order's language."""
    return receipt_answer(get_object_or_404(Order.objects.select_related("user", "shipping_address"), token=token))


@never_cache
def confirm(request: HttpRequest, token: str, mark: str) -> HttpResponse:
    """The shopper says yes to an order in cash; reading the page changes nothing, for mail programs read links."""
    found = get_object_or_404(Order.objects.select_related("user"), token=token)
    if not is_mark_of(token, mark):
        raise Http404
    if request.method == "POST":
        return _confirmed(request, found)
    answer = render(request, "shop/confirm.html", {"order": found})
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _confirmed(request: HttpRequest, order: Order) -> HttpResponse:
    by, page = request.user if request.user.is_authenticated else None, redirect("shop:order", token=order.token)
    try:
        confirm_cash(order=order, by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    messages.success(request, _("Thank you. The order is confirmed and will be prepared."))
    return page


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Order, token=token)
    facts = {"order": found, "by": person(request), "reason": Order.Because.SHOPPER, "at": timezone.now()}
    return done(request, token, lambda: cancel_order(**facts), _("The order is cancelled."))


@require_POST
def fewer(request: HttpRequest, token: str) -> HttpResponse:
    """Some pieces are not wanted any more."""
    found = get_object_or_404(whole_orders(), token=token)
    form = asked(found, request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say how many pieces are to be taken off."))
        return noted(request, redirect("shop:order", token), "pieces")
    facts = {"order": found, "by": person(request), "reason": Order.Because.SHOPPER, "at": timezone.now()}
    return done(request, token, lambda: cancel_pieces(pieces=form.pieces(), **facts), _("The pieces are cancelled."))


@require_POST
def cancel_parcel(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """One of several; the others come."""
    found = get_object_or_404(Fulfilment, order__token=token, pk=pk)
    facts = {"fulfilment": found, "because": Order.Because.SHOPPER, "by": person(request), "at": timezone.now()}
    return done(request, token, lambda: leave_out(**facts), _("This parcel is cancelled; the others come."))


def done(request: HttpRequest, token: str, deed: Callable[[], object], said: str) -> HttpResponse:
    """The order's page again, which says whether it was done."""
    page = redirect("shop:order", token=token)
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    messages.success(request, said)
    return page


def person(request: HttpRequest) -> object:
    """Who signed in; a guest has the link alone."""
    return request.user if request.user.is_authenticated else None
