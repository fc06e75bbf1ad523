"""The doors from the basket to the paid order."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from oscar.apps.basket.middleware import BasketMiddleware

from marketplace.errors import Refused, noted
from marketplace.notices.tasks import ring
from marketplace.order.models import Order
from marketplace.payment.gateways import GatewayError

from . import actions, pace, tasks
from .details import Details
from .forms import FIELDS, DetailsForm, NotAgreed, ReviewForm, communes_of, initial
from .queries.drafting import EmptyBasket
from .queries.reviewing import details_page
from .queries.reviewing import review as reviewed

KEPT, PLACED = "checkout", "checkout_placed"  # in the session
IN_BASKET = {
    "empty_basket",
    "not_for_sale",
    "out_of_stock",
    "box_gone",
    "box_cannot_wait",
}  # what only the basket's page can put right


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Who, where, when and how to pay."""
    if request.basket.is_empty:
        return _back(request, EmptyBasket())
    form = _details_form(request)
    if form.is_bound and form.is_valid():
        request.session[KEPT] = form.details.plain()
        return redirect("checkout:review")
    return _index_page(request, form)


def _details_form(request: HttpRequest) -> DetailsForm:
    """Bound when it was sent; when only other communes are asked for, what was typed is kept and nothing is wrong yet."""
    kept = _kept(request)
    about = {"basket": request.basket, "user": request.user, "at": timezone.now()}
    about["one_parcel"] = kept is not None and kept.one_parcel
    if request.method == "POST" and "refill" not in request.POST:
        return DetailsForm(request.POST, **about)
    known = request.POST.dict() if request.method == "POST" else initial(kept, request.user)
    return DetailsForm(initial=known, **about)


def _index_page(request: HttpRequest, form: DetailsForm) -> HttpResponse:
    try:
        page = details_page(request.basket, user=request.user, at=timezone.now(), **form.so_far)
    except Refused as refused:
        return _back(request, refused)
    context = vars(page) | {"form": form, "communes_url": reverse("checkout:communes")}
    answer = render(request, "shop/checkout/index.html", context, status=400 if form.errors else 200)
    return noted(request, answer, *_codes(form)) if form.errors else answer


def _codes(form: DetailsForm) -> list[str]:
    return [f"{field} {one.code}" for field, errors in form.errors.as_data().items() for one in errors]


@require_GET
def communes(request: HttpRequest) -> JsonResponse:
    """The communes of a province, to narrow the choice without loading the page again."""
    found = communes_of(request.GET.get("province", ""))
    return JsonResponse(list(found.values_list("pk", "name")), safe=False)


@never_cache
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """Every fee and fact before the order."""
    details = _kept(request)
    if details is None or request.basket.is_empty:
        return redirect("checkout:index")
    try:
        return _review_page(request, details)
    except Refused as refused:
        return _back(request, refused, otherwise="checkout:index")


@require_POST
def bundle(request: HttpRequest) -> HttpResponse:
    """One parcel later, or several as fast as can be."""
    details = _kept(request)
    if details is None:
        return redirect("checkout:index")
    request.session[KEPT] = replace(details, one_parcel=request.POST.get("parcels") == "one").plain()
    return redirect("checkout:review")


def _review_page(request: HttpRequest, details: Details) -> HttpResponse:
    found = reviewed(request.basket, user=request.user, details=details, at=timezone.now())
    context = vars(found) | {
        "form": ReviewForm(initial={"basket": request.basket.pk, "total": int(found.total), "mark": found.mark}),
        "edit_url": reverse("checkout:index"),
        "place_url": reverse("checkout:place"),
        "bundle_url": reverse("checkout:bundle"),
    }
    return render(request, "shop/checkout/review.html", context)


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """With the shopper's yes the order is placed; the same yes sent again finds the same order."""
    try:
        order = _placed_before(request) or _place(request)
    except Refused as refused:
        return _back(request, refused)
    return _to_payment(request, order)


def _back(request: HttpRequest, refused: Refused, otherwise: str = "checkout:review") -> HttpResponse:
    """Says no, and leads to the page where it can be put right."""
    messages.error(request, str(refused))
    page = "basket:summary" if refused.code in IN_BASKET else "checkout:index" if refused.code in FIELDS else otherwise
    return noted(request, redirect(page), refused.code)


def _place(request: HttpRequest) -> Order:
    form, details, at = ReviewForm(request.POST), _kept(request), timezone.now()
    if details is None or not form.is_valid():
        raise NotAgreed
    pace.keep(request)
    agreed = {"agreed_total": form.cleaned_data["total"], "agreed": form.cleaned_data["mark"]}
    basket = BasketMiddleware(None).get_basket(request)  # without prices: they are asked anew under the lock
    order = actions.place_order(basket=basket, details=details, by=request.user, at=at, **agreed)
    del request.session[KEPT]
    request.session[PLACED] = [basket.pk, order.token]
    return order


def _placed_before(request: HttpRequest) -> Order | None:
    """The same form sent again finds its order, not an empty basket."""
    basket, token = request.session.get(PLACED) or (None, "")
    again = basket and request.POST.get("basket") == str(basket)
    return Order.objects.filter(token=token).first() if again else None


def _to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """To the payment company's page where there is something to pay; else to the order's own."""
    page, awaits = redirect("shop:order", token=order.token), _awaits_card(order)
    try:
        return redirect(actions.start_payment(order=order, at=timezone.now())) if awaits else page
    except Refused as refused:
        messages.error(request, str(refused))
        return noted(request, page, refused.code)
    except GatewayError as error:
        messages.error(request, _("The payment company does not answer. Please try again in a minute."))
        return noted(request, page, f"no answer from the gateway: {error}")


def _awaits_card(order: Order) -> bool:
    return order.status == Order.Status.AWAITING_PAYMENT and order.payment_method == Order.Method.CARD


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Starts or resumes the card payment."""
    order = get_object_or_404(Order, token=token)
    if _awaits_card(order):
        return _to_payment(request, order)
    messages.info(request, str(actions.NotPayable(status=order.status_label)))
    return noted(request, redirect("shop:order", token=token), actions.NotPayable.code)


@require_GET
@never_cache
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the payment company: its word counts, not the visit."""
    order = get_object_or_404(Order, token=token)
    try:
        actions.settle(order_id=order.pk, at=timezone.now())
    except GatewayError:
        ring(tasks.settle, order.pk)
        messages.info(request, _("We are still waiting for the payment company's answer. This page will show it."))
    return redirect("shop:order", token=token)


def _kept(request: HttpRequest) -> Details | None:
    kept: dict[str, Any] | None = request.session.get(KEPT)
    return Details.read(kept) if kept else None
