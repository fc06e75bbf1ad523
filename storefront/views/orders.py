"""An order's page: for whoever holds its link."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.checkout.actions import cancel as cancel_order
from marketplace.checkout.actions import cancel_parcel as leave_out
from marketplace.errors import Refused, noted
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order

from ..queries.orders import order_page, whole_orders


@require_safe
@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    page = order_page(get_object_or_404(whole_orders(), token=token))
    response = render(request, "shop/order.html", vars(page))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Order, token=token)
    deed = partial(cancel_order, order=found, reason=Order.Because.SHOPPER)
    return _cancelled(request, token, deed, _("The order is cancelled."))


@require_POST
def cancel_parcel(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """One of several; the others come."""
    found = get_object_or_404(Fulfilment, order__token=token, pk=pk)
    deed = partial(leave_out, fulfilment=found, because=Order.Because.SHOPPER)
    return _cancelled(request, token, deed, _("This parcel is cancelled; the others come."))


def _cancelled(request: HttpRequest, token: str, deed: Any, said: str) -> HttpResponse:
    by = request.user if request.user.is_authenticated else None
    page = redirect("shop:order", token=token)
    try:
        deed(by=by, at=timezone.now())
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    return page
