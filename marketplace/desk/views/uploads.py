"""Sales and counts as files: looked at first, booked by a press, each row with its report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.errors import noted
from marketplace.roles import moves_goods
from marketplace.tills import tasks
from marketplace.tills.uploads import actions

from ..deeds import attempt
from ..doors import door
from ..feed_forms import UploadForm
from ..pages import paged, show
from ..queries import places, uploads


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """The files so far, and the form for the next."""
    form = UploadForm(request.POST or None, request.FILES or None, places=places.mine(request.user))
    made = _taken(request, form) if request.method == "POST" and form.is_valid() else None
    if made:
        return redirect("desk:upload", made.pk)
    page, pager = paged(request, uploads.listed(request.user))
    answer = show(request, "uploads", {"uploads": page.object_list, "pager": pager, "form": form})
    return _refused(request, form, answer)


def _taken(request: HttpRequest, form: UploadForm) -> Any:
    facts, made = form.facts() | {"by": request.user, "at": timezone.now()}, []
    attempt(request, lambda: made.append(actions.take(**facts)), form=form)
    return made[0] if made else None


def _refused(request: HttpRequest, form: UploadForm, answer: HttpResponse) -> HttpResponse:
    """A form that was not even tried has its line in the log as well; what the deed refused has one already."""
    told = form.errors.as_data().items()
    codes = [f"{field} {error.code}" for field, errors in told for error in errors if error.code]
    if not codes:
        return answer
    answer.status_code = 400
    return noted(request, answer, *codes)


@door(moves_goods)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it is booked: what it would change. Afterwards: what became of its rows."""
    upload = get_object_or_404(uploads.mine(request.user), pk=pk)
    page, pager = paged(request, upload.rows.select_related("product", "alike").order_by("number"), 100)
    context = {"upload": upload, "totals": uploads.totals(upload), "lines": uploads.lines(upload, page.object_list)}
    return show(request, "upload", context | {"pager": pager, "same": uploads.the_same_file(upload)})


@require_POST
@door(moves_goods)
def book(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(uploads.mine(request.user), pk=pk)
    facts = {"upload": upload, "by": request.user, "at": timezone.now(), "alike": "alike" in request.POST}
    if attempt(request, lambda: actions.book(**facts), _("Booked. The rows are recorded one after the other.")):
        tasks.ring_the_bell()
    return redirect("desk:upload", pk)


@require_POST
@door(moves_goods)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(uploads.mine(request.user), pk=pk)
    attempt(request, lambda: actions.look_again(upload=upload, at=timezone.now()), _("Compared with the books anew."))
    return redirect("desk:upload", pk)


@require_POST
@door(moves_goods)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(uploads.mine(request.user), pk=pk)
    attempt(
        request, lambda: actions.drop(upload=upload, by=request.user), _("The file is removed; nothing was booked.")
    )
    return redirect("desk:uploads")
