"""The base of every "no" that a person may read, and the line that it leaves in the log."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


class Refused(Exception):
    """An action said no and changed nothing. `str()` is a sentence in the reader's language.

    Subclasses stand beside the action that raises them and give `sentence` (a lazy translation with
    `%(name)s` places, filled from the keyword arguments) and `code` (stable, for machines).
    """

    sentence: Any = _("This could not be done.")
    code = "refused"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


def noted(request: HttpRequest, response: HttpResponse, *codes: str) -> HttpResponse:
    """The response that tells a no, after one line in the log: at which door and why, never what was typed.

    Of the address only its name, for links of orders are secrets. Django then adds no line of its own.
    """
    match = request.resolver_match
    door = match.view_name if match else request.path
    words = "%s %s refused: %s %s", request.method, door, response.status_code, ", ".join(codes)
    log_response(*words, response=response, request=request, logger=log)
    return response


def one_by_one(rows: Iterable[Any], deed: Callable[[Any], Any]) -> list[Any]:
    """What it answers for each row, of which each has a transaction of its own: one that breaks does not stop the rest."""
    answers = []
    for row in rows:
        try:
            answers.append(deed(row))
        except Exception:
            log.exception("row %s broke", row)
    return answers
