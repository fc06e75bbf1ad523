"""Changes to what is sold."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from .models import Category, ProductClass, TouchedProduct


def touch(*, product_ids: Iterable[int]) -> None:
    """The search will re-read these products."""
    TouchedProduct.objects.bulk_create([TouchedProduct(product_id=pk) for pk in sorted(set(product_ids))])


@transaction.atomic
def load_groups(*, groups: Iterable[Mapping[str, str]]) -> int:
    """The programme's product groups are there to be chosen, and the one class of goods; twice changes nothing."""
    ProductClass.objects.get_or_create(slug="goods", defaults={"name": "Hàng hóa"})
    known = set(Category.objects.values_list("code", flat=True))
    missing = [group for group in groups if group["code"] not in known]
    for group in missing:
        Category.add_root(code=group["code"], name=group["name"], name_en=group["name_en"])
    return len(missing)
