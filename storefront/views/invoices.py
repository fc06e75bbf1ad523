"""An invoice for an order: asked for, or asked for otherwise, by whoever holds the order's link."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from marketplace.errors import Refused, noted
from marketplace.invoices import actions
from marketplace.invoices.forms import InvoiceForm, initial
from marketplace.order.models import Order


@never_cache
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """The form; sent, it is what the invoices will say."""
    order = get_object_or_404(Order.objects.select_related("user", "invoice_request"), token=token)
    known = initial(getattr(order, "invoice_request", None), email=order.email)
    form = InvoiceForm(request.POST) if request.method == "POST" else InvoiceForm(initial=known)
    return _asked(request, order, form) if form.is_valid() else _form(request, order, form)


def _form(request: HttpRequest, order: Order, form: InvoiceForm) -> HttpResponse:
    answer = render(request, "shop/invoice.html", {"form": form, "order": order}, status=400 if form.errors else 200)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    told = form.errors.as_data().items()
    return (
        noted(request, answer, *(f"{field} {one.code}" for field, found in told for one in found)) if told else answer
    )


def _asked(request: HttpRequest, order: Any, form: InvoiceForm) -> HttpResponse:
    by, page = request.user if request.user.is_authenticated else None, redirect("shop:order", token=order.token)
    try:
        actions.ask(order=order, **form.asked(), by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    messages.success(request, _("Noted. The invoice is issued when you have received everything."))
    return page
