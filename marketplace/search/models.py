"""One folded row per product: what finding, filtering and sorting read. Rebuilt from the truth, never the truth.

`change` numbers each reading, in the order in which readings are committed: who keeps the highest number seen asks
for those beyond it and misses none (docs/decisions/till-feed.md).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Entry(models.Model):
    """`stars` count only up to `stars_until`, and all lots are good up to `fresh_until` (last valid local days).

    Price in đồng; `available` to orders in pieces.
    """

    product = models.OneToOneField("catalogue.Product", models.CASCADE, primary_key=True, related_name="search_entry")
    listed = models.BooleanField(default=False)
    title = models.CharField(max_length=255)
    folded_title = models.CharField(max_length=255)
    vector = SearchVectorField()  # folded title (A), producer and group (B), places and text (C)
    stars = models.PositiveSmallIntegerField(null=True)
    stars_until = models.DateField(null=True)
    category_ids = ArrayField(models.BigIntegerField(), default=list)  # the group and all above it
    commune_id = models.BigIntegerField(null=True)
    producer_id = models.BigIntegerField(null=True)
    price = models.DecimalField(max_digits=12, decimal_places=0, null=True)
    available = models.IntegerField(default=0)
    location_ids = ArrayField(models.BigIntegerField(), default=list)  # sales points that have it now
    alcohol = models.BooleanField(default=False)
    sold = models.IntegerField(default=0)  # pieces ordered, for sorting
    created_at = models.DateTimeField()
    fresh_until = models.DateField(null=True)
    change = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="entry_vector"),
            GinIndex(fields=["category_ids"], name="entry_categories"),
            GinIndex(fields=["location_ids"], name="entry_locations"),
            GinIndex(fields=["folded_title"], opclasses=["gin_trgm_ops"], name="entry_trigrams"),
            models.Index(fields=["-sold", "-product"], condition=models.Q(listed=True), name="entry_popular"),
            models.Index(fields=["price", "product"], condition=models.Q(listed=True), name="entry_price"),
            models.Index(fields=["-created_at", "-product"], condition=models.Q(listed=True), name="entry_new"),
            models.Index(fields=["change"], name="entry_change"),
        ]

    def __str__(self) -> str:
        return self.title
