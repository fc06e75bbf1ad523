"""What producers are owed: statements, and what both sides say to them."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import is_office, moves_goods
from marketplace.settlement import actions
from marketplace.settlement.files import statement_table
from marketplace.settlement.models import Statement
from marketplace.settlement.queries import listing, standing
from marketplace.settlement.queries.sides import Side
from marketplace.settlement.sheet import sheet
from marketplace.tables import XLSX, xlsx_file

from ..deeds import attempt, perform
from ..doors import door
from ..pages import attached, paged, show
from ..queries import settlement
from ..settlement_forms import AnswerForm, CorrectionForm, DisputeForm


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Statements by how they stand, and what has come together since."""
    chosen, user = request.GET.get("state", ""), request.user
    page, pager = paged(request, settlement.statements(user, chosen))
    running = standing.running(user) if page.number == 1 and not chosen else []
    context = {"rows": page.object_list, "pager": pager, "tabs": settlement.tabs(user, chosen), "running": running}
    return show(request, "settlements", context)


@door(moves_goods)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, **bound: Any) -> HttpResponse:
    """One statement with its entries, and what was typed that could not be done."""
    found = _statement(request, pk)
    entries, pager = paged(request, listing.entries(found), 100)
    rows = {"page": settlement.page(found, request.user), "rows": entries.object_list, "pager": pager}
    forms = {"dispute_form": DisputeForm(), "answer_form": AnswerForm()} | bound
    return show(request, "settlement", {"statement": found} | rows | forms)


@require_POST
@door(moves_goods)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """For the side that the button names."""
    side = Side.PRODUCER if request.POST.get("side") == Side.PRODUCER else Side.PLACE
    return _done(request, pk, partial(actions.confirm, side=side), _("Confirmed."))


@require_POST
@door(moves_goods)
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The office has to answer."""
    side = settlement.page(_statement(request, pk), request.user).may_dispute or Side.PRODUCER
    deed, said = partial(actions.dispute, side=side), _("The office is told, and will answer.")
    return _done(request, pk, deed, said, dispute_form=DisputeForm(request.POST))


@require_POST
@door(is_office)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides are asked to confirm anew."""
    said = _("Answered. Both sides are asked to confirm.")
    return _done(request, pk, actions.answer, said, answer_form=AnswerForm(request.POST))


@door(is_office)
def correction(request: HttpRequest) -> HttpResponse:
    """The office gives or takes an amount, and says why."""
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"by": request.user, "at": timezone.now(), "key": str(form.cleaned_data["key"])}
        if attempt(request, lambda: actions.correct(**facts), _("It stands on the next statement."), form):
            return redirect("desk:settlements")
    return show(request, "correction", {"form": form})


@door(moves_goods)
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """To print and to sign."""
    found = _statement(request, pk)
    return attached(sheet(found), "application/pdf", f"{found.name}.pdf")


@door(moves_goods)
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """Every entry, for a spreadsheet."""
    found = _statement(request, pk)
    return attached(xlsx_file(found.name, *statement_table(found)), XLSX, f"{found.name}.xlsx")


def _done(request: HttpRequest, pk: int, deed: Any, said: str, **bound: Any) -> HttpResponse:
    form, found = next(iter(bound.values()), None), _statement(request, pk)
    if perform(request, deed, said, form, statement=found, by=request.user, at=timezone.now()) or form is None:
        return redirect("desk:settlement", pk)
    return _page(request, pk, **bound)


def _statement(request: HttpRequest, pk: int) -> Statement:
    return get_object_or_404(listing.statements(request.user), pk=pk)
