"""The doors from the basket to the paid order."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from marketplace.basket.summary import of_draft, seen
from marketplace.errors import Refused
from marketplace.notices.tasks import ring
from marketplace.order.models import Order
from marketplace.payment.gateways import GatewayError
from marketplace.places.models import Commune

from . import actions, pace, tasks
from .details import Details
from .forms import DetailsForm, ReviewForm, initial
from .queries.drafting import draft
from .queries.points import points_for
from .queries.reviewing import review as reviewed

KEPT, PLACED = "checkout", "checkout_placed"  # in the session


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Who, where, when and how to pay."""
    if request.basket.is_empty:
        return redirect("basket:summary")
    form = _details_form(request)
    if form.is_bound and form.is_valid():
        request.session[KEPT] = form.details.plain()
        return redirect("checkout:review")
    return _index_page(request, form)


def _details_form(request: HttpRequest) -> DetailsForm:
    """Bound when it was sent; when only other communes are asked for, what was typed is kept and nothing is wrong yet."""
    about = {"basket": request.basket, "user": request.user, "at": timezone.now()}
    if request.method == "POST" and "refill" not in request.POST:
        return DetailsForm(request.POST, **about)
    known = request.POST.dict() if request.method == "POST" else initial(_kept(request), request.user)
    return DetailsForm(initial=known, **about)


def _index_page(request: HttpRequest, form: DetailsForm) -> HttpResponse:
    try:
        made = draft(request.basket, user=request.user, details=None, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("basket:summary")
    seen(line.product for line in made.lines)
    chosen = str(form["location"].value() or "")
    context = {
        "form": form, "summary": of_draft(made, shipping=None), "has_alcohol": form.has_alcohol,
        "points": points_for(request.basket.all_lines(), chosen), "communes_url": reverse("checkout:communes"),
    }  # fmt: skip
    return render(request, "shop/checkout/index.html", context, status=400 if form.errors else 200)


@require_GET
def communes(request: HttpRequest) -> JsonResponse:
    """The communes of a province, to narrow the choice without loading the page again."""
    province = request.GET.get("province", "")
    found = Commune.objects.filter(province_id=province).order_by("slug") if province.isdigit() else Commune.objects.none()
    return JsonResponse(list(found.values_list("pk", "name")), safe=False)


@never_cache
def review(request: HttpRequest) -> HttpResponse:
    """Every fee and fact; sent with a yes, the order is placed."""
    details, form = _kept(request), ReviewForm(request.POST or None)
    if before := _placed_before(request):
        return _to_payment(request, before)
    if details is None or request.basket.is_empty:
        return redirect("checkout:index")
    order = _place(request, form, details) if form.is_valid() else None
    return _to_payment(request, order) if order else _review_page(request, form, details)


def _place(request: HttpRequest, form: ReviewForm, details: Details) -> Order | None:
    """The order, or None with the reason on the form."""
    try:
        pace.keep(request)
        order = actions.place_order(
            basket=request.basket, details=details, by=request.user, at=timezone.now(),
            agreed_total=form.cleaned_data["total"],
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    request.session.pop(KEPT, None)
    request.session[PLACED] = [request.basket.pk, order.token]
    return order


def _placed_before(request: HttpRequest) -> Order | None:
    """The same form sent again finds its order, not an empty basket."""
    basket, token = request.session.get(PLACED) or (None, "")
    again = request.method == "POST" and basket and request.POST.get("basket") == str(basket)
    return Order.objects.filter(token=token).first() if again else None


def _review_page(request: HttpRequest, form: ReviewForm, details: Details) -> HttpResponse:
    try:
        found = reviewed(request.basket, user=request.user, details=details, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("checkout:index")
    agreed = ReviewForm(initial={"basket": request.basket.pk, "total": int(found.total)})
    label = _("Order and pay") if details.payment == Order.Method.CARD else _("Order with obligation to pay")
    context = vars(found) | {
        "form": agreed, "refusals": form.non_field_errors() if form.is_bound else [],
        "edit_url": reverse("checkout:index"), "submit_label": label,
    }  # fmt: skip
    agreed.fields["accept"].initial = form.is_bound and bool(form.data.get("accept"))
    if form.is_bound and form.errors.get("accept"):
        context["refusals"] = [*context["refusals"], *form.errors["accept"]]
    return render(request, "shop/checkout/review.html", context, status=400 if form.is_bound else 200)


def _to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """To the payment company's page where there is something to pay; else to the order's own."""
    if order.status != Order.Status.AWAITING_PAYMENT:
        return redirect("shop:order", token=order.token)
    try:
        return redirect(actions.start_payment(order=order, at=timezone.now()))
    except Refused as refused:
        messages.error(request, str(refused))
    except GatewayError:
        messages.error(request, _("The payment company does not answer. Your goods are kept; please try again in a minute."))
    return redirect("shop:order", token=order.token)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Starts or resumes the card payment."""
    order = get_object_or_404(Order, token=token)
    if order.status == Order.Status.AWAITING_PAYMENT:
        return _to_payment(request, order)
    messages.info(request, str(actions.NotPayable(status=order.status_label)))
    return redirect("shop:order", token=token)


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


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """The shopper changes their mind before anybody has begun to pick."""
    order = get_object_or_404(Order, token=token)
    try:
        actions.cancel(order=order, by=request.user, reason=Order.Because.SHOPPER, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        ring(tasks.settle, order.pk)
        messages.success(request, _("The order is cancelled."))
    return redirect("shop:order", token=token)


def _kept(request: HttpRequest) -> Details | None:
    kept: dict[str, Any] | None = request.session.get(KEPT)
    return Details.read(kept) if kept else None
