"""Oscar's basket with whole-đồng discounts."""

from oscar.apps.basket.abstract_models import AbstractLine

from marketplace.money import whole


class Line(AbstractLine):
    def discount(self, discount_value, affected_quantity, incl_tax=True, offer=None):
        """Percentage offers give fractions; a line never carries less than a đồng."""
        return super().discount(whole(discount_value), affected_quantity, incl_tax, offer)


from oscar.apps.basket.models import *  # noqa: E402,F403
