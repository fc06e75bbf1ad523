"""Carriers: who they are, what they say, and what a person must look at."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.errors import Refused
from marketplace.fulfilment.actions import tracking
from marketplace.fulfilment.actions.status_files import take_file
from marketplace.fulfilment.models import ParcelEvent, StatusFile
from marketplace.roles import is_office
from marketplace.shipping import actions
from marketplace.shipping.models import Carrier

from ..carrier_forms import CarrierForm, StatusFileForm
from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries import carriers


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """All carriers, and what they said that fits nothing."""
    page, pager = paged(request, carriers.to_look_at())
    words = [(event, carriers.why(event)) for event in page.object_list]
    return show(request, "carriers", {"carriers": carriers.carriers(), "words": words, "pager": pager})


@door(is_office)
def carrier(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A carrier as it is, or a new one; with the files it sent."""
    form = CarrierForm(request.POST or None, instance=get_object_or_404(Carrier, pk=pk) if pk else None)
    if request.method == "POST" and form.is_valid():
        actions.save_carrier(carrier=form.carrier(), by=request.user)
        messages.success(request, _("The carrier is saved."))
        return redirect("desk:carriers")
    return _carrier(request, pk, form=form)


def _carrier(request: HttpRequest, pk: int | None, *, form: Any, file_form: Any = None) -> HttpResponse:
    known = Carrier.objects.filter(pk=pk).first() if pk else None
    page, pager = paged(request, carriers.files(known) if known else StatusFile.objects.none())
    context = {"carrier": known, "form": form, "file_form": file_form or StatusFileForm()}
    return show(request, "carrier", context | {"files": page.object_list, "pager": pager})


@require_POST
@door(is_office)
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer itself shows the token, once: no address leads to it again."""
    known = get_object_or_404(Carrier, pk=pk)
    made: list[str] = []
    if attempt(request, lambda: made.append(actions.new_token(carrier=known, by=request.user))):
        return show(request, "carrier_token", {"carrier": known, "token": made[0]})
    return redirect("desk:carrier", pk)


@require_POST
@door(is_office)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file says is heard; its page says row by row what that was."""
    known, form = get_object_or_404(Carrier, pk=pk), StatusFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return redirect("desk:status-file", _take(request, known, form).pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return _carrier(request, pk, form=CarrierForm(instance=known), file_form=form)


def _take(request: HttpRequest, known: Carrier, form: StatusFileForm) -> StatusFile:
    return take_file(carrier=known, by=request.user, at=timezone.now(), **form.facts())


@door(is_office)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each row."""
    found = get_object_or_404(StatusFile.objects.select_related("carrier", "by"), pk=pk)
    page, pager = paged(request, found.rows)
    context = {"file": found, "totals": carriers.totals(found), "lines": carriers.lines(page.object_list)}
    return show(request, "status_file", context | {"pager": pager})


@require_POST
@door(is_office)
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"event": get_object_or_404(ParcelEvent, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: tracking.set_aside(**facts), _("It is set aside."))
    return redirect("desk:carriers")
