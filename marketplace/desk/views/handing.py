"""Parcels that go out with carriers: many at once, with their labels and the manifest that both sides sign."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.fulfilment import actions, slip
from marketplace.fulfilment import label as paper
from marketplace.fulfilment.gateways.files import FileExchange
from marketplace.fulfilment.manifest import consignments
from marketplace.fulfilment.manifest import manifest as signed
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import hand_over_of, hand_overs, handed
from marketplace.roles import moves_goods

from ..carrier_forms import OutForm
from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries import handing, parcels


@door(moves_goods)
def out(request: HttpRequest) -> HttpResponse:
    """All packed parcels of the own places, each with the number that the carrier gives it."""
    names, packed = handing.names(), list(handing.to_hand_out(request.user)[: handing.MOST])
    form = OutForm(request.POST or None, parcels=packed, initial={"carrier": names[0] if len(names) == 1 else ""})
    if request.method == "POST" and form.is_valid():
        facts = {"numbers": form.numbers(), "carrier": form.cleaned_data["carrier"], "by": request.user}
        deed = partial(actions.ship_all, **facts, at=timezone.now())
        if attempt(request, deed, _("The shoppers are told how to follow their parcels."), form):
            return redirect("desk:hand-overs")
    return show(request, "parcels_out", {"form": form, "names": names})


@door(moves_goods)
def labels(request: HttpRequest) -> HttpResponse:
    """One page for each parcel: those named in the address, else all that are packed."""
    return _printed(request, handing.with_labels, paper.labels, "labels.pdf")


@door(moves_goods)
def slips(request: HttpRequest) -> HttpResponse:
    """The slips of the parcels named in the address, else of all that are to be packed."""
    return _printed(request, handing.with_slips, slip.slips, "slips.pdf")


def _printed(request: HttpRequest, ask: Callable[..., Any], write: Callable[..., bytes], name: str) -> HttpResponse:
    chosen = request.GET.getlist("parcel")
    found = ask(request.user, chosen)
    if found:
        return _file(write(found), "application/pdf", name)
    if chosen:
        raise Http404
    messages.info(request, _("There is nothing to print now."))
    return redirect("desk:parcels")


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """What was handed over: by day, place and carrier."""
    page, pager = paged(request, hand_overs(parcels.mine(request.user)))
    return show(request, "hand_overs", {"rows": [hand_over_of(row) for row in page.object_list], "pager": pager})


@door(moves_goods)
def manifest(request: HttpRequest, place: int, carrier: int, day: str) -> HttpResponse:
    """The sheet to sign."""
    found, on = _handed(request, place, carrier, day)
    facts = {"place": found[0].location.name, "carrier": found[0].carrier, "day": on}
    return _file(signed(consignments(found), **facts), "application/pdf", f"manifest-{day}-{place}-{carrier}.pdf")


@door(moves_goods)
def manifest_file(request: HttpRequest, place: int, carrier: int, day: str) -> HttpResponse:
    """The same for the carrier's computer."""
    found, _on = _handed(request, place, carrier, day)
    table = FileExchange({}).manifest(consignments(found))
    return _file(table, "text/csv; charset=utf-8", f"manifest-{day}-{place}-{carrier}.csv", disposition="attachment")


def _handed(request: HttpRequest, place: int, carrier: int, day: str) -> tuple[list[Fulfilment], date]:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    found = handed(parcels.mine(request.user), location_id=place, carrier_id=carrier, day=on)
    if not found:
        raise Http404
    return found, on


def _file(data: bytes, kind: str, name: str, *, disposition: str = "inline") -> Any:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return answer
