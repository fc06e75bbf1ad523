"""Invoices that were asked for: what failed first, then the newest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.invoices import actions
from marketplace.invoices.models import Invoice
from marketplace.roles import is_office

from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries.invoices import listed


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    page, pager = paged(request, listed())
    return show(request, "invoices", {"rows": page.object_list, "pager": pager})


@require_POST
@door(is_office)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The provider is asked once more, with what the books say of the seller now."""
    facts = {"invoice": get_object_or_404(Invoice, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.try_again(**facts), _("It is tried again within a minute."))
    return redirect("desk:invoices")
