"""Oscar's form of a basket line; an emptied field is a slip, not a wish to remove."""

from django.forms import IntegerField
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket import forms


class BasketLineForm(forms.BasketLineForm):
    quantity = IntegerField(label=_("Quantity"), min_value=0)
