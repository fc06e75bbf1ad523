"""Gift boxes as those who pack them see them."""

from django.db.models import QuerySet

from catalogue.models import Product
from marketplace.boxes.models import Box
from marketplace.locations.models import Location
from marketplace.people.models import User


def mine(user: User) -> QuerySet[Box]:
    return Box.objects.for_staff(user).select_related("packed_at")


def packers(user: User) -> QuerySet[Location]:
    """Where the person may have boxes packed."""
    return Location.objects.for_staff(user).sales_points().filter(ships=True).order_by("name")


def products() -> QuerySet[Product]:
    """What may be put into a box: all that the shop sells, by maker."""
    found: QuerySet[Product] = Product.objects.listed().select_related("producer").order_by("title", "pk")
    return found
