"""Oscar's basket with whole-đồng discounts, its lines loaded once."""

from copy import copy
from typing import Any

from django.db.models import QuerySet
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.apps.partner.strategy import PurchaseInfo

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
    @property
    def purchase_info(self) -> PurchaseInfo:
        """Asked again when the quantity is another: what a piece costs may depend on it."""
        if self.__dict__.get("_priced_for") != self.quantity:
            self.__dict__.pop("_info", None)
            self._priced_for = self.quantity
        return super().purchase_info

    def get_warning(self) -> Any:
        """Oscar compares with the price when it was put in, which was that of one piece."""
        single = copy(self)
        single.quantity = 1
        return AbstractLine.get_warning(single)

    def discount(self, discount_value, affected_quantity, incl_tax=True, offer=None):
        """Percentage offers give fractions; a line never carries less than a đồng."""
        return super().discount(whole(discount_value), affected_quantity, incl_tax, offer)


from oscar.apps.basket.models import *
