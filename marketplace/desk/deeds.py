"""Doing what a form asks: a refusal is a sentence on the page and a line in the log."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from marketplace.errors import Refused

log = logging.getLogger(__name__)


def attempt(request: HttpRequest, deed: Callable[[], object], said: str = "", form: BaseForm | None = None) -> bool:
    """True when the deed is done. A refusal stands on the form, where one is given, else above the page."""
    try:
        deed()
    except Refused as refusal:
        log.info("refused %s at %s: %s", refusal.code, request.path, refusal)
        if form is not None:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    if said:
        messages.success(request, said)
    return True


def perform(
    request: HttpRequest, deed: Callable[..., object], said: str, form: BaseForm | None = None, **facts: Any
) -> bool:
    """True when a small form on another page, where there is one, is right and the deed is done with what it says.

    Else what is wrong stands above that page, on which the form, where it still stands, is as it was filled.
    """
    if form is None or form.is_valid():
        facts |= form.cleaned_data if form else {}
        return attempt(request, lambda: deed(**facts), said)
    complaints(request, form)
    return False


def complaints(request: HttpRequest, form: BaseForm) -> None:
    """What is wrong with a small form that stands on another page, above that page."""
    for field, errors in form.errors.items():
        label = form.fields[field].label if field in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}: {error}" if label else str(error))
