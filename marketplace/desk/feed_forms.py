"""What people type in about files of sales and counts, and about tills that are asked."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.locations.models import Location
from marketplace.tills.models import Upload
from marketplace.tills.uploads.reading import MOST_BYTES

from .forms import DAY


class UploadForm(forms.Form):
    """A file of one place; what is in it, the action finds out."""

    place = forms.ModelChoiceField(queryset=Location.objects.none(), label=_("Place"), empty_label=_("Choose"))
    kind = forms.ChoiceField(label=_("What the file holds"), choices=Upload.Kind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), help_text=_("CSV (UTF-8) or XLSX, up to 2 MB and 5,000 rows."))
    day = forms.DateField(
        label=_("Day of the sales"), widget=DAY, initial=timezone.localdate, required=False,
        help_text=_("Used for rows that name no day of their own."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].queryset = places
        self.fields["kind"].initial = Upload.Kind.SALES
        only = list(places[:2])
        self.fields["place"].initial = only[0] if len(only) == 1 else None

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"] or timezone.localdate()
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."), code="in_the_future")
        return day

    def facts(self) -> dict[str, Any]:
        """The file is read up to a byte beyond what is allowed: no more is needed to refuse it."""
        told, file = self.cleaned_data, self.cleaned_data["file"]
        data = file.read(MOST_BYTES + 1)
        return {"location": told["place"], "kind": told["kind"], "day": told["day"], "name": file.name, "data": data}
