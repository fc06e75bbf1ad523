from typing import Any

from django.forms.models import inlineformset_factory

from catalogue.models import Product
from marketplace.partner.models import StockRecord

from .forms import StockRecordForm

Records = inlineformset_factory(Product, StockRecord, form=StockRecordForm, extra=0, can_delete=False)


class StockRecordFormSet(Records):  # type: ignore[valid-type, misc]
    """The one record that a product has; the desk makes it together with its price."""

    def __init__(self, product_class: Any, user: Any, *args: Any, **kwargs: Any) -> None:
        self.product_class, self.user = product_class, user
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"product_class": self.product_class, "user": self.user}
