"""Lots: where each lies, who has bought of it, and its recall."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.checkout import actions as checkout
from marketplace.checkout.tasks import mend_shortages
from marketplace.notices.tasks import ring
from marketplace.roles import is_office, owns_goods
from marketplace.stock.actions import recall

from ..deeds import perform
from ..doors import door
from ..forms import WhyForm
from ..pages import paged, show, words
from ..queries import moving


@door(owns_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Lots of the own goods, recalled ones first."""
    text = words(request)
    page, pager = paged(request, moving.lots(request.user, text))
    return show(request, "lots", {"rows": page.object_list, "pager": pager, "q": text})


@door(owns_goods)
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot, with the button that freezes it everywhere."""
    page = moving.lot_page(get_object_or_404(moving.lots(request.user), pk=pk))
    return show(request, "lot", {"page": page, "lot": page.lot, "form": WhyForm()})


@require_POST
@door(owns_goods)
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is promised or handed a piece of it any more; places and buyers are told."""
    said = _("Recalled. Every place that holds it and everybody who bought it is told.")
    answer = _decide(request, pk, checkout.recall, said)
    ring(mend_shortages)  # whoever waits for pieces of it
    return answer


@require_POST
@door(is_office)
def thaw(request: HttpRequest, pk: int) -> HttpResponse:
    """The lot is sound after all."""
    return _decide(request, pk, recall.thaw, _("It may be sold again; every place that holds it is told."))


def _decide(request: HttpRequest, pk: int, deed: Any, said: str) -> HttpResponse:
    found = get_object_or_404(moving.lots(request.user), pk=pk)
    perform(request, deed, said, WhyForm(request.POST), lot_id=found.pk, by=request.user, at=timezone.now())
    return redirect("desk:lot", pk)
