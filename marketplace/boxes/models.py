"""Gift boxes: goods of several producers, sold as one thing and packed at one sales point."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.utils import slugify

from catalogue.models import Product
from catalogue.pictures import Picture


class BoxQuerySet(models.QuerySet["Box"]):
    def for_staff(self, user) -> "BoxQuerySet":
        """Those packed where the person works; the office sees all."""
        return self if user.is_staff else self.filter(packed_at__staff=user)

    def opened(self) -> "BoxQuerySet":
        """In the shop now."""
        return self.filter(opened_at__isnull=False, closed_at=None)

    def whole(self) -> "BoxQuerySet":
        """Those of which everything is for sale."""
        lacking = Part.objects.filter(box=OuterRef("pk")).exclude(product__in=Product.objects.listed())
        return self.exclude(Exists(lacking))


class Box(models.Model):
    """What is inside, where it is packed, and what it costs. Once it was in the shop, its content stays for good."""

    title = models.CharField(_("Name"), max_length=160)
    description = models.TextField(_("Description"), blank=True)
    packed_at = models.ForeignKey(
        "locations.Location", models.PROTECT, related_name="boxes", verbose_name=_("Packed at")
    )
    price = models.DecimalField(_("Price of the box, ₫"), max_digits=12, decimal_places=0, null=True, blank=True)
    photo = models.ImageField(_("Photograph"), upload_to="boxes/%Y/%m/", blank=True)  # without one: of what is in it
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = BoxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="box_price_is_a_price", condition=Q(price=None) | Q(price__gt=0)),
            models.CheckConstraint(
                name="box_closes_after_it_opened", condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("shop:box", args=[self.slug, self.pk])

    @property
    def slug(self) -> str:
        return slugify(self.title) or "hop-qua"

    @property
    def picture(self) -> Picture | None:
        """Its own."""
        return Picture.of(str(self.photo.name)) if self.photo else None

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None


class Part(models.Model):
    """So many pieces of a product in each box."""

    box = models.ForeignKey(Box, models.CASCADE, related_name="parts")
    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="+", verbose_name=_("Product"))
    quantity = models.PositiveSmallIntegerField(_("Pieces"), default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["box", "product"], name="product_once_in_a_box"),
            models.CheckConstraint(name="box_holds_some", condition=Q(quantity__gte=1, quantity__lte=99)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
