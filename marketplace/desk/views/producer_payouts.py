"""Money for producers: their accounts, and the batches that the bank is told to pay."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.payment.banking import queries as banking
from marketplace.payment.banking.payout_file import KINDS, STANDARD, written
from marketplace.payment.forms import AccountForm
from marketplace.roles import is_office, owns_goods
from marketplace.settlement import actions
from marketplace.settlement.files import payees
from marketplace.settlement.models import BankAccount, Payout
from marketplace.settlement.queries.payable import payable

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
    page = {"payout": found, "page": payouts.page(found), "kinds": KINDS, "from": payouts.payers()}
    return show(request, "producer_payout", page)


@require_POST
@door(is_office)
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.mark_paid, _("Paid. The producers are told."))


@require_POST
@door(is_office)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.cancel_payout, _("Cancelled. The statements wait for another pay-out."))


@door(is_office)
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """In the columns of the bank whose account pays, where one is named; else in the shop's own."""
    found, number = _payout(pk), request.GET.get("account", "")
    if kind not in KINDS or (number and not (number.isdecimal() and len(number) < 19)):
        raise Http404
    own = get_object_or_404(banking.accounts(), pk=int(number)) if number else None
    columns = banking.layout_of(own.bin) if own else STANDARD
    content = written(kind, payees(found), columns, own.number if own else "")
    return attached(content, KINDS[kind], f"{found.name}.{kind}")


def _done(request: HttpRequest, pk: int, deed: Callable[..., Any], said: str) -> HttpResponse:
    found = _payout(pk)
    attempt(request, lambda: deed(payout=found, by=request.user, at=timezone.now()), said)
    return redirect("desk:producer-payout", pk)


def _payout(pk: int) -> Payout:
    """The office sees every batch."""
    return get_object_or_404(Payout, pk=pk)
