"""Money for producers: their accounts, and the batches that the bank is told to pay."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.payment.forms import AccountForm
from marketplace.roles import is_office, owns_goods
from marketplace.settlement import actions
from marketplace.settlement.files import bank_table
from marketplace.settlement.models import BankAccount, Payout
from marketplace.settlement.queries.payable import payable
from marketplace.tables import CSV, XLSX, csv_file, xlsx_file

from ..deeds import attempt
from ..doors import door
from ..pages import attached, paged, show
from ..queries import payouts, settlement


@door(owns_goods)
def accounts(request: HttpRequest) -> HttpResponse:
    """Where each producer wants the money."""
    page, pager = paged(request, settlement.accounts(request.user))
    own = set(settlement.own(request.user).values_list("pk", flat=True))
    return show(request, "accounts", {"rows": page.object_list, "pager": pager, "own": own})


@door(owns_goods)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Only who acts for the producer says where its money goes."""
    producer = get_object_or_404(settlement.own(request.user), pk=pk)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"producer": producer, "by": request.user, "at": timezone.now()}
        if attempt(request, lambda: actions.set_account(**facts), _("Noted. The office verifies it first."), form):
            return redirect("desk:producer-accounts")
    return show(request, "account", {"form": form, "producer": producer})


@require_POST
@door(is_office)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The office has seen that it is the producer's."""
    facts = {"account": get_object_or_404(BankAccount, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.verify_account(**facts), _("Verified. Money may go there."))
    return redirect("desk:producer-accounts")


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """What may be paid, and the batches so far."""
    page, pager = paged(request, payouts.listed())
    return show(request, "producer_payouts", {"payable": payable(), "rows": page.object_list, "pager": pager})


@require_POST
@door(is_office)
def new(request: HttpRequest) -> HttpResponse:
    """Of the statements that are ticked."""
    chosen = [int(pk) for pk in request.POST.getlist("statement") if pk.isdecimal() and len(pk) < 19]
    facts = {"statement_ids": chosen, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.make_payout(**facts), _("Made. Now give the file to the bank."))
    return redirect("desk:producer-payouts")


@door(is_office)
def payout(request: HttpRequest, pk: int) -> HttpResponse:
    found = _payout(pk)
    return show(request, "producer_payout", {"payout": found, "page": payouts.page(found)})


@require_POST
@door(is_office)
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.mark_paid, _("Paid. The producers are told."))


@require_POST
@door(is_office)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.cancel_payout, _("Cancelled. The statements wait for another pay-out."))


@door(is_office)
def csv(request: HttpRequest, pk: int) -> HttpResponse:
    found = _payout(pk)
    return attached(csv_file(*bank_table(found)), CSV, f"{found.name}.csv")


@door(is_office)
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    found = _payout(pk)
    return attached(xlsx_file(found.name, *bank_table(found)), XLSX, f"{found.name}.xlsx")


def _done(request: HttpRequest, pk: int, deed: Callable[..., Any], said: str) -> HttpResponse:
    found = _payout(pk)
    attempt(request, lambda: deed(payout=found, by=request.user, at=timezone.now()), said)
    return redirect("desk:producer-payout", pk)


def _payout(pk: int) -> Payout:
    """The office sees every batch."""
    return get_object_or_404(Payout, pk=pk)
