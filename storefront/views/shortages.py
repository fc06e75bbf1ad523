"""Pieces of an order are missing: the page where its buyer chooses, for whoever holds the link of the letter."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.checkout.actions import answer_shortage
from marketplace.errors import Refused, noted

from ..forms import ShortageForm
from ..queries.shortages import missing, with_order


@require_safe
@never_cache
def shortage(request: HttpRequest, token: str) -> HttpResponse:
    short = get_object_or_404(with_order(), token=token)
    response = render(request, "shop/missing.html", {"missing": missing(short), "short": short})
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
def choose(request: HttpRequest, token: str) -> HttpResponse:
    short, form = get_object_or_404(with_order(), token=token), ShortageForm(request.POST)
    page = redirect("shop:missing", token)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the two."))
        return noted(request, page, "choice")
    by = request.user if request.user.is_authenticated else None
    return _chosen(request, page, short=short, choice=form.cleaned_data["choice"], by=by)


def _chosen(request: HttpRequest, page: HttpResponse, **answer: Any) -> HttpResponse:
    try:
        answer_shortage(**answer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    messages.success(request, _("Thank you, it is noted."))
    return page
