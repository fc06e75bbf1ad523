"""Oscar's basket with whole-đồng discounts, its lines loaded once."""

from django.db.models import QuerySet
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from marketplace.money import whole


class Basket(AbstractBasket):
    def all_lines(self) -> QuerySet["Line"]:
        """In the order they were added. Loaded in one query, at once: offers and counting work on these rows."""
        if self.pk is None:
            return Line.objects.none()
        if self._lines is None:
            related = ("product__product_class", "product__producer__commune", "stockrecord")
            self._lines = self.lines.select_related(*related).order_by("pk")
            len(self._lines)
        return self._lines

    def basket_quantity(self, line: "Line") -> int:
        """Pieces of the same goods; counted on the rows that are here."""
        return sum(one.quantity for one in self.all_lines() if one.stockrecord_id == line.stockrecord_id)

    def product_quantity(self, product) -> int:
        return sum(one.quantity for one in self.all_lines() if one.product_id == product.pk)


class Line(AbstractLine):
    def discount(self, discount_value, affected_quantity, incl_tax=True, offer=None):
        """Percentage offers give fractions; a line never carries less than a đồng."""
        return super().discount(whole(discount_value), affected_quantity, incl_tax, offer)


from oscar.apps.basket.models import *
