"""Goods from place to place: a list is made, sent, received in parts, closed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.fulfilment.actions import coming
from marketplace.locations.actions import set_transfers
from marketplace.locations.models import Location
from marketplace.roles import is_office, moves_goods
from marketplace.stock import queries as stock
from marketplace.stock.actions import transfers

from ..deeds import attempt
from ..doors import door
from ..forms import ArrivedForm, ExpectForm, MissingForm, SendLineForm, TransferForm
from ..pages import paged, show
from ..queries import moving, places
from ..transfer_forms import TransferTermsForm


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """What leaves and reaches the own places."""
    chosen = request.GET.get("show", "")
    page, pager = paged(request, moving.listed(request.user, chosen))
    context = {"tabs": moving.tabs(request.user, chosen), "places": places.mine(request.user)}
    return show(request, "transfers", {"rows": page.object_list, "pager": pager} | context)


@door(moves_goods)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """From one of the own places to another place."""
    source = get_object_or_404(places.mine(request.user), pk=pk)
    form = TransferForm(request.POST or None, targets=moving.targets(source))
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []
        facts = form.cleaned_data | _by(request) | {"source": source}
        if attempt(request, lambda: made.append(transfers.draft(**facts)), form=form):
            return redirect("desk:transfer", made[0].pk)
    return show(request, "transfer_form", {"source": source, "form": form})


@door(is_office)
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """How long what a place sends to others is on the way, and whether it is kept cool."""
    place = get_object_or_404(Location, pk=pk)
    form = TransferTermsForm(request.POST or None, instance=place)
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: set_transfers(place=place, by=request.user, **form.cleaned_data), _("Saved."))
        return redirect("desk:transfers")
    return show(request, "transfer_terms", {"form": form, "place": place})


@door(moves_goods)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """One transfer: its list, and the next step of whoever is at either end."""
    return _transfer(request, get_object_or_404(moving.transfers(request.user), pk=pk))


def _transfer(request: HttpRequest, found: Any, **bound: Any) -> HttpResponse:
    page = moving.transfer_page(found, request.user)
    return show(request, "transfer", {"transfer": found, "page": page} | _forms(found, page) | bound)


def _forms(found: Any, page: moving.TransferPage) -> dict[str, Any]:
    """What whoever sees the page may do with the transfer."""
    free = stock.free_to_send(found.source_id) if page.may_send and not found.order_id else []
    forms: dict[str, Any] = {"line_form": SendLineForm(free=free)} if free else {}
    if page.may_receive:
        forms = {"arrived_form": ArrivedForm(lines=page.travelling), "missing_form": MissingForm(lines=page.travelling)}
    late = {"expect_form": ExpectForm(initial={"on": found.expected_on})} if found.status != "closed" else {}
    return forms | late


@require_POST
@door(moves_goods)
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(moving.leaving(request.user), pk=pk)
    form = SendLineForm(request.POST, free=stock.free_to_send(found.source_id))
    if not form.is_valid():
        return _transfer(request, found, line_form=form)
    attempt(request, lambda: transfers.add_line(transfer=found, **form.cleaned_data, **_by(request)))
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def drop_line(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    line = stock.transfer_line(get_object_or_404(moving.leaving(request.user), pk=pk), line_id)
    if line is None:
        raise Http404
    attempt(request, lambda: transfers.drop_line(line=line, by=request.user))
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods leave the source."""
    found = get_object_or_404(moving.leaving(request.user), pk=pk)
    said = _("Sent. Those who work there are told.")
    attempt(request, lambda: coming.send(transfer=found, **_by(request)), said)
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods come on another day."""
    found = get_object_or_404(moving.transfers(request.user), pk=pk)
    form = ExpectForm(request.POST)
    if not form.is_valid():
        return _transfer(request, found, expect_form=form)
    facts = form.cleaned_data | _by(request)
    attempt(request, lambda: coming.expect(transfer=found, **facts), _("Whoever waits for the goods is told the day."))
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is thrown away."""
    found = get_object_or_404(moving.leaving(request.user), pk=pk)
    if attempt(request, lambda: transfers.drop(transfer=found, by=request.user), _("The draft is gone.")):
        return redirect("desk:transfers")
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """Some of it or all of it has arrived."""
    found = get_object_or_404(moving.coming(request.user), pk=pk)
    form = ArrivedForm(request.POST, lines=stock.lines_of(found))
    if not form.is_valid():
        return _transfer(request, found, arrived_form=form)
    facts = {"transfer": found, "arrived": form.pieces(), "key": str(form.cleaned_data["key"])}
    attempt(request, lambda: transfers.arrive(**facts, **_by(request)), _("The goods are on the books."))
    return redirect("desk:transfer", pk)


@require_POST
@door(moves_goods)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more will come."""
    found = get_object_or_404(moving.coming(request.user), pk=pk)
    form = MissingForm(request.POST, lines=stock.lines_of(found))
    if not form.is_valid():
        return _transfer(request, found, missing_form=form)
    facts, said = {"transfer": found, "reasons": form.reasons()}, _("Closed. The source and the office are told.")
    attempt(request, lambda: transfers.close(**facts, **_by(request)), said)
    return redirect("desk:transfer", pk)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}
