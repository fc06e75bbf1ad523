"""How a place sends goods to others."""

from django import forms

from marketplace.locations.models import Location


class TransferTermsForm(forms.ModelForm):
    """How long they are on the way, and whether they are kept cool."""

    class Meta:
        model = Location
        fields = ("transfer_days", "cooled_transfers")
