"""Invoices as the office looks after them."""

from django.db.models import Case, QuerySet, Value, When

from marketplace.invoices.models import Invoice

FIRST = Case(
    When(status=Invoice.Status.FAILED, then=Value(0)),
    When(status=Invoice.Status.WAITING, then=Value(1)),
    default=Value(2),
)


def listed() -> QuerySet[Invoice]:
    """What failed, what is under way, and what is issued; the newest first."""
    return Invoice.objects.select_related("order", "seller", "adjusts").order_by(FIRST, "-pk")
