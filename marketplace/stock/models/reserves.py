from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Reserve(models.Model):
    """What a place keeps from online orders: of one product or, without one, of each that has no row of its own.

    Of the units on hand beyond promises, `safety_stock` pieces are never promised; `counter_percent` of the units
    on hand, rounded up, stay for those who come to the counter. The larger of the two counts.
    """

    location = models.ForeignKey("locations.Location", models.CASCADE, related_name="reserves")
    product = models.ForeignKey("catalogue.Product", models.CASCADE, null=True, blank=True, related_name="+")
    safety_stock = models.PositiveIntegerField(_("Safety stock, pieces"), default=0)
    counter_percent = models.PositiveSmallIntegerField(_("Kept for the counter, %"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "product"], name="reserve_once"),
            models.UniqueConstraint(fields=["location"], condition=Q(product=None), name="reserve_of_all_once"),
            models.CheckConstraint(name="reserve_in_percent", condition=Q(counter_percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.location_id}/{self.product_id}: {self.safety_stock}, {self.counter_percent} %"
