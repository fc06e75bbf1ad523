from datetime import date, datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def moment(written: str | None) -> date | datetime | None:
    """`{{ pay_by|moment|date:"H:i, d/m/Y" }}`: a fact of a notice, kept as ISO text, in local time."""
    if not written:
        return None
    if "T" not in written:
        return date.fromisoformat(written)
    return timezone.localtime(datetime.fromisoformat(written))
