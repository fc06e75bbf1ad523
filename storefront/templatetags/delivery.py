"""What a shopper is told about free delivery, beside the sums."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.money import dong
from marketplace.shipping.queries import Missing, missing_for_free

register = template.Library()


@register.inclusion_tag("components/free.html")
def free_delivery(summary: Any, province: Any = "") -> dict[str, Any]:
    """{% free_delivery summary form.province.value %}: how much is missing; nothing where nothing is ever free."""
    goods = summary.subtotal - summary.discount
    known = int(province) if str(province or "").isdigit() else None
    found = missing_for_free(goods, on=timezone.localdate(), province_id=known)
    share = round(100 * goods / (goods + found.amount)) if found and goods + found.amount else 0
    return {"said": _said(found) if found else "", "reached": bool(found and not found.amount), "share": share}


def _said(found: Missing) -> str | SafeString:
    facts = {"sum": dong(found.amount), "zone": found.zone}
    if not found.amount:
        return _("Delivery is free (%(zone)s).") % facts if found.zone else _("Delivery is free for this basket.")
    if found.zone:
        return _("%(sum)s more and delivery is free (%(zone)s).") % facts
    return _("%(sum)s more and delivery is free.") % facts
