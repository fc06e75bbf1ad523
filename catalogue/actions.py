"""Changes to what is sold."""

from collections.abc import Iterable

from .models import TouchedProduct


def touch(*, product_ids: Iterable[int]) -> None:
    """The search will re-read these products."""
    TouchedProduct.objects.bulk_create([TouchedProduct(product_id=pk) for pk in sorted(set(product_ids))])
