"""Tills that do not report by themselves: the office says where to ask, and sees how it goes."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import is_office
from marketplace.tills import tasks
from marketplace.tills.connectors import actions
from marketplace.tills.models import Connector

from ..deeds import attempt
from ..doors import door
from ..feed_forms import ConnectorForm
from ..pages import paged, show
from ..queries import connectors, places


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    page, pager = paged(request, connectors.connectors())
    rows = [(connector, connectors.trouble(connector)) for connector in page.object_list]
    return show(request, "connectors", {"connectors": rows, "pager": pager})


@door(is_office)
def connector(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A connector as it is, or a new one, to be changed."""
    connector = get_object_or_404(connectors.connectors(), pk=pk) if pk else None
    form = ConnectorForm(request.POST or None, places=places.mine(request.user), connector=connector)
    if request.method == "POST" and form.is_valid() and _done(request, form, connector):
        return redirect("desk:connectors")
    context = {"connector": connector, "form": form, "trouble": connectors.trouble(connector) if connector else ""}
    return show(request, "connector", context)


def _done(request: HttpRequest, form: ConnectorForm, connector: Connector | None) -> bool:
    facts: dict[str, Any] = {"name": form.cleaned_data["name"], "setup": form.setup(), "by": request.user}
    if connector:
        deed = partial(actions.change, connector=connector, at=timezone.now(), **facts)
    else:
        deed = partial(actions.connect, location=form.cleaned_data["place"], at=timezone.now(), **facts)
    return attempt(request, deed, _("The till is asked as you said."), form)


@require_POST
@door(is_office)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """By a worker, for a till may think long; the page then says how it went."""
    connector = get_object_or_404(Connector, pk=pk)
    asked = partial(actions.hasten, connector=connector, at=timezone.now())
    if attempt(request, asked, _("The till is being asked. Load the page again in a moment.")):
        tasks.ask(connector.pk)
    return redirect("desk:connector", pk)


@require_POST
@door(is_office)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    connector = get_object_or_404(Connector, pk=pk)
    facts = {"connector": connector, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.pause(**facts), _("The till is asked no more."))
    return redirect("desk:connector", pk)


@require_POST
@door(is_office)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    connector = get_object_or_404(Connector, pk=pk)
    facts = {"connector": connector, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.resume(**facts), _("The till is asked again."))
    return redirect("desk:connector", pk)
