from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """What the office adds to the evidence."""

    words = forms.CharField(
        label=_("In your own words"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 8}),
        help_text=_("English if you can: why the payment is good. What the buyer wrote or said, and who handed the goods over."),
    )  # fmt: skip
