"""The shop's own bank accounts: which is shown, and which programs report their transactions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.payment.banking import queries
from marketplace.payment.banking.actions import accounts
from marketplace.payment.models import BankAccount, BankFeed
from marketplace.roles import is_office

from ..bank_forms import ChangeAccountForm, FeedForm, OwnAccountForm
from ..deeds import attempt, complaints
from ..doors import door
from ..pages import show


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """Every account, and the form for the next."""
    form = OwnAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        return redirect("desk:bank-accounts")
    return show(request, "bank_accounts", {"accounts": queries.accounts(), "form": form})


def _added(request: HttpRequest, form: OwnAccountForm) -> bool:
    facts = form.cleaned_data | {"by": request.user}
    return attempt(request, lambda: accounts.add(**facts), _("The account is added."), form)


@door(is_office)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, to be changed; and its programs."""
    account = _found(pk)
    form = ChangeAccountForm(request.POST or None, initial=vars(account))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"account": account, "by": request.user}
        attempt(request, lambda: accounts.change(**facts), _("Saved."))
        return redirect("desk:bank-account", pk)
    return _page(request, account, form)


def _page(request: HttpRequest, account: BankAccount, form: Any, token: str = "") -> HttpResponse:
    feeds = queries.feeds().filter(account=account)
    context = {"account": account, "form": form, "feed_form": FeedForm(), "feeds": feeds, "token": token}
    return show(request, "bank_account", context)


@require_POST
@door(is_office)
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Shoppers see this one."""
    attempt(request, lambda: accounts.show(account=_found(pk), by=request.user), _("Shoppers now see this account."))
    return redirect("desk:bank-accounts")


@require_POST
@door(is_office)
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Transfers are not offered any more."""
    said = _("Bank transfer is not offered any more.")
    attempt(request, lambda: accounts.hide(account=_found(pk), by=request.user), said)
    return redirect("desk:bank-accounts")


@require_POST
@door(is_office)
def feed_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer itself shows the token, once: no address leads to it again."""
    account, form = _found(pk), FeedForm(request.POST)
    if not form.is_valid():
        complaints(request, form)
        return redirect("desk:bank-account", pk)
    _feed, token = accounts.make_feed(account=account, name=form.cleaned_data["name"], by=request.user)
    return _page(request, account, ChangeAccountForm(initial=vars(account)), token)


@require_POST
@door(is_office)
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(BankFeed, pk=pk)
    facts = {"feed": feed, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: accounts.revoke_feed(**facts), _("The program is shut out."))
    return redirect("desk:bank-account", feed.account_id)


def _found(pk: int) -> BankAccount:
    return get_object_or_404(BankAccount, pk=pk)
