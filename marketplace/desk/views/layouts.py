"""How a bank wants its file of many transfers: named once for each bank, looked at before it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.payment.banking import payout_file, queries
from marketplace.payment.banking.actions import layouts
from marketplace.payment.models import BankAccount
from marketplace.roles import is_office

from ..bank_forms import LayoutForm
from ..deeds import attempt
from ..doors import door
from ..pages import show


@door(is_office)
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The columns as they are, or as they are typed: looked at, or kept."""
    account = get_object_or_404(BankAccount, pk=pk)
    form = LayoutForm(request.POST or None, columns=queries.layout_of(account.bin))
    columns = form.columns()
    if "keep" in request.POST and form.is_valid() and _kept(request, account, form):
        return redirect("desk:bank-layout", pk)
    payees = queries.newest_payees(account) or payout_file.SAMPLE
    rows = [list(zip(columns, row, strict=True)) for row in payout_file.rows(payees, columns, account.number)]
    page = {"account": account, "form": form, "columns": columns, "rows": rows, "own": queries.has_layout(account.bin)}
    return show(request, "bank_layout", page)


def _kept(request: HttpRequest, account: BankAccount, form: Any) -> bool:
    facts = {"bin": account.bin, "columns": form.columns(), "by": request.user, "at": timezone.now()}
    return attempt(request, lambda: layouts.keep(**facts), _("Kept. Files for this bank are written so."), form)


@require_POST
@door(is_office)
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(BankAccount, pk=pk)
    said = _("Files for this bank have the shop's own columns again.")
    attempt(request, lambda: layouts.forget(bin=account.bin, by=request.user), said)
    return redirect("desk:bank-layout", pk)
