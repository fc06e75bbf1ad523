"""Oscar's question "which shipping methods?", answered by our tariff."""

from typing import Any

from oscar.apps.shipping import repository

from .methods import Delivery, Pickup
from .queries import fee


class Repository(repository.Repository):  # type: ignore[misc]
    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        """Pickup always; delivery once it is known where to."""
        commune = getattr(shipping_addr, "commune", None)
        if commune is None:
            return [Pickup()]
        grams = sum(line.product.weight_grams * line.quantity for line in basket.all_lines())
        found = fee(commune.province_id, grams)
        return [Pickup(), *([Delivery(found.amount)] if found else [])]
