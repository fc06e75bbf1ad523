"""What a place answers to a return, and what it says of the goods that came."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from marketplace.checkout.actions import Judged
from marketplace.fulfilment.models import Return
from marketplace.locations.models import Location

BACK = [(way.value, way.label) for way in (Return.Way.COUNTER, Return.Way.CARRIER)]


class AnswerForm(forms.Form):
    """Accepted: how the goods come back, if at all."""

    way = forms.ChoiceField(
        label=_("How do the goods come back?"), choices=[*BACK, (Return.Way.KEEP, Return.Way.KEEP.label)],
        widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(
        label=_("To the buyer"), max_length=300, required=False,
        help_text=_("When a carrier brings them: which one, and who pays it. The buyer is told the place and the last day."),
    )  # fmt: skip


class DeclineForm(forms.Form):
    answer = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The buyer reads this."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "decline-%s"})


class JudgeForm(forms.Form):
    """Of each line, how many pieces are good and how many are spoiled. What is left empty did not come."""

    def __init__(self, *args: Any, lines: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for one in lines:
            for name, label in (("good", _("Back to stock")), ("spoiled", _("Spoiled"))):
                field: Any = forms.IntegerField(
                    label=label, min_value=0, max_value=one.quantity, required=False,
                    widget=forms.NumberInput({"inputmode": "numeric"}),
                )  # fmt: skip
                self.fields[f"{name}-{one.pk}"] = field
                field.needed = True  # left empty means none; that need not be said

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(one, self[f"good-{one.pk}"], self[f"spoiled-{one.pk}"]) for one in self.lines]

    def clean(self) -> dict[str, Any]:
        """What is to be booked, by line."""
        said = self.cleaned_data
        pieces = {one.pk: [said.get(f"{name}-{one.pk}") or 0 for name in ("good", "spoiled")] for one in self.lines}
        return {"judged": {line: Judged(*both) for line, both in pieces.items()}}


class PolicyForm(forms.ModelForm):
    """What a place takes back, and for how long."""

    class Meta:
        model = Location
        fields = ("return_days", "takes_unwanted")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days: Any = self.fields["return_days"]
        days.min_value = settings.RETURN_DAYS
        days.validators.append(MinValueValidator(settings.RETURN_DAYS))
        days.help_text = _("At least %(n)s, as everywhere in the shop. Empty means just so many.") % {
            "n": settings.RETURN_DAYS
        }
