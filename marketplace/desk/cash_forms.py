"""What is typed in where cash is counted, and where a parcel came back with none."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField
from marketplace.fulfilment.models import Fulfilment
from marketplace.money import ZERO, dong

from .settlement_forms import Amount

MOST = Decimal(10**13)


class CameBackForm(forms.Form):
    """Why a parcel that is here again was not taken, where its carrier did not say."""

    why = forms.ChoiceField(
        label=_("Why was it not taken?"), choices=Fulfilment.Failure.choices, widget=forms.RadioSelect, required=False,
        initial=Fulfilment.Failure.OTHER,
    )  # fmt: skip


class NotTakenForm(forms.Form):
    """Why a parcel was not taken at the door."""

    why = forms.ChoiceField(
        label=_("Why was it not taken?"), choices=Fulfilment.Failure.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("In words"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("why") == Fulfilment.Failure.OTHER and not found.get("reason"):
            self.add_error("reason", _("Please say why."))
        return found


class CashUpForm(forms.Form):
    """The payments that the money is for, the money, and why it differs."""

    payments = forms.TypedMultipleChoiceField(
        label=_("For these payments"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    counted = DongField(label=_("Counted"), least=0, most=MOST)
    reason = forms.CharField(label=_("Why it differs"), max_length=200, required=False)

    def __init__(self, *args: Any, rows: Sequence[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: Any = self.fields["payments"]
        chosen.choices, chosen.initial = [(row.pk, _said(row)) for row in rows], [row.pk for row in rows]
        self.expected = sum((row.into_drawer for row in rows), ZERO)
        if any(row.into_drawer < 0 for row in rows):
            self.fields["counted"] = Amount(
                label=_("Counted"), least=0, most=MOST,
                help_text=_("If more was paid back than taken, with a minus: −50.000."),
            )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {"transaction_ids": found["payments"], "counted": found["counted"], "reason": found["reason"]}


def _said(row: Any) -> str:
    when = f"{timezone.localtime(row.happened_at):%H:%M, %d/%m/%Y}"
    back = f" · {_('paid back')}" if row.into_drawer < 0 else ""
    return f"{row.source.order.number} · {dong(row.into_drawer)} · {when}{back}"
