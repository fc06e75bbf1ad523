"""What people type about gift boxes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField, PhotographsField
from marketplace.locations.models import Location

from .forms import ProductField


class BoxForm(forms.Form):
    title = forms.CharField(label=_("Name of the box"), max_length=160)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    price = DongField(
        label=_("Price of the box, ₫"), required=False,
        help_text=_("Empty: what the content costs singly. A lower price is shared by the makers in proportion to their prices."),
    )  # fmt: skip


class NewBoxForm(BoxForm):
    packed_at = forms.ModelChoiceField(Location.objects.none(), label=_("Packed at"), empty_label=_("Choose"))

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["packed_at"]
        field.queryset = places


class PhotoForm(forms.Form):
    """The box as it stands on a table."""

    photograph = PhotographsField(
        label=_("Photograph"), help_text=_("One, in the shape of a square if you can. JPEG, PNG or WebP, up to 12 MB."),
        widget=forms.FileInput({"accept": PhotographsField.widget.attrs["accept"]}),
    )  # fmt: skip


class PartForm(forms.Form):
    """A product for the box; also the carton and its ribbon, where whoever packs sells them."""

    product = ProductField(queryset=None, label=_("Product"), empty_label=_("Choose"))
    quantity = forms.IntegerField(label=_("Pieces in each box"), min_value=1, max_value=99, initial=1)

    def __init__(self, *args: Any, products: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["product"]
        field.queryset = products
