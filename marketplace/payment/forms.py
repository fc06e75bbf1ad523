"""An account as people type it."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused

from .account_numbers import bare, plain
from .banks import choices


class AccountForm(forms.Form):
    """Bank, number and holder; kept the way banks write them."""

    bin = forms.ChoiceField(label=_("Bank"))
    number = forms.CharField(
        label=_("Account number"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    holder = forms.CharField(
        label=_("Account holder"), max_length=120, help_text=_("The name as the bank writes it, such as NGUYEN THI LAN."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "characters"}),
    )  # fmt: skip

    field_order = ("bin", "number", "holder")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["bin"].choices = [("", _("Choose")), *choices()]

    def clean_number(self) -> str:
        return _checked(bare, self.cleaned_data["number"])

    def clean_holder(self) -> str:
        return _checked(plain, self.cleaned_data["holder"])


def _checked(check: Callable[[str], str], typed: str) -> str:
    try:
        return check(typed)
    except Refused as no:
        raise forms.ValidationError(str(no), code=no.code) from no
