"""Money that came by transfer: what a machine placed, and what a person must."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.payment.banking import actions as banking
from marketplace.payment.banking import queries
from marketplace.payment.models import StatementLine
from marketplace.roles import is_office

from ..bank_forms import PlaceForm
from ..deeds import attempt, perform
from ..doors import door
from ..forms import WhyForm
from ..pages import paged, show, words
from ..queries import bank


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """What is left for people first; the others by their state, or by a word of their text."""
    text, state = words(request), request.GET.get("state", "left")
    rows = queries.lines(state, text) if text or state != "left" else queries.lines_left()
    page, pager = paged(request, rows)
    context = {"lines": page.object_list, "pager": pager, "q": text, "tabs": bank.tabs(state), "kinds": bank.KINDS}
    return show(request, "bank_lines", context)


@door(is_office)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line with the orders it may be for."""
    line = get_object_or_404(StatementLine.objects.select_related("account", "statement", "feed"), pk=pk)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _placed(request, line, form):
        return redirect("desk:bank-lines")
    left = line.state == "left" and line.amount > 0
    parts = line.parts.select_related("source__order", "by").order_by("pk")
    context = {"line": line, "form": form, "why_form": WhyForm(auto_id="why-%s"), "parts": parts}
    context["refund"] = getattr(line, "refund", None)
    return show(request, "bank_line", context | {"left": left, "candidates": bank.candidates(line) if left else []})


@require_POST
@door(is_office)
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    line, form = get_object_or_404(StatementLine, pk=pk), WhyForm(request.POST)
    perform(request, banking.lines.set_aside, _("Set aside as not ours."), form, line=line, by=request.user)
    return redirect("desk:bank-line", pk)


@require_POST
@door(is_office)
def back(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(StatementLine, pk=pk)
    attempt(request, lambda: banking.lines.bring_back(line=line, by=request.user), _("It is looked at again."))
    return redirect("desk:bank-line", pk)


def _placed(request: HttpRequest, line: StatementLine, form: PlaceForm) -> bool:
    facts = {"line": line, "amounts": form.amounts(), "by": request.user, "at": timezone.now()}
    return attempt(request, lambda: checkout.place_line(**facts), _("Placed. The order has its money."), form)
