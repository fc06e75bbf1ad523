"""E-invoices (Decree 123/2020, amended by Decree 70/2025): who asked for one, and what was issued for which seller."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.partner.models import Partner


class InvoiceRequest(models.Model):
    """The buyer of an order wants invoices made out to a company. It may be changed until they are prepared."""

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="invoice_request")
    company = models.CharField(_("Company"), max_length=200)
    tax_code = models.CharField(_("Tax code"), max_length=14)
    address = models.CharField(_("Address of the company"), max_length=300)
    email = models.EmailField(_("E-mail for the invoice"))
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.company} {self.tax_code}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def due(self, at: datetime) -> "InvoiceQuerySet":
        """To be issued now; the longest due first."""
        return self.filter(status=Invoice.Status.WAITING, next_try_at__lte=at).order_by("next_try_at", "pk")

    def failed(self) -> "InvoiceQuerySet":
        """Nobody tries them any more; the oldest first."""
        return self.filter(status=Invoice.Status.FAILED).order_by("pk")


class Invoice(models.Model):
    """What one seller of an order sold, as the invoice provider was told it. An adjustment takes money back, so it is negative.

    `document` is what is sent, written once; `key` is the provider's idempotency key. Whole đồng.
    """

    class Kind(models.TextChoices):
        VAT = "vat", _("VAT invoice")
        SALES = "sales", _("Sales invoice")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Being issued")
        ISSUED = "issued", _("Issued")
        FAILED = "failed", _("Failed, a person must look")

    # Who deducts VAT writes VAT invoices; households and groups are taxed on turnover and write sales invoices.
    DEDUCT_VAT = (Partner.Kind.ENTERPRISE, Partner.Kind.COOPERATIVE)

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="invoices")
    seller = models.ForeignKey("partner.Partner", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    adjusts = models.ForeignKey("self", models.PROTECT, null=True, related_name="adjustments")
    amount = models.DecimalField(max_digits=12, decimal_places=0)
    vat = models.DecimalField(max_digits=12, decimal_places=0, default=0)
    document = models.JSONField()
    key = models.CharField(max_length=80, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    symbol = models.CharField(max_length=20, blank=True)  # ký hiệu
    number = models.CharField(max_length=20, blank=True)
    lookup_code = models.CharField(max_length=60, blank=True)
    prepared_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "seller"], condition=Q(adjusts=None), name="one_invoice_per_seller_of_an_order"
            ),
            models.UniqueConstraint(
                fields=["seller", "symbol", "number"], condition=~Q(number=""), name="invoice_number_once"
            ),
            models.CheckConstraint(
                name="invoice_adjusts_downward",
                condition=Q(adjusts=None, amount__gt=0, vat__gte=0) | Q(adjusts__isnull=False, amount__lt=0, vat__lte=0),
            ),
            models.CheckConstraint(
                name="issued_invoice_has_number",
                condition=Q(issued_at=None, number="", lookup_code="")
                & ~Q(status="issued") | Q(status="issued", issued_at__isnull=False) & ~Q(number="") & ~Q(lookup_code=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.symbol} {self.number}" if self.number else self.key
