"""The office looks after messages: which did not arrive, which are tried again, and how every kind reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.notices import actions as notices
from marketplace.notices.kinds import KINDS
from marketplace.notices.letters import letter, sample
from marketplace.notices.models import Delivery
from marketplace.roles import is_office

from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries import letters


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    """Messages that finally failed, or are being tried again, with every attempt."""
    wanted = letters.asked(request.GET)
    page, pager = paged(request, letters.letters(wanted))
    context = {"rows": page.object_list, "pager": pager, "asked": wanted, "tabs": letters.tabs(wanted)}
    context |= {"failed_kinds": letters.failed_kinds(), "bounces": letters.bounces()} | letters.choices(wanted)
    return show(request, "letters", context)


@require_POST
@door(is_office)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"delivery": get_object_or_404(Delivery, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: notices.resend(**facts), _("It is sent again."))
    return redirect("desk:letters")


@require_POST
@door(is_office)
def resend_all(request: HttpRequest) -> HttpResponse:
    """All that failed of one kind on one channel."""
    wanted = letters.asked(request.POST)
    facts = {"kind": wanted.kind, "channel": wanted.channel, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: notices.resend_all(**facts), _("They are sent again."))
    return redirect("desk:letters")


@door(is_office)
def words(request: HttpRequest) -> HttpResponse:
    """Every kind there is."""
    return show(request, "letter_kinds", {"groups": letters.kinds()})


@door(is_office)
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind in both languages and on every channel, with invented facts."""
    if kind not in KINDS:
        raise Http404
    return show(request, "letter_kind", {"kind": kind, "words": letters.words(kind)})


@door(is_office)
def body(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The letter itself, for the frame on that page. Nothing runs in it."""
    if kind not in KINDS or language not in letters.LANGUAGES:
        raise Http404
    answer = HttpResponse(letter(sample(kind, language)).html)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    return answer
