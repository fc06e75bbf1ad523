"""Oscar's question "which shipping methods?", answered by our tariff."""

from typing import Any

from django.utils import timezone
from oscar.apps.shipping import repository

from .methods import Delivery, Pickup
from .queries import load_of, quote


class Repository(repository.Repository):  # type: ignore[misc]
    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        """Pickup always; delivery once it is known where to."""
        commune = getattr(shipping_addr, "commune", None)
        if commune is None:
            return [Pickup()]
        load = load_of((line.product, line.quantity) for line in basket.all_lines())
        found = quote(commune.province_id, [load], on=timezone.localdate())
        return [Pickup(), *([Delivery(found.amount)] if found else [])]
