"""What people type in about agreements, statements, accounts and taxes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField
from marketplace.locations.models import Location
from marketplace.money import ZERO
from marketplace.partner.models import Agreement, Partner
from marketplace.settlement.models import TaxRate

from .forms import DAY, KeyedForm


class ReadForm(forms.ModelForm):
    """Reads the fields of a model; the action makes the row, and says no in a sentence."""

    def _post_clean(self) -> None:
        """No row is begun here."""


class AgreementForm(ReadForm):
    class Meta:
        model = Agreement
        fields = ("location", "producer", "terms", "commission_percent", "period", "valid_from", "valid_until")
        widgets = {"valid_from": DAY, "valid_until": DAY, "terms": forms.RadioSelect, "period": forms.RadioSelect}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["location"].queryset = Location.objects.order_by("kind", "name")
        fields["producer"].queryset = Partner.objects.order_by("name")
        for name in ("location", "producer"):
            fields[name].empty_label = _("Choose")
        for name in ("terms", "period"):  # a radio button that says "---" helps nobody
            fields[name].choices = [choice for choice in fields[name].choices if choice[0]]
        fields["commission_percent"].help_text = _("Of what the shopper pays. 0 where the goods are bought firm.")


class EndForm(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=DAY)


class DisputeForm(forms.Form):
    reason = forms.CharField(label=_("What is wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Amount(DongField):
    """An amount that may be taken as well as given: −20.000."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace("−", "-")
        amount = super().to_python(text.removeprefix("-"))
        return -amount if amount is not None and text.startswith("-") else amount


AMOUNT_HINT = _("More for the producer, or less with a minus: −20.000. It stands on the next statement.")


class AnswerForm(forms.Form):
    words = forms.CharField(label=_("Your answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    amount = Amount(label=_("Correction, ₫"), least=0, required=False, help_text=AMOUNT_HINT)

    def clean_amount(self) -> Decimal:
        return self.cleaned_data["amount"] or ZERO


class CorrectionForm(KeyedForm):
    producer = forms.ModelChoiceField(
        queryset=Partner.objects.order_by("name"), label=_("Producer"), empty_label=_("Choose")
    )
    location = forms.ModelChoiceField(
        queryset=Location.objects.order_by("kind", "name"), label=_("Place"), empty_label=_("Choose")
    )
    amount = Amount(label=_("Correction, ₫"), help_text=AMOUNT_HINT)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RateForm(ReadForm):
    class Meta:
        model = TaxRate
        fields = ("producer_kind", "nature", "vat_percent", "pit_percent", "valid_from", "source")
        widgets = {"valid_from": DAY}
