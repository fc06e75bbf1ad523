"""The work of a place: parcels to pick, pack and hand over."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.checkout.forms import PiecesForm
from marketplace.fulfilment import actions
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.slip import slip as packing_slip
from marketplace.roles import moves_goods

from ..cash_forms import CameBackForm, NotTakenForm
from ..deeds import attempt, perform
from ..doors import door
from ..forms import CodeForm, ShipForm
from ..pages import attached, paged, show
from ..queries import parcels


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Parcels of the own places, by how far they are."""
    chosen = request.GET.get("status", "")
    page, pager = paged(request, parcels.listed(request.user, chosen))
    tabs = parcels.tabs(request.user, chosen)
    return show(request, "parcels", {"rows": page.object_list, "pager": pager, "tabs": tabs})


@door(moves_goods)
def parcel(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, **bound: Any) -> HttpResponse:
    """One parcel: what to take from which lot, for whom, what to collect, the next step, and what was typed in vain."""
    page = parcels.page(_parcel(request, pk))
    forms = {
        "code_form": CodeForm(),
        "ship_form": ShipForm(initial={"carrier": page.likely}),
        "why_form": NotTakenForm(),
        "back_form": CameBackForm(),
        "fewer_form": _fewer(page.parcel),
    }
    return show(request, "parcel", {"page": page, "parcel": page.parcel} | forms | bound)


@require_POST
@door(moves_goods)
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.start_picking, _("You can pick the goods now."))


@require_POST
@door(moves_goods)
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.pack, _("The parcel is packed."))


@require_POST
@door(moves_goods)
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.mark_ready, _("The shopper is told, with the code to show here."))


@require_POST
@door(moves_goods)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods leave only for the code that the shopper shows. A page that is loaded anew tries no code twice."""
    form, facts = CodeForm(request.POST), {"fulfilment": _parcel(request, pk), "by": request.user, "at": timezone.now()}
    perform(request, actions.hand_over, _("Handed over."), form, **facts)
    return redirect("desk:parcel", pk)


@require_POST
@door(moves_goods)
def new_code(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"fulfilment": _parcel(request, pk), "by": request.user}
    attempt(request, lambda: actions.send_new_code(**facts), _("The shopper was sent a new code."))
    return redirect("desk:parcel", pk)


@require_POST
@door(moves_goods)
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """The carrier has the parcel."""
    said = _("The shopper is told how to follow the parcel.")
    return _step(request, pk, actions.ship, said, ship_form=ShipForm(request.POST))


@require_POST
@door(moves_goods)
def delivered(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.delivered, _("Delivered."))


@require_POST
@door(moves_goods)
def failed(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("The office will decide what follows.")
    return _step(request, pk, actions.fail, said, why_form=NotTakenForm(request.POST))


@require_POST
@door(moves_goods)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A parcel that came back is on the shelf again or written off; its order ends, what was paid goes back."""
    spoiled = request.POST.get("goods") == "spoiled"
    said = _("Written off.") if spoiled else _("The goods are on the books.")
    return _step(request, pk, partial(checkout.take_back, spoiled=spoiled), said, back_form=CameBackForm(request.POST))


@require_POST
@door(moves_goods)
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    """The carrier will never bring it."""
    facts = {"fulfilment": _parcel(request, pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: checkout.lose(**facts), _("The shopper is told, and what was paid for it goes back."))
    return redirect("desk:parcel", pk)


@require_POST
@door(moves_goods)
def fewer(request: HttpRequest, pk: int) -> HttpResponse:
    """Some pieces will not come; the buyer knows why."""
    parcel = _parcel(request, pk)
    form = _fewer(parcel, request.POST)

    def deed(*, fulfilment: Fulfilment, reason: str, by: Any, at: Any, **_quantities: Any) -> None:
        checkout.cancel_pieces(
            order=fulfilment.order, parcel=fulfilment, pieces=form.pieces(), reason=reason, by=by, at=at
        )

    return _step(request, pk, deed, _("Taken off. The buyer is told."), fewer_form=form)


@door(moves_goods)
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The packing slip, to print."""
    parcel = _parcel(request, pk)
    return attached(packing_slip(parcel), "application/pdf", f"{parcel.order.number}-{parcel.pk}.pdf")


def _step(request: HttpRequest, pk: int, deed: Any, said: str, **bound: Any) -> HttpResponse:
    """One step of the parcel's way, with what its small form says; then the parcel's page again."""
    form, found = next(iter(bound.values()), None), _parcel(request, pk)
    if perform(request, deed, said, form, fulfilment=found, by=request.user, at=timezone.now()) or form is None:
        return redirect("desk:parcel", pk)
    return _page(request, pk, **bound)


def _fewer(parcel: Fulfilment, data: Any = None) -> PiecesForm:
    lines = [(part.line_id, part.line.title, part.quantity) for part in parcel.lines.select_related("line")]
    return PiecesForm(data, lines=lines, with_reason=True)


def _parcel(request: HttpRequest, pk: int) -> Fulfilment:
    return get_object_or_404(parcels.mine(request.user), pk=pk)
