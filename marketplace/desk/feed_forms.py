"""What people type in about files of sales and counts, and about tills that are asked."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.locations.models import Location
from marketplace.sheets import MOST_BYTES
from marketplace.tills.connectors import mapping
from marketplace.tills.connectors.actions import Setup
from marketplace.tills.models import Connector, Upload

from .forms import DAY


class UploadForm(forms.Form):
    """A file of one place; what is in it, the action finds out."""

    place = forms.ModelChoiceField(queryset=Location.objects.none(), label=_("Place"), empty_label=_("Choose"))
    kind = forms.ChoiceField(label=_("What the file holds"), choices=Upload.Kind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("Your file"), help_text=_("CSV (UTF-8) or XLSX, up to 2 MB and 5,000 rows."))
    day = forms.DateField(
        label=_("Day of the sales"), widget=DAY, initial=timezone.localdate, required=False,
        help_text=_("Used for rows that name no day of their own."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        place: Any = self.fields["place"]
        place.queryset, only = places, list(places[:2])
        place.initial = only[0] if len(only) == 1 else None
        self.fields["kind"].initial = Upload.Kind.SALES

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


class ConnectorForm(forms.Form):
    """A till that is asked. The names of its answers stand in their own fields, each with ours before it."""

    place = forms.ModelChoiceField(queryset=Location.objects.none(), label=_("Place"), empty_label=_("Choose"))
    name = forms.CharField(label=_("Name of the till"), max_length=80)
    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    token_name = forms.CharField(
        label=_("Variable that holds the token"), max_length=80, required=False,
        help_text=_("The server's environment holds the token under this name, TILL_TOKEN_… The token is never typed here."),
    )  # fmt: skip
    every = forms.IntegerField(label=_("Seconds between two questions"), min_value=15, max_value=86_400, initial=60)
    cursor = forms.CharField(
        label=_("Ask from (cursor)"), max_length=500, required=False,
        help_text=_("Empty: from the beginning. What is known already changes nothing."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Any, connector: Connector | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = _typed(connector) if connector else {}
        place: Any = self.fields["place"]
        place.queryset = places
        if connector:
            del self.fields["place"]  # what it told was told of there
        known = mapping.DEFAULTS | (connector.fields if connector else {})
        for name in mapping.DEFAULTS:
            self.fields[f"field-{name}"] = forms.CharField(
                label=WHERE[name], max_length=80, initial=known[name], required=name in NEEDED
            )

    @property
    def places_of_words(self) -> list[Any]:
        """The fields that say where an answer says what."""
        return [self[name] for name in self.fields if name.startswith("field-")]

    def setup(self) -> Setup:
        told = self.cleaned_data
        named = {name: told[f"field-{name}"] for name in mapping.DEFAULTS}
        return Setup(told["url"], told["token_name"], told["every"], named, told["cursor"])


def _typed(connector: Connector) -> dict[str, Any]:
    names = ("url", "token_name", "every", "cursor")
    return {name: getattr(connector, name) for name in names} | {"name": connector.till.name}


NEEDED = {"id", "occurred_at", "code", "quantity", "sale", "return", "count"}
WHERE = {
    "events": _("Where the list of events stands"),
    "next": _("Where the next cursor stands"),
    "id": _("In an event: its number"),
    "kind": _("In an event: its kind (empty: all are sales)"),
    "occurred_at": _("In an event: when it happened"),
    "lines": _("In an event: its lines (empty: the event is its own line)"),
    "code": _("In a line: the product's code"),
    "lot": _("In a line: the lot"),
    "quantity": _("In a line: the quantity"),
    "price": _("In a line: the price"),
    "seen": _("In a line of a count: what the till last knew"),
    "sale": _("Its word for a sale"),
    "return": _("Its word for a return"),
    "count": _("Its word for a count"),
}
