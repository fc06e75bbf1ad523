"""Oscar's basket with whole-đồng discounts, its lines loaded once."""

from copy import copy
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.apps.partner.strategy import PurchaseInfo

from marketplace.boxes.pricing import Piece, unit_prices
from marketplace.money import whole


class Basket(AbstractBasket):
    def begin(self) -> None:
        """A visitor's basket is a row from its first goods on."""
        if self.pk is None:
            self.save()

    def all_lines(self) -> QuerySet["Line"]:
        """In the order they were added. Loaded in one query, at once: offers and counting work on these rows."""
        if self.pk is None:
            return Line.objects.none()
        if self._lines is None:
            related = ("product__product_class", "product__producer__commune", "stockrecord", "box")
            self._lines = self.lines.select_related(*related).order_by("pk")
            len(self._lines)
        return self._lines

    def basket_quantity(self, line: "Line") -> int:
        """Pieces of the same goods; counted on the rows that are here."""
        return sum(one.quantity for one in self.all_lines() if one.stockrecord_id == line.stockrecord_id)

    def loose_lines(self) -> QuerySet["Line"]:
        """Those of no box; the same rows, so that what was worked out about them stays."""
        every = self.all_lines()
        loose = every.all()
        loose._result_cache = [line for line in every if line.box_id is None]
        return loose

    def prices_in(self, box) -> dict[int, Decimal]:
        """What a piece of each product costs in the box, by the prices of today; nothing where one has no price."""
        inside = [line for line in self.all_lines() if line.box_id == box.pk]
        if any(line.stockrecord.price is None for line in inside):
            return {}
        pieces = [Piece(line.stockrecord.price, line.per_box) for line in inside]
        return dict(zip([line.product_id for line in inside], unit_prices(box.price, pieces), strict=True))

    def product_quantity(self, product) -> int:
        return sum(one.quantity for one in self.all_lines() if one.product_id == product.pk)


class Line(AbstractLine):
    box = models.ForeignKey("boxes.Box", models.CASCADE, null=True, blank=True, related_name="+")
    per_box = models.PositiveSmallIntegerField(null=True, blank=True)  # pieces in each box

    class Meta(AbstractLine.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="basket_line_of_whole_boxes",
                condition=Q(box=None, per_box=None)
                | Q(
                    box__isnull=False,
                    per_box__isnull=False,
                    per_box__gt=0,
                    quantity=F("per_box") * (F("quantity") / F("per_box")),
                ),
            )
        ]

    @property
    def price_in_box(self) -> Decimal | None:
        """Of a piece, where the line is part of a box."""
        return self.basket.prices_in(self.box).get(self.product_id) if self.box_id else None

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
