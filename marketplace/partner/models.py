"""Producers, and the price records of their products. Producer = Oscar's Partner."""

from datetime import date, datetime
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from .tiers import Tier, tiers_of, unit_price


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


class TiersFall(Func):
    """Quantity prices that fall strictly from the unit price down; a function of the database, for it looks at all of them."""

    function = "quantity_prices_fall"
    output_field = models.BooleanField()


class StockRecord(AbstractStockRecord):
    """The price of a product, whole đồng, VAT included. Its stock figures only mirror our ledger."""

    vat_percent = models.DecimalField(_("VAT inside the price, %"), max_digits=4, decimal_places=2, default=0)
    # [[from so many pieces, unit price], …], in the price's own row: one lock and one constraint hold both, no query more.
    tiers = ArrayField(ArrayField(models.IntegerField(), size=2), default=list, blank=True)

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["product"], name="one_price_per_product"),
            models.CheckConstraint(
                name="price_in_whole_dong",
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0, price=models.functions.Round("price")),
            ),
            models.CheckConstraint(name="quantity_prices_fall", condition=TiersFall("price", "tiers")),
        ]

    @property
    def quantity_prices(self) -> tuple[Tier, ...]:
        return tiers_of(self.tiers)

    def price_for(self, quantity: int) -> Decimal:
        """Of each piece, when so many are bought."""
        return unit_price(self.price, self.quantity_prices, quantity)


class DateRange(Func):
    """Days from the first to the last, both included; without a last one for ever."""

    function = "DATERANGE"
    output_field = DateRangeField()


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def for_reader(self, user) -> "AgreementQuerySet":
        """Those of the producers a person acts for and of the points where the person works; the office sees all."""
        if user.is_staff:
            return self
        mine = Q(producer__in=Partner.objects.filter(users=user)) | Q(location__in=user.locations.all())
        return self.filter(mine)

    def in_force(self, moment: datetime) -> "AgreementQuerySet":
        """Those whose days these are, written before and not withdrawn until then."""
        day = timezone.localdate(moment)
        lasting = Q(valid_until=None) | Q(valid_until__gte=day)
        standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
        return self.filter(lasting, standing, valid_from__lte=day, written_at__lte=moment)


class Agreement(models.Model):
    """What a place and a producer have agreed, for some days. Never changed: it is ended, and another written.
    One that was written wrongly is withdrawn, and makes room for the right one on the same day.

    It counts for what is sold (or bought firm) after it was written; what was sold before stays as it was sold.
    """

    class Terms(models.TextChoices):
        CONSIGNMENT = "consignment", _("Consignment")
        FIRM = "firm", _("Firm purchase")

    class Period(models.TextChoices):
        MONTH = "month", _("Monthly")
        HALF_MONTH = "half-month", _("Twice a month")
        WEEK = "week", _("Weekly")

    location = models.ForeignKey(
        "locations.Location", models.PROTECT, related_name="agreements", verbose_name=_("Place")
    )
    producer = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("Producer"))
    terms = models.CharField(_("Terms"), max_length=12, choices=Terms.choices)
    commission_percent = models.DecimalField(_("Commission, %"), max_digits=5, decimal_places=2, default=Decimal(0))
    period = models.CharField(_("Statements"), max_length=10, choices=Period.choices, default=Period.MONTH)
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)  # this day included
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # counts no longer, from then on
    demonstration = models.BooleanField(default=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="one_agreement_at_a_time",
                expressions=[
                    ("location", RangeOperators.EQUAL),
                    ("producer", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_until", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="agreement_is_written_before_it_is_withdrawn",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("written_at")),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="commission_is_a_share", condition=Q(commission_percent__gte=0, commission_percent__lte=100)
            ),
            models.CheckConstraint(
                name="bought_goods_bear_no_commission", condition=~Q(terms="firm") | Q(commission_percent=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer_id} at {self.location_id} from {self.valid_from}"

    @property
    def is_firm(self) -> bool:
        return self.terms == self.Terms.FIRM


from oscar.apps.partner.models import *
