"""Two gift boxes in the shop: what the point has of several producers. Invented, and marked so."""

from collections.abc import Sequence
from datetime import datetime

from catalogue.models import Product
from marketplace.boxes import actions
from marketplace.boxes.models import Box
from marketplace.locations.models import Location
from marketplace.stock.queries import available_at

from .logins import MANAGER, POINT

BOXES = (
    ("Hộp quà Tết An Giang (minh họa)", "Ba đặc sản của ba chủ thể, cho bữa cơm sum họp đầu năm.", 3),
    ("Quà thăm nhà (minh họa)", "Hai món gọn nhẹ, gói sẵn tại điểm bán.", 2),
)


def boxes(*, at: datetime) -> int:
    """Composed and brought out by the manager of the point. How many are new."""
    place = Location.objects.get(slug=POINT)
    goods = _one_of_each_producer(place, at)
    if Box.objects.exists() or len(goods) < sum(pieces for _title, _words, pieces in BOXES):
        return 0
    by = place.staff.get(email=MANAGER)
    for title, words, pieces in BOXES:
        box = actions.compose(packed_at=place, title=title, description=words, price=None, by=by, demonstration=True)
        for product in goods[:pieces]:
            actions.put_in(box=box, product=product, quantity=1, by=by)
        actions.bring_out(box=box, by=by, at=at)
        goods = goods[pieces:]
    return len(BOXES)


def _one_of_each_producer(place: Location, at: datetime) -> Sequence[Product]:
    """Food that lies at the place, the cheapest first; no alcohol, so that everybody may buy it."""
    listed = Product.objects.listed().filter(ethanol_percent=None, stockrecords__price__lte=200_000)
    there = {pk for pk, left in available_at(place.pk, listed.values_list("pk", flat=True), at=at).items() if left > 5}
    found: dict[int, Product] = {}
    for product in listed.filter(pk__in=there).order_by("stockrecords__price", "pk"):
        found.setdefault(product.producer_id, product)
    return list(found.values())
