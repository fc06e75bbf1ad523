"""Payments that a buyer's bank asks back: what must be answered, what is known of it, the answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.checkout.dossier import sheet
from marketplace.checkout.queries.evidence import gather
from marketplace.payment.disputes import actions as disputing
from marketplace.payment.disputes.queries import listed
from marketplace.payment.models import Dispute, DisputeFile
from marketplace.roles import is_office

from ..deeds import attempt, complaints
from ..dispute_forms import AnswerForm, FileForm
from ..doors import door
from ..pages import attached, paged, show
from ..queries import disputes
from ..scans import KINDS


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """The most urgent first."""
    chosen = request.GET.get("show", "")
    rows, pager = paged(request, listed(chosen))
    context = {"rows": rows.object_list, "pager": pager, "tabs": disputes.tabs(chosen), "now": timezone.now()}
    return show(request, "disputes", context)


@door(is_office)
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that the shop can show the bank, and what may be done."""
    found = _found(pk)
    form = AnswerForm(initial={"words": found.words})
    context = {"dispute": found, "order": found.source.order, "page": disputes.page(found, timezone.now())}
    return show(request, "dispute", context | {"form": form, "file_form": FileForm()})


@door(is_office)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper; in English for the bank with ?lang=en."""
    found = _found(pk)
    with translation.override("en" if request.GET.get("lang") == "en" else "vi"):
        paper = sheet(gather(found))
    return attached(paper, "application/pdf", f"{found.source.order.number}-{found.reference}.pdf")


@require_POST
@door(is_office)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank gets the shop's answer."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        _do(request, checkout.answer_dispute, pk, _("The bank has the answer."), words=form.cleaned_data["words"])
    complaints(request, form)
    return redirect("desk:dispute", pk)


@door(is_office)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """As it went, or goes, to the bank."""
    found = get_object_or_404(DisputeFile.objects.select_related("dispute__source__order"), pk=pk)
    name = f"{found.dispute.source.order.number}-{found.kind}.{found.ending}"
    return attached(found.content(), KINDS[found.ending], name)


@require_POST
@door(is_office)
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One more goes with the answer."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        _do(request, disputing.add_file, pk, _("It goes to the bank with the answer."), **form.facts())
    complaints(request, form)
    return redirect("desk:dispute", pk)


@require_POST
@door(is_office)
def drop_file(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not go with the answer."""
    found = get_object_or_404(DisputeFile, pk=pk)
    facts = {"file": found, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: disputing.drop_file(**facts), _("The file is taken away."))
    return redirect("desk:dispute", found.dispute_id)


@require_POST
@door(is_office)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer keeps the money."""
    _do(request, checkout.accept_dispute, pk, _("The dispute is accepted: the buyer keeps the money."))
    return redirect("desk:dispute", pk)


@require_POST
@door(is_office)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """The order goes on all the same."""
    _do(request, checkout.release_order, pk, _("The order goes on."))
    return redirect("desk:dispute", pk)


def _do(request: HttpRequest, deed: Callable[..., None], pk: int, said: str, **about: Any) -> None:
    attempt(request, lambda: deed(dispute=_found(pk), by=request.user, at=timezone.now(), **about), said)


def _found(pk: int) -> Dispute:
    """The office sees every one."""
    return get_object_or_404(Dispute.objects.select_related("source__order"), pk=pk)
