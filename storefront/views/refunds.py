"""Money of a transfer goes back: the page where its buyer says where to, for whoever holds the link of the letter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from marketplace.errors import Refused, noted
from marketplace.payment.banking.actions.payouts import give_account
from marketplace.payment.forms import AccountForm
from marketplace.payment.models import RefundAccount

from ..queries.refunds import money_back, with_order


@never_cache
def account(request: HttpRequest, token: str) -> HttpResponse:
    found = get_object_or_404(with_order(), token=token)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _given(request, found, form)
    response = render(request, "shop/refund_account.html", {"form": form, "money": money_back(found)})
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.status_code = 400 if form.errors else 200
    return noted(request, response, *_codes(form)) if form.errors else response


def _codes(form: AccountForm) -> list[str]:
    return [f"{field} {one.code}" for field, errors in form.errors.as_data().items() for one in errors]


def _given(request: HttpRequest, found: RefundAccount, form: AccountForm) -> HttpResponse:
    page = redirect("shop:refund-account", found.token)
    by = request.user if request.user.is_authenticated else None
    try:
        give_account(account=found, **form.cleaned_data, by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, page, refusal.code)
    messages.success(request, _("Thank you. We send the money to this account."))
    return page
