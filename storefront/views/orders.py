"""An order's page: for whoever holds its link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.checkout.actions import cancel as cancel_order
from marketplace.checkout.receipt import receipt_answer
from marketplace.errors import Refused, noted
from marketplace.order.models import Order

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


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(Order, token=token)
    by = request.user if request.user.is_authenticated else None
    page = redirect("shop:order", token=token)
    try:
        cancel_order(order=found, by=by, reason=Order.Because.SHOPPER, at=timezone.now())
        messages.success(request, _("The order is cancelled."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    return page
