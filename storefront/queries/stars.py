"""Every certificate the market knows, with what it is worth today. Anybody may ask."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.certificates.models import Certificate
from marketplace.search.queries import named

from ..asked import asked as read
from .cards import cards
from .pages import pager

SIZE = 30
STATES = {"live": _("Valid"), "expired": _("Ended"), "revoked": _("Revoked"), "undated": _("Date not known")}


@dataclass(frozen=True)
class CertificateRow:
    certificate: Certificate
    product_title: str
    product_url: str
    producer: str
    live: bool
    state: str
    state_label: str
    url: str


def state(certificate: Certificate, on: date) -> str:
    """What it is worth on that day: live, revoked, expired or undated."""
    if certificate.is_live_on(on):
        return "live"
    if certificate.revoked_on and certificate.revoked_on <= on:
        return "revoked"
    return "expired" if certificate.expires_on and certificate.expires_on < on else "undated"


def certificates_page(asked: QueryDict, *, path: str, on: date) -> dict[str, Any]:
    """Those that fit the words, the longest valid first."""
    text, number = read(asked).words, read(asked).page
    latest = (F("expires_on").desc(nulls_last=True), F("decided_year").desc(nulls_last=True), "-pk")
    found = _fitting(text).select_related("product__producer").order_by(*latest)
    return {
        "q": text,
        "rows": [_row(one, on) for one in found[(number - 1) * SIZE : number * SIZE]],
        "pager": pager(number, found.count(), SIZE, asked, path),
    }


def certificate_page(found: Certificate, on: date, adult: bool) -> dict[str, Any]:
    """One certificate; its product's card where the shop lists it, and shows it to this visitor."""
    now = state(found, on)
    card = cards([found.product_id], on).get(found.product_id)
    hidden = bool(card and card.alcohol and not adult)
    seen = {"card": None if hidden else card, "adults_only": hidden}
    return {"certificate": found, "state": now, "live": now == "live", "today": on} | seen


def _fitting(text: str) -> QuerySet[Certificate]:
    """By product, producer or place, with or without tones, or by the number of the decision."""
    if not text.strip():
        return Certificate.objects.all()
    return Certificate.objects.filter(Q(product__in=named(text)) | Q(decision_number__icontains=text.strip()))


def _row(one: Certificate, on: date) -> CertificateRow:
    now = state(one, on)
    return CertificateRow(
        certificate=one,
        product_title=one.product.title,
        product_url=one.product.get_absolute_url(),
        producer=one.product.producer.name if one.product.producer else "",
        live=now == "live",
        state=now,
        state_label=str(STATES[now]),
        url=reverse("shop:certificate", args=[one.pk]),
    )
