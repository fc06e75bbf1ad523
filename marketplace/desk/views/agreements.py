"""What places and producers have agreed; written by the office, read by both."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.partner import actions
from marketplace.partner.models import Agreement
from marketplace.roles import is_office, moves_goods

from ..deeds import attempt, perform
from ..doors import door
from ..pages import paged, show, words
from ..queries import settlement
from ..settlement_forms import AgreementForm, EndForm


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    text = words(request)
    page, pager = paged(request, settlement.agreements(request.user, text))
    context = {"rows": page.object_list, "pager": pager, "q": text, "today": timezone.localdate()}
    return show(request, "agreements", context)


@door(is_office)
def new(request: HttpRequest) -> HttpResponse:
    """An agreement is never changed: another is written."""
    form = AgreementForm(request.POST or None, initial={"valid_from": timezone.localdate(), "terms": "consignment"})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"by": request.user, "at": timezone.now()}
        if attempt(
            request, lambda: actions.agree(**facts), _("Written. It counts for what is sold from now on."), form
        ):
            return redirect("desk:agreements")
    return show(request, "agreement", {"form": form})


@require_POST
@door(is_office)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"agreement": get_object_or_404(Agreement, pk=pk), "by": request.user, "at": timezone.now()}
    perform(request, actions.end_agreement, _("The agreement ends on that day."), EndForm(request.POST), **facts)
    return redirect("desk:agreements")


@require_POST
@door(is_office)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"agreement": get_object_or_404(Agreement, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.withdraw_agreement(**facts), _("Withdrawn. It counts no longer, from now on."))
    return redirect("desk:agreements")
