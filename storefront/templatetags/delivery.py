"""What a shopper is told about free delivery, beside the sums."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.money import ZERO, dong
from marketplace.shipping.queries import Missing, missing_for_free

register = template.Library()


@register.inclusion_tag("components/free.html")
def free_delivery(summary: Any, province: Any = "") -> dict[str, Any]:
    """{% free_delivery summary form.province.value %}: how much is missing; nothing where nothing is ever free."""
    known = int(province) if str(province or "").isdigit() else None
    return _told(missing_for_free(_goods(summary), on=timezone.localdate(), province_id=known), _goods(summary))


@register.inclusion_tag("components/free.html")
def free_delivery_from(summary: Any, least: Decimal | None) -> dict[str, Any]:
    """{% free_delivery_from summary free_from %}: the same where the sum is known that goods must come to."""
    goods = _goods(summary)
    return _told(None if least is None else Missing(max(least - goods, ZERO)), goods)


def _goods(summary: Any) -> Decimal:
    return Decimal(summary.subtotal - summary.discount)


def _told(found: Missing | None, goods: Decimal) -> dict[str, Any]:
    share = round(100 * goods / (goods + found.amount)) if found and goods + found.amount else 0
    return {"said": _said(found) if found else "", "reached": bool(found and not found.amount), "share": share}


def _said(found: Missing) -> str | SafeString:
    facts = {"sum": dong(found.amount), "zone": found.zone}
    if not found.amount:
        return _("Delivery is free (%(zone)s).") % facts if found.zone else _("Delivery is free for this basket.")
    if found.zone:
        return _("%(sum)s more and delivery is free (%(zone)s).") % facts
    return _("%(sum)s more and delivery is free.") % facts
