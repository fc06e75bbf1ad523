"""An account as people type it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.folding import fold

from .banks import choices


class AccountForm(forms.Form):
    """Bank, number and holder; kept the way banks write them."""

    bin = forms.ChoiceField(label=_("Bank"))
    number = forms.CharField(
        label=_("Account number"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    holder = forms.CharField(
        label=_("Account holder"), max_length=80, help_text=_("The name as the bank writes it, such as NGUYEN THI LAN."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "characters"}),
    )  # fmt: skip

    field_order = ("bin", "number", "holder")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["bin"].choices = [("", _("Choose")), *choices()]

    def clean_number(self) -> str:
        """Without the spaces, points and hyphens that people put between its digits."""
        bare = re.sub(r"[\s.\-]", "", self.cleaned_data["number"]).upper()
        if not re.fullmatch(r"[0-9A-Z]{4,19}", bare):
            raise forms.ValidationError(
                _("An account number has 4 to 19 digits (or letters), without marks."), code="wrong_account"
            )
        return bare

    def clean_holder(self) -> str:
        """Letters without marks, in capitals."""
        plain = fold(self.cleaned_data["holder"]).upper()
        if not re.fullmatch(r"[A-Z0-9][A-Z0-9 .,&()'/-]+", plain):
            raise forms.ValidationError(_("Please type the holder's name in letters."), code="wrong_holder")
        return plain
