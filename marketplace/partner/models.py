"""Producers, and the price records of their products. Producer = Oscar's Partner."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord


class PartnerQuerySet(models.QuerySet["Partner"]):
    def for_owner(self, user) -> "PartnerQuerySet":
        """The producers a person acts for; the office sees all."""
        return self if user.is_staff else self.filter(users=user)


class Partner(AbstractPartner):
    """A producer (chủ thể OCOP). Seller's facts shown before an order: Law 19/2023/QH15 on consumers."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("Household")
        ENTERPRISE = "enterprise", _("Enterprise")
        COOPERATIVE = "cooperative", _("Cooperative")
        GROUP = "group", _("Cooperative group")
        FACILITY = "facility", _("Production facility")

    kind = models.CharField(_("Kind"), max_length=20, choices=Kind.choices, blank=True)
    folded = models.CharField(max_length=160, unique=True, null=True, editable=False)  # one producer, whatever the case
    province = models.ForeignKey("places.Province", models.PROTECT, null=True, blank=True, related_name="+")
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    former_place = models.CharField(_("Place as certified"), max_length=200, blank=True)
    street = models.CharField(_("Street, hamlet"), max_length=200, blank=True)
    phone = models.CharField(_("Phone"), max_length=16, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    registration_number = models.CharField(_("Business registration or tax number"), max_length=40, blank=True)
    story = models.TextField(_("Story"), blank=True)
    store = models.OneToOneField("locations.Location", models.PROTECT, null=True, blank=True, related_name="producer")
    commission_percent = models.DecimalField(_("Commission, %"), max_digits=4, decimal_places=2, default=0)
    verified_at = models.DateTimeField(_("Identity verified"), null=True, blank=True)
    demonstration = models.BooleanField(_("Contact data invented for demonstration"), default=False)
    source = models.TextField(blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta(AbstractPartner.Meta):
        abstract = False


class StockRecord(AbstractStockRecord):
    """The price of a product, whole đồng, VAT included. Its stock figures only mirror our ledger."""

    vat_percent = models.DecimalField(_("VAT inside the price, %"), max_digits=4, decimal_places=2, default=0)

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["product"], name="one_price_per_product"),
            models.CheckConstraint(
                name="price_in_whole_dong",
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0, price=models.functions.Round("price")),
            ),
        ]


from oscar.apps.partner.models import *
