"""The office: orders and producers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue import actions as catalogue
from marketplace.checkout import actions as checkout
from marketplace.checkout.receipt import receipt_answer
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.partner.models import Partner
from marketplace.roles import is_office

from ..deeds import attempt, perform
from ..doors import door
from ..forms import WhyForm
from ..pages import paged, show, words
from ..queries import office


@door(is_office)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders by state, by number or by phone."""
    text, status = words(request), request.GET.get("status", "")
    page, pager = paged(request, office.orders(text, status))
    context = {"rows": page.object_list, "pager": pager, "q": text, "tabs": office.order_tabs(status)}
    return show(request, "orders", context)


@door(is_office)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: lines, parcels, money, and everything that was done to it."""
    order = get_object_or_404(Order.objects.select_related("user", "shipping_address"), pk=pk)
    return show(request, "order", {"page": office.order_page(order), "order": order, "why_form": WhyForm()})


@door(is_office)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """As its buyer has it."""
    return receipt_answer(get_object_or_404(Order.objects.select_related("user", "shipping_address"), pk=pk))


@require_POST
@door(is_office)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The shopper has said yes on the telephone."""
    facts = {"order": get_object_or_404(Order, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: checkout.confirm_cash(**facts), _("Confirmed. The goods can be picked."))
    return redirect("desk:order", pk)


@require_POST
@door(is_office)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The order ends; what was paid goes back."""
    facts = {"order": get_object_or_404(Order, pk=pk), "by": request.user, "at": timezone.now()}
    said = _("The order is cancelled. What was paid goes back.")
    perform(request, checkout.cancel, said, WhyForm(request.POST), **facts)
    return redirect("desk:order", pk)


@require_POST
@door(is_office)
def cancel_parcel(request: HttpRequest, pk: int) -> HttpResponse:
    """The order goes on without one of its parcels."""
    parcel = get_object_or_404(Fulfilment, pk=pk)
    facts = {"fulfilment": parcel, "because": Order.Because.OFFICE, "by": request.user, "at": timezone.now()}
    attempt(
        request, lambda: checkout.cancel_parcel(**facts), _("The parcel is cancelled. What was paid for it goes back.")
    )
    return redirect("desk:order", parcel.order_id)


@door(is_office)
def producers(request: HttpRequest) -> HttpResponse:
    """Who sells, and whose identity is verified."""
    text = words(request)
    page, pager = paged(request, office.producers(text))
    return show(request, "producers", {"rows": page.object_list, "pager": pager, "q": text})


@require_POST
@door(is_office)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"producer": get_object_or_404(Partner, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: catalogue.verify_producer(**facts), _("Verified. The producer's goods can be sold."))
    return redirect("desk:producers")


@require_POST
@door(is_office)
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """The producer's goods leave the shop."""
    facts = {"producer": get_object_or_404(Partner, pk=pk), "by": request.user, "at": timezone.now()}
    said = _("Withdrawn. The goods have left the shop.")
    perform(request, catalogue.doubt_producer, said, WhyForm(request.POST), **facts)
    return redirect("desk:producers")
