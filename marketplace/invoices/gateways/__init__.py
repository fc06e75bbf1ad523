"""Whoever issues e-invoices for us: asked with a key, so that asking twice issues once. INVOICE_URL names it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 10.0  # seconds


@dataclass(frozen=True)
class Issued:
    """What the provider answers."""

    symbol: str
    number: str
    lookup_code: str


class InvoiceError(Exception):
    """No answer, or not one that counts: the same question may be asked again."""


class InvoiceRefused(Exception):
    """The provider will not issue this; asking again is of no use until a person has mended something."""


Ask = Callable[..., Issued]


def issue(document: dict[str, Any], *, key: str) -> Issued:
    """The invoice is issued, now or by an earlier asking with this key."""
    from . import file

    url = urlsplit(settings.INVOICE_URL)
    known: dict[str, Callable[[SplitResult], Ask]] = {"file": file.at}
    if url.scheme not in known:
        raise InvoiceRefused(f"INVOICE_URL names no known provider: {url.scheme}")
    return known[url.scheme](url)(document, key=key, timeout=TIMEOUT)
