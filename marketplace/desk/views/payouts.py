"""Refunds by transfer: who waits for which account, the file for the bank, and what was paid."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.payment.banking import queries
from marketplace.payment.banking.actions import payouts
from marketplace.payment.banking.payout_file import KINDS, written
from marketplace.payment.forms import AccountForm
from marketplace.payment.models import PayoutBatch, Refund, RefundAccount
from marketplace.roles import is_office

from ..bank_forms import PayoutForm
from ..deeds import attempt, complaints
from ..doors import door
from ..pages import paged, show
from ..queries import bank


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """What is due, and the files so far."""
    due, (page, pager) = bank.payouts(queries.payouts_due()[:200]), paged(request, queries.batches())
    ready = sum(1 for one in due if one.to)
    context = {"due": due, "ready": ready, "batches": page.object_list, "pager": pager, "form": PayoutForm()}
    return show(request, "payouts", context)


@require_POST
@door(is_office)
def new(request: HttpRequest) -> HttpResponse:
    """Whatever is ready stands in the next file, and in no other."""
    form, made = PayoutForm(request.POST), []
    if form.is_valid():
        facts = {"account": form.cleaned_data["account"], "by": request.user, "at": timezone.now()}
        attempt(request, lambda: made.append(payouts.make_batch(**facts)), _("The file is ready: download it below."))
    complaints(request, form)
    return redirect("desk:payout", made[0].pk) if made else redirect("desk:payouts")


@door(is_office)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(queries.batches(), pk=pk)
    rows = bank.payouts(queries.refunds_of(batch))
    return show(request, "payout", {"batch": batch, "rows": rows, "kinds": KINDS})


@door(is_office)
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The same payments, however often it is asked for."""
    batch = get_object_or_404(queries.batches(), pk=pk)
    if kind not in KINDS:
        raise Http404
    answer = HttpResponse(_written(kind, batch), content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="hoan-tien-{batch.made_at:%Y%m%d}-{batch.pk}.{kind}"'
    return answer


def _written(kind: str, batch: PayoutBatch) -> bytes:
    """In the columns of the bank that pays."""
    return written(kind, queries.payees(batch), queries.layout_of(batch.account.bin), batch.account.number)


@door(is_office)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer has told the account by telephone."""
    found = get_object_or_404(RefundAccount.objects.select_related("source__order"), pk=pk)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"account": found, "by": request.user, "at": timezone.now()}
        if attempt(request, lambda: payouts.give_account(**facts), _("Noted."), form):
            return redirect("desk:payouts")
    return show(request, "payout_account", {"account": found, "form": form})


@require_POST
@door(is_office)
def bounced(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank could not pay it."""
    refund, asked = get_object_or_404(Refund, pk=pk), []
    facts = {"refund": refund, "by": request.user, "at": timezone.now()}
    if attempt(request, lambda: asked.append(checkout.payout_bounced(**facts))):
        newer = _("The shopper has named another account meanwhile: it stands in the next file.")
        messages.success(request, _("The shopper is asked for another account.") if asked[0] else newer)
    return redirect("desk:payout", refund.batch_id) if refund.batch_id else redirect("desk:payouts")
