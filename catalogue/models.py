"""What is sold: products with their label facts, and the changes that producers propose to them."""

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct
from oscar.apps.catalogue.managers import ProductQuerySet as OscarProductQuerySet


class LabelFacts(models.Model):
    """What a label must say. Decree 43/2017/NĐ-CP on goods labels; alcohol: Decree 105/2017/NĐ-CP."""

    net_quantity = models.CharField(_("Net quantity"), max_length=100, blank=True)
    weight_grams = models.PositiveIntegerField(_("Weight with packing, grams"), default=500)
    ingredients = models.TextField(_("Ingredients or material"), blank=True)
    origin = models.CharField(_("Origin"), max_length=200, blank=True)
    usage = models.TextField(_("How to use"), blank=True)
    storage = models.TextField(_("How to store"), blank=True)
    warnings = models.TextField(_("Warnings"), blank=True)
    shelf_life_days = models.PositiveIntegerField(_("Shelf life, days"), null=True, blank=True)
    arrival_days = models.PositiveIntegerField(_("Days it must still keep when it arrives"), null=True, blank=True)
    perishable = models.BooleanField(
        _("Perishable"), default=False,
        help_text=_("Fresh goods and what spoils within days: the buyer cannot return them for a change of mind."),
    )  # fmt: skip
    length_cm = models.PositiveSmallIntegerField(_("Length with packing, cm"), null=True, blank=True)
    width_cm = models.PositiveSmallIntegerField(_("Width with packing, cm"), null=True, blank=True)
    height_cm = models.PositiveSmallIntegerField(_("Height with packing, cm"), null=True, blank=True)
    travel_hours_max = models.PositiveSmallIntegerField(_("Longest time on the way, hours"), null=True, blank=True)
    keep_cool = models.BooleanField(_("Must be kept cool on the way"), default=False)
    fragile = models.BooleanField(_("Breaks easily"), default=False)
    ethanol_percent = models.DecimalField(_("Alcohol, % vol"), max_digits=4, decimal_places=1, null=True, blank=True)
    declaration_number = models.CharField(_("Quality declaration number"), max_length=100, blank=True)

    class Meta:
        abstract = True

    @property
    def is_alcohol(self) -> bool:
        """Sold to adults only, never for cash on delivery."""
        return bool(self.ethanol_percent)

    @property
    def volume_cm3(self) -> int:
        """Of the packed product; 0 where not all three sides are known, and then its weight alone counts."""
        return (self.length_cm or 0) * (self.width_cm or 0) * (self.height_cm or 0)


class Category(AbstractCategory):
    """A product group of the programme (code I … VI, I.1.a …) in Oscar's tree."""

    name_en = models.CharField(_("Name in English"), max_length=255, blank=True)

    class Meta(AbstractCategory.Meta):
        abstract = False

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and translation.get_language() == "en" else self.name


class ProductQuerySet(OscarProductQuerySet):
    def for_owner(self, user):
        """Products of the producers a person acts for; the office sees all."""
        return self if user.is_staff else self.filter(producer__users=user)

    def listed(self):
        """What the shop may show: public, of a producer whose identity is verified, with a price."""
        return self.filter(is_public=True, producer__verified_at__isnull=False, stockrecords__price__isnull=False)


class Product(LabelFacts, AbstractProduct):
    producer = models.ForeignKey(
        "partner.Partner", models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("Producer")
    )
    demonstration = models.BooleanField(_("Price and label facts invented for demonstration"), default=False)
    source = models.TextField(_("Source"), blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta(AbstractProduct.Meta):
        abstract = False

    @property
    def may_be_sold(self) -> bool:
        """Public, and the seller's identity is verified (Law 122/2025/QH15). The price record says the rest."""
        return bool(self.is_public and self.producer and self.producer.verified_at)


class TouchedProduct(models.Model):
    """Something about the product changed; the search re-reads it. Rows are deleted when read."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.product_id}"


class ListingChangeQuerySet(models.QuerySet["ListingChange"]):
    def for_owner(self, user) -> "ListingChangeQuerySet":
        return self if user.is_staff else self.filter(producer__users=user)

    def waiting(self) -> "ListingChangeQuerySet":
        return self.filter(status=ListingChange.Status.SUBMITTED)


class ListingChange(LabelFacts):
    """A version of a listing as its producer proposes it; live once the office approves.

    Versions are kept (Law 122/2025/QH15: at least 24 months). `product` is empty for a new listing
    until it is approved.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for the office")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="changes")
    producer = models.ForeignKey("partner.Partner", models.PROTECT, related_name="listing_changes")
    category = models.ForeignKey(Category, models.PROTECT, verbose_name=_("Product group"), related_name="+")
    title = models.CharField(_("Name"), max_length=255)
    description = models.TextField(_("Description"), blank=True)
    price = models.DecimalField(_("Price, ₫"), max_digits=12, decimal_places=0, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("Reason"), blank=True)

    objects = ListingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(status__in=["draft", "submitted"]), name="one_open_change"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.status})"


class ListingPhoto(models.Model):
    """A photograph that comes with a proposed listing."""

    change = models.ForeignKey(ListingChange, models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="listings/%Y/%m/")
    caption = models.CharField(_("Caption"), max_length=200, blank=True)
    display_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["display_order", "pk"]

    def __str__(self) -> str:
        return self.image.name


from oscar.apps.catalogue.models import *
