"""Certificates with the word for their state on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from marketplace.certificates.models import Certificate
from marketplace.people.models import User

from . import goods


@dataclass(frozen=True)
class Row:
    certificate: Certificate
    state: str
    kind: str  # as components/pill.html wants it
    days_left: int | None


def listed(user: User, on: date, text: str = "") -> QuerySet[Certificate]:
    """Those of the person's goods: live ones by their last day, then what is past."""
    live = Certificate.objects.live_on(on).values("pk")
    rows = Certificate.objects.filter(product__in=goods.products(user, text)).select_related("product__producer")
    return rows.annotate(past=Case(When(pk__in=live, then=0), default=1)).order_by("past", "expires_on", "pk")


def rows(certificates: Iterable[Certificate], on: date) -> list[Row]:
    return [_row(one, on) for one in certificates]


def _row(one: Certificate, on: date) -> Row:
    if one.is_live_on(on) and one.expires_on:
        days = (one.expires_on - on).days
        return Row(one, _("Valid"), "waiting" if days <= 180 else "ok", days)
    if one.revoked_on and one.revoked_on <= on:
        return Row(one, _("Revoked"), "stopped", None)
    if one.expires_on is None:
        return Row(one, _("No date known"), "plain", None)
    return Row(one, _("Expired") if one.expires_on < on else _("Not valid"), "stopped", None)
