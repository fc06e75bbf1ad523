"""How the API says no: a problem document in the reader's language, and one line in the log."""

import json
import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from marketplace.errors import Refused
from marketplace.fulfilment.actions.tracking import NotYet, ParcelEventDiffers
from marketplace.tills.actions import REFUSALS
from marketplace.tills.queries import Answer

log = logging.getLogger(__name__)
SHOWN = 20
AGAIN_IN = 5  # seconds, when the database is away
SENTENCES = {
    400: ("not_json", _("The body is not valid JSON.")),
    401: ("bad_token", _("The token is missing, unknown or revoked.")),
    404: ("not_found", _("There is nothing here.")),
    405: ("wrong_method", _("This address does not take requests of that kind.")),
    411: ("length_required", _("The length of the body must be announced (Content-Length).")),
    413: ("too_large", _("The body is too large. Please send fewer events at a time.")),
    422: ("wrong_shape", _("The body does not have the expected shape.")),
    429: ("too_many_requests", _("Too many requests. Please wait a moment.")),
    500: ("broken", _("Something went wrong on our side. Please send the same again later.")),
    503: ("away", _("The shop is busy or being looked after. Please send the same again in a moment.")),
}  # fmt: skip


def problem(
    request: HttpRequest, status: int, code: str, title: Any, errors: Any = (), headers: Any = None
) -> HttpResponse:
    """RFC 9457. `errors` are (where, what) pairs; what was sent is never repeated, in the answer or in the log."""
    document = {"type": "about:blank", "title": str(title), "status": status, "code": code}
    if errors:
        document["errors"] = [{"where": where, "what": what} for where, what in list(errors)[:SHOWN]]
    body = json.dumps(document, ensure_ascii=False)
    answer = HttpResponse(body, status=status, content_type="application/problem+json; charset=utf-8", headers=headers)
    words = "%s %s refused: %s %s", request.method, request.path, status, code
    log_response(*words, response=answer, request=request, logger=log)  # Django then adds no line of its own
    return answer


def refused(request: HttpRequest, status: int, headers: Any = None) -> HttpResponse:
    """The problem that a status stands for."""
    return problem(request, status, *SENTENCES[status], headers=headers)


def _of_status(request: HttpRequest, error: Any) -> HttpResponse:
    status = error.status_code if isinstance(error, HttpError) else 404
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": str(getattr(error, "wait", None) or 1)}}
    if status not in SENTENCES:
        return problem(request, status, Refused.code, Refused.sentence)
    return refused(request, status, headers.get(status))


def _of_shape(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [(".".join(str(part) for part in fault["loc"]), str(fault["msg"])) for fault in error.errors]
    return problem(request, 422, *SENTENCES[422], errors)


def _of_refusal(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 409, error.code, error)


def _of_absence(request: HttpRequest, error: Any) -> HttpResponse:
    log.warning("database away: %s", error)
    return refused(request, 503, {"Retry-After": str(AGAIN_IN)})


def _of_anything(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return refused(request, 500)


CARRIERS: dict[str, type[Refused]] = {no.code: no for no in (ParcelEventDiffers, NotYet)}


def sentence(told: Answer) -> str:
    """Why an event was parked or refused; empty when it was not."""
    return str(REFUSALS.get(told.code, Refused)(**told.facts)) if told.code else ""


def answer_by_problems(api: NinjaAPI) -> None:
    """Whatever is refused behind this API is told the same way."""
    for kind in (HttpError, AuthenticationError, Throttled, Http404):
        api.add_exception_handler(kind, _of_status)
    for away in (OperationalError, InterfaceError):
        api.add_exception_handler(away, _of_absence)
    api.add_exception_handler(ValidationError, _of_shape)
    api.add_exception_handler(Refused, _of_refusal)
    api.add_exception_handler(Exception, _of_anything)
