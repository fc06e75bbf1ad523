"""To whom an invoice is made out: on its own page, or as a part of the checkout's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions import WrongTaxCode
from .tax_codes import normal

NAMES = ("company", "tax_code", "company_address", "invoice_email")


class InvoicePart(forms.Form):
    """The four fields. None is required here: a checkout need not ask for an invoice."""

    company = forms.CharField(
        label=_("Company"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "organization"})
    )
    tax_code = forms.CharField(
        label=_("Tax code"), max_length=20, required=False, help_text=_("Ten digits; of a branch 0100109106-001."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    company_address = forms.CharField(label=_("Address of the company"), max_length=300, required=False)
    invoice_email = forms.EmailField(
        label=_("E-mail for the invoice"), required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )

    def clean_tax_code(self) -> str:
        written = self.cleaned_data["tax_code"]
        if written and not normal(written):
            raise forms.ValidationError(str(WrongTaxCode()), code=WrongTaxCode.code)
        return normal(written) or ""

    def asked(self) -> dict[str, str]:
        """As `ask` takes it."""
        company, tax_code, address, email = (self.cleaned_data[name] for name in NAMES)
        return {"company": company, "tax_code": tax_code, "address": address, "email": email}

    def require(self) -> None:
        """Each of them must be said."""
        for name in NAMES:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])


class InvoiceForm(InvoicePart):
    """On the page of its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in NAMES:
            self.fields[name].required = True


def initial(request: Any, *, email: str = "") -> dict[str, str]:
    """What was said before."""
    if request is None:
        return {"invoice_email": email}
    return dict(zip(NAMES, (request.company, request.tax_code, request.address, request.email), strict=True))
