"""What a buyer says about goods to be given back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.forms import PhotographsField
from marketplace.fulfilment.models import Return
from marketplace.fulfilment.queries import Returnable


class ReturnForm(forms.Form):
    """How many pieces of each line, why, and what they look like."""

    reason = forms.ChoiceField(label=_("What is the matter?"), choices=Return.Reason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Tell us more"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    photographs = PhotographsField(
        required=False, label=_("Photographs"),
        help_text=_("Of the goods and of the label: needed unless you changed your mind. Up to 6, 12 MB each."),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Sequence[Returnable], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = [one for one in lines if one.open_on(today)]
        if not any(one.may(Return.Reason.UNWANTED, today) for one in self.lines):
            self.fields["reason"].choices = [one for one in Return.Reason.choices if one[0] != Return.Reason.UNWANTED]
        for one in self.lines:
            self.fields[f"line-{one.part.line_id}"] = field = forms.IntegerField(
                label=one.part.line.title, min_value=0, max_value=one.left, required=False,
                widget=forms.NumberInput({"inputmode": "numeric"}), help_text=_("You have %(n)s.") % {"n": one.left},
                initial=one.left if len(self.lines) == 1 and one.left == 1 else None,
            )  # fmt: skip
            field.needed = True  # left empty means none; that need not be said
        self.order_fields([name for name in self.fields if name.startswith("line-")])

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        pieces = {one.part.line_id: said[f"line-{one.part.line_id}"] or 0 for one in self.lines}
        return {"pieces": pieces} | {name: said[name] for name in ("reason", "words", "photographs")}


class SentForm(forms.Form):
    tracking = forms.CharField(label=_("Carrier and tracking number"), max_length=120)
