"""What producers write about their goods, checked for its shape."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.partner.tiers import MOST_TIERS, Tier

from . import actions, queries
from .models import Category, ListingChange
from .pictures import FORMATS, Photograph, checked

MOST_PIECES = 100_000  # of a quantity price


class DongField(forms.Field):
    """An amount as people type it: 120000, 120.000, 120 000 đ. Whole đồng."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Please write an amount in đồng, for example 120.000.")}

    def __init__(self, *, least: int = 1, most: Decimal = actions.MOST_DONG, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s.,\u00a0₫đĐ]|vnd", "", str(value if value is not None else ""), flags=re.IGNORECASE)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or not self.least <= Decimal(text) <= self.most:
            raise forms.ValidationError(self.error_messages["invalid"])
        return Decimal(text)

    def prepare_value(self, value: Any) -> Any:
        return f"{int(value):,}".replace(",", ".") if isinstance(value, Decimal) else value


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotographsField(forms.FileField):
    """Any number of photographs; cleaned they are `Photograph`s, checked by what is in them."""

    widget = ManyFiles(attrs={"accept": ",".join(f"image/{name.lower()}" for name in FORMATS)})

    def clean(self, data: Any, initial: Any = None) -> list[Photograph]:
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > actions.MOST_PHOTOGRAPHS:
            raise forms.ValidationError(str(actions.TooManyPhotographs(most=actions.MOST_PHOTOGRAPHS)))
        try:
            return [checked(upload, upload.name, upload.size) for upload in uploads]
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class GroupField(forms.ModelChoiceField):
    def label_from_instance(self, category: Category) -> str:
        return f"{category.code}. {category.label}"


class ListingForm(forms.ModelForm):
    """A proposed listing. `drop` are photographs to take away, `photographs` new ones."""

    category = GroupField(queryset=Category.objects.none(), label=_("Product group"), empty_label=_("Choose"))
    price = DongField(label=_("Price, ₫"), required=False, help_text=_("VAT included."))
    drop = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Take away"))
    photographs = PhotographsField(
        required=False, label=_("Add photographs"), help_text=_("Up to 6. JPEG, PNG or WebP, 12 MB each.")
    )

    class Meta:
        model = ListingChange
        fields = ("title", "category", "price", "description", *queries.LABEL)
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("ingredients", "usage", "storage", "warnings")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].queryset = Category.objects.filter(depth=1).order_by("path")
        photos = list(self.instance.photos.all()) if self.instance.pk else []
        self.fields["drop"].choices = [(str(photo.pk), photo.pk) for photo in photos]
        for name in ("description", "net_quantity", "origin", "ingredients"):
            self.fields[name].needed = True  # a draft may lack it, the office may not
        self.fields["storage"].help_text = self.fields["shelf_life_days"].help_text = _("Needed for food and drinks.")
        self.fields["declaration_number"].help_text = _("Needed for drinks from 5.5 % vol.")
        self.fields["length_cm"].help_text = _("Carriers also count the volume, where all three sides are given.")
        self.fields["travel_hours_max"].help_text = _("Left empty, it may travel as long as it takes.")
        if self.instance.product_id:
            del self.fields["price"]  # a live price is changed at once, on its own page

    def facts(self) -> dict[str, Any]:
        """The listing's fields, as the actions take them."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class PriceForm(forms.Form):
    price = DongField(label=_("New price, ₫"), help_text=_("VAT included. It applies at once."))


class TiersForm(forms.Form):
    """Quantity prices in pairs of fields, as many as there may be; a pair left empty is none."""

    def __init__(self, *args: Any, tiers: Sequence[Tier] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        padded = [*tiers, *[None] * (MOST_TIERS - len(tiers))]
        for number, tier in enumerate(padded[:MOST_TIERS], 1):
            self.fields[f"from_{number}"] = forms.IntegerField(
                label=_("From, pieces"), min_value=2, max_value=MOST_PIECES, required=False, initial=tier and tier.from_quantity,
            )  # fmt: skip
            self.fields[f"price_{number}"] = DongField(label=_("Each, ₫"), required=False, initial=tier and tier.price)

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The two fields of each quantity price."""
        return [(self[f"from_{number}"], self[f"price_{number}"]) for number in range(1, MOST_TIERS + 1)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for number in range(1, MOST_TIERS + 1):
            pair = found.get(f"from_{number}"), found.get(f"price_{number}")
            if (pair[0] is None) != (pair[1] is None) and not {f"from_{number}", f"price_{number}"} & set(self.errors):
                self.add_error(f"from_{number}", _("A quantity price needs both: from how many pieces, and the price."))
        return found

    def tiers(self) -> list[Tier]:
        pairs = [(self.cleaned_data[f"from_{n}"], self.cleaned_data[f"price_{n}"]) for n in range(1, MOST_TIERS + 1)]
        return [Tier(quantity, price) for quantity, price in pairs if quantity is not None]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
