"""Oscar's forms of the basket. More than there is gets the same sentence everywhere, with how many are left."""

from typing import Any

from django.forms import Form, IntegerField, ValidationError
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket import forms

from marketplace.stock.actions import OutOfStock


class BoxesForm(Form):
    """How many of a gift box; none takes it out."""

    quantity = IntegerField(label=_("Quantity"), min_value=0, max_value=1000)


class BasketLineForm(forms.BasketLineForm):
    """An emptied field is a slip, not a wish to remove."""

    quantity = IntegerField(label=_("Quantity"), min_value=0)

    def check_max_allowed_quantity(self, qty: int) -> None:
        _refuse_more(self.instance.product, qty, self.instance.purchase_info)
        super().check_max_allowed_quantity(qty)


class AddToBasketForm(forms.AddToBasketForm):
    def clean(self) -> dict[str, Any]:
        wanted = self.basket.product_quantity(self.product) + self.cleaned_data.get("quantity", 1)
        _refuse_more(self.product, wanted, self.basket.strategy.fetch_for_product(self.product))
        return super().clean()


def _refuse_more(product: Any, wanted: int, info: Any) -> None:
    left = getattr(info.availability, "num_available", None)
    if left is not None and wanted > left:
        refused = OutOfStock(product_id=product.pk, title=product.title, wanted=wanted, available=left)
        raise ValidationError(str(refused), code=refused.code)
