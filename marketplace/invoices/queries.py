"""Which invoices wait for somebody, and those of an order."""

from django.db.models import DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.money import ZERO
from marketplace.order.models import Line, Order

from .models import Invoice

DONG = DecimalField(max_digits=14, decimal_places=0)


def invoiced() -> Coalesce:
    """What the invoices of an order add up to, adjustments included."""
    rows = Invoice.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Coalesce(Subquery(rows.annotate(all=Sum("amount")).values("all")), ZERO, output_field=DONG)


def to_prepare(limit: int = 100) -> list[int]:
    """Completed orders whose invoices were asked for, and do not exist yet. Where all goods came back there is nothing to invoice."""
    kept = Line.objects.filter(order=OuterRef("pk"), partner__isnull=False)
    kept = kept.filter(quantity__gt=F("cancelled_quantity") + F("returned_quantity"))
    done = Order.objects.filter(status=Order.Status.COMPLETED, invoice_request__isnull=False, invoices=None)
    left = done.filter(Exists(kept), given_up__lt=F("total_incl_tax"))
    return list(left.order_by("pk").values_list("pk", flat=True)[:limit])


def to_adjust(limit: int = 100) -> list[int]:
    """Orders that cost less by now than their invoices say; all of these are issued."""
    unfinished = Invoice.objects.filter(order=OuterRef("pk")).exclude(status=Invoice.Status.ISSUED)
    rows = Order.objects.filter(Exists(Invoice.objects.filter(order=OuterRef("pk"))), ~Exists(unfinished))
    found = rows.annotate(invoiced=invoiced()).filter(invoiced__gt=F("total_incl_tax") - F("given_up"))
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def of_order(order_id: int) -> QuerySet[Invoice]:
    """An adjustment behind what it adjusts."""
    return Invoice.objects.filter(order=order_id).select_related("seller", "adjusts").order_by("pk")


def asked_late(order_id: int) -> bool:
    """Nothing can be asked or changed any more: they are being issued."""
    return Invoice.objects.filter(order=order_id).exists()
