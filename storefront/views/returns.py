"""Goods given back, by whoever holds the order's link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalogue.pictures import sent as picture
from marketplace.checkout import actions, pace
from marketplace.errors import Refused, noted
from marketplace.fulfilment.models import Fulfilment, Return, ReturnPhoto
from marketplace.fulfilment.queries import returnable

from ..forms import ReturnForm, SentForm
from ..queries.returns import parcels_of, perishable_note
from .orders import done, person


@never_cache
def ask(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """What of a parcel is to go back, and why."""
    parcel = get_object_or_404(parcels_of(token), pk=pk)
    if request.method == "POST":
        return _posted(request, parcel)
    form = _form(parcel)
    if not form.lines:
        raise Http404
    return _page(request, parcel, form)


def _posted(request: HttpRequest, parcel: Fulfilment) -> HttpResponse:
    """What cannot be is said before a photograph is unpacked, on the page as it was filled in."""
    try:
        actions.refuse_return(parcel=parcel, at=timezone.now())
        pace.keep_returns(request, parcel.pk)
    except Refused as refusal:
        return _refused(request, parcel, _form(parcel, request.POST), refusal)
    form = _form(parcel, request.POST, request.FILES)
    return _asked(request, parcel, form) if form.is_valid() else _page(request, parcel, form)


def _form(parcel: Fulfilment, *sent: Any) -> ReturnForm:
    return ReturnForm(*sent, lines=returnable(parcel), today=timezone.localdate())


def _asked(request: HttpRequest, parcel: Fulfilment, form: ReturnForm) -> HttpResponse:
    try:
        actions.ask_return(parcel=parcel, by=person(request), at=timezone.now(), **form.facts())
    except Refused as refusal:
        return _refused(request, parcel, form, refusal)
    messages.success(request, _("Thank you. We have your return and write to you soon."))
    return redirect("shop:order", parcel.order.token)


def _refused(request: HttpRequest, parcel: Fulfilment, form: ReturnForm, refusal: Refused) -> HttpResponse:
    form.add_error(None, str(refusal))
    return noted(request, _page(request, parcel, form), refusal.code)


def _page(request: HttpRequest, parcel: Fulfilment, form: ReturnForm) -> HttpResponse:
    notes = [perishable_note(one.part.line.title) for one in returnable(parcel) if one.part.line.perishable]
    page = {"form": form, "order": parcel.order, "parcel": parcel, "notes": notes, "again": bool(request.FILES)}
    response = render(request, "shop/return.html", page, status=400 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
def withdraw(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    asked = _return(token, pk)
    facts = {"asked": asked, "by": person(request), "at": timezone.now()}
    return done(request, token, lambda: actions.withdraw_return(**facts), _("The return is withdrawn."))


@require_POST
def sent(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The goods are on their way."""
    asked, form = _return(token, pk), SentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the carrier and the tracking number."))
        return noted(request, redirect("shop:order", token), "tracking")
    facts = {"asked": asked, "by": person(request), "at": timezone.now()} | form.cleaned_data
    return done(request, token, lambda: actions.return_sent(**facts), _("Thank you, it is noted."))


@require_safe
def photo(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The buyer's own."""
    found = get_object_or_404(ReturnPhoto, pk=pk, asked__fulfilment__order__token=token)
    return picture(found.image.name)


def _return(token: str, pk: int) -> Return:
    rows = Return.objects.select_related("fulfilment__order", "fulfilment__location")
    return get_object_or_404(rows, pk=pk, fulfilment__order__token=token)
