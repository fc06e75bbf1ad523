"""What people type in about carriers, their tariffs, and parcels that go out with them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField
from marketplace.fulfilment.gateways import mapping
from marketplace.fulfilment.gateways.files import LABELS
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.people.phones import spoken
from marketplace.sheets import MOST_BYTES
from marketplace.shipping.models import NUMBER, Carrier, FreeDelivery, Zone

from .forms import DAY

WHERE = LABELS | {"reason": _("reason"), "why": _("code of the reason"), "event_id": _("number of the event")}


class CarrierForm(forms.ModelForm):
    """A carrier, and how its status files call things; what is left empty has one of the common names."""

    class Meta:
        model = Carrier
        fields = ("name", "phone", "tracking_url", "gateway", "divisor", "cooled", "active")
        widgets = {"gateway": forms.RadioSelect}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["gateway"]
        kinds.choices = Carrier.Gateway.choices
        self.fields["tracking_url"].help_text = _("With {number} where the parcel's number stands.")
        self.fields["divisor"].help_text = _("Often 6,000. 0: the weight alone counts.")
        known = self.instance.mapping
        for name, label in WHERE.items():
            self._word(
                f"column-{name}", _("Column: %(name)s") % {"name": label}, known.get(name, ""), mapping.COLUMNS[name]
            )
        for name, label in ParcelEvent.Status.choices:
            self._word(
                f"word-{name}", _("Word for “%(name)s”") % {"name": label}, known.get(name, ""), mapping.WORDS[name]
            )

    def _word(self, name: str, label: Any, known: str, common: Iterable[str]) -> None:
        hint = _("Commonly: %(words)s") % {"words": "; ".join(common)}
        self.fields[name] = forms.CharField(label=label, max_length=200, required=False, initial=known, help_text=hint)

    @property
    def words(self) -> list[Any]:
        """The fields that say how its files call things."""
        return [self[name] for name in self.fields if name.startswith(("column-", "word-"))]

    def clean_tracking_url(self) -> str:
        url: str = self.cleaned_data["tracking_url"]
        if url and (NUMBER not in url or not url.startswith(("https://", "http://"))):
            raise forms.ValidationError(_("An address that begins with https:// and holds {number}."), code="no_number")
        return url

    def carrier(self) -> Carrier:
        named = {name: value for name, value in self.cleaned_data.items() if name.startswith(("column-", "word-"))}
        self.instance.mapping = {name.split("-", 1)[1]: value.strip() for name, value in named.items() if value.strip()}
        return self.instance


class TariffForm(forms.Form):
    """A carrier's tariff to one zone; its steps stand beside it."""

    carrier = forms.ModelChoiceField(Carrier.objects.filter(active=True), label=_("Carrier"), empty_label=_("Choose"))
    valid_from = forms.DateField(
        label=_("Valid from"), widget=DAY, help_text=_("Today or later. Until then what is in force stays."),
    )  # fmt: skip
    hours = forms.IntegerField(
        label=_("Hours on the way"), min_value=1, max_value=2_000, required=False,
        help_text=_("Left empty, the days of the zone count."),
    )  # fmt: skip


class FreeForm(forms.ModelForm):
    least = DongField(label=_("Goods for at least, ₫"), help_text=_("Discounts taken off, without the delivery."))

    class Meta:
        model = FreeDelivery
        fields = ("least", "zone", "valid_from", "valid_until")
        widgets = {"valid_from": DAY, "valid_until": DAY}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone: Any = self.fields["zone"]
        zone.queryset, zone.empty_label = Zone.objects.order_by("elsewhere", "name"), _("Everywhere")
        self.fields["valid_from"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        found: Any = super().clean()
        begins, ends = found.get("valid_from"), found.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The last day lies before the first."))
        return dict(found)


class StatusFileForm(forms.Form):
    file = forms.FileField(
        label=_("The carrier's file"), help_text=_("CSV (UTF-8) or XLSX, up to 2 MB and 5,000 rows.")
    )

    def facts(self) -> dict[str, Any]:
        """Read up to a byte beyond what is allowed: no more is needed to refuse it."""
        file = self.cleaned_data["file"]
        return {"name": file.name, "data": file.read(MOST_BYTES + 1)}


class OutForm(forms.Form):
    """Packed parcels of a place, each with the number that the carrier gave it; without one it stays."""

    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, widget=forms.TextInput(attrs={"list": "carriers", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, parcels: Iterable[Fulfilment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.parcels = list(parcels)
        for one in self.parcels:
            field: Any = forms.CharField(
                label=_("Tracking number of %(parcel)s") % {"parcel": one.reference}, max_length=60, required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
            )  # fmt: skip
            field.needed = True  # left empty, the parcel stays; that need not be said
            self.fields[f"number-{one.pk}"] = field

    def rows(self) -> list[tuple[Fulfilment, Any, str]]:
        """Each parcel with its field and the phone of its buyer."""
        return [
            (one, self[f"number-{one.pk}"], spoken(one.order.phone) if one.order.phone else "") for one in self.parcels
        ]

    def numbers(self) -> dict[Fulfilment, str]:
        told = {one: self.cleaned_data[f"number-{one.pk}"].strip() for one in self.parcels}
        return {one: number for one, number in told.items() if number}

    def clean(self) -> dict[str, Any]:
        found: Any = super().clean()
        if not self.errors and not self.numbers():
            raise forms.ValidationError(_("Enter the number of at least one parcel."), code="nothing_out")
        return dict(found)
