"""What people at the desk type in. A form whose deed must not happen twice carries a key from the page."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField
from marketplace.certificates import validity
from marketplace.partner.models import Partner
from marketplace.shipping.models import Zone

from .scans import ScanField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class KeyedForm(forms.Form):
    """Sent twice over a weak line, it is done once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class CountForm(KeyedForm):
    counted = forms.IntegerField(label=_("Pieces counted"), min_value=0, max_value=1_000_000)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ProductField(forms.ModelChoiceField):
    def label_from_instance(self, product: Any) -> str:
        return f"{product.title} · {product.producer.name}" if product.producer else str(product.title)


class ProducerForm(forms.Form):
    """For whom a new listing is written; asked only of people who act for more than one."""

    producer = forms.ModelChoiceField(queryset=Partner.objects.none(), label=_("Producer"), empty_label=_("Choose"))

    def __init__(self, *args: Any, producers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["producer"].queryset = producers
        only = list(producers[:2])
        if len(only) == 1:
            self.fields["producer"].initial = only[0]
            self.fields["producer"].widget = forms.HiddenInput()


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The buyer's code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autocapitalize": "characters"}),
    )


class ShipForm(forms.Form):
    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"list": "carriers", "autocomplete": "off"}),
    )  # fmt: skip
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)
    own = forms.BooleanField(label=_("Our own people bring it, without a carrier"), required=False)


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReceiveForm(KeyedForm):
    """A consignment. `certificate`: the live one whose paper should have come along, if there is one."""

    product = ProductField(queryset=None, widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=100_000)
    lot_code = forms.CharField(label=_("Lot"), max_length=60, required=False)
    made_on = forms.DateField(label=_("Made on"), required=False, widget=DAY)
    best_before = forms.DateField(label=_("Best before"), required=False, widget=DAY)
    paper_seen = forms.BooleanField(
        label=_("I have seen the paper of the certificate"), required=False,
        help_text=_("Not there? Leave this empty: the books then say that nobody saw it."),
    )  # fmt: skip
    unit_price = DongField(
        label=_("Purchase price of a piece, ₫"),
        help_text=_("Bought firm: so much of each piece is owed to the producer."),
    )

    def __init__(self, *args: Any, products: Any, certificate: Any, firm: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product"].queryset = products
        if not firm:
            del self.fields["unit_price"]
        if certificate is None:
            del self.fields["paper_seen"]


class ProductForm(forms.Form):
    """Which goods have come."""

    product = ProductField(queryset=None, label=_("Product"), empty_label=_("Choose"))

    def __init__(self, *args: Any, products: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product"].queryset = products


class LotCountForm(CountForm):
    """A count of one lot of one product; both stand on the page already."""

    product = forms.IntegerField(widget=forms.HiddenInput)
    lot_code = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)  # what the books said when the shelf was looked at


class WriteOffForm(KeyedForm):
    product = forms.IntegerField(widget=forms.HiddenInput)
    lot_code = forms.CharField(widget=forms.HiddenInput, required=False)
    quantity = forms.IntegerField(label=_("Pieces spoiled"), min_value=1, max_value=100_000)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="spoiled-%s", **options)  # the count's fields stand on the same page


class TillForm(forms.Form):
    """A new till; whoever has one place needs not choose it."""

    place = forms.ModelChoiceField(queryset=None, label=_("Place"), empty_label=_("Choose"))
    name = forms.CharField(label=_("Name of the till"), max_length=80)

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].queryset = places
        only = list(places[:2])
        self.fields["place"].initial = only[0] if len(only) == 1 else None


class ReserveForm(forms.Form):
    """What a place keeps back from online orders."""

    safety_stock = forms.IntegerField(
        label=_("Safety stock, pieces"), min_value=0, max_value=1_000_000, initial=0,
        help_text=_("So many pieces of a product are never promised to online orders. When no more are left, you are told."),
    )  # fmt: skip
    counter_percent = forms.IntegerField(
        label=_("Kept for the counter, %"), min_value=0, max_value=100, initial=0,
        help_text=_("This share of what is on hand, rounded up, stays for those who come. The larger of the two counts."),
    )  # fmt: skip


class CertificateForm(forms.Form):
    """A decision as the office records it; validity and level are calculated from its day."""

    stars = forms.TypedChoiceField(label=_("Stars"), coerce=int, choices=[(n, f"{n} ★") for n in (3, 4, 5)])
    score = forms.DecimalField(label=_("Score"), min_value=50, max_value=100, decimal_places=2, required=False)
    decision_number = forms.CharField(label=_("Decision number"), max_length=100)
    decided_on = forms.DateField(label=_("Date of decision"), widget=DAY)
    authority = forms.CharField(label=_("Issued by"), max_length=200)
    scan = ScanField(
        label=_("Scan"), required=False, most=10 * 1024 * 1024, help_text=_("PDF, JPEG or PNG, up to 10 MB.")
    )

    def facts(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        return facts | {"tier": validity.tier(facts["stars"], facts["decided_on"])}


class RevokeForm(forms.Form):
    decision = forms.CharField(label=_("Decision of revocation"), max_length=200)
    on = forms.DateField(label=_("Revoked on"), widget=DAY)


class ZoneForm(forms.ModelForm):
    class Meta:
        model = Zone
        fields = ("name", "name_en", "days", "elsewhere", "provinces")
        labels = {"provinces": _("Provinces of this zone")}
        widgets = {"provinces": forms.CheckboxSelectMultiple}


class StepForm(forms.Form):
    up_to_grams = forms.IntegerField(label=_("Up to grams"), min_value=1, max_value=1_000_000)
    price = DongField(label=_("Price, ₫"), least=0)
    extra = DongField(label=_("Each further kilogram, ₫"), least=0, required=False)


class Steps(forms.BaseFormSet):
    """The steps of one zone, with two empty rows."""

    def facts(self) -> list[dict[str, Any]]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["DELETE"]]
        return [{**{name: row[name] for name in ("up_to_grams", "price")}, "extra": row["extra"] or 0} for row in rows]


StepFormSet = forms.formset_factory(StepForm, formset=Steps, extra=2, can_delete=True, max_num=50)


class TransferForm(forms.Form):
    target = forms.ModelChoiceField(queryset=None, label=_("To"), empty_label=_("Choose"))
    expected_on = forms.DateField(label=_("Expected on"), required=False, widget=DAY)

    def __init__(self, *args: Any, targets: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].queryset = targets


class ExpectForm(forms.Form):
    """When what has not arrived will be there after all."""

    on = forms.DateField(label=_("Expected on"), widget=DAY)


class SendLineForm(forms.Form):
    """One lot more for a transfer; only what its source has free."""

    lot_id = forms.TypedChoiceField(label=_("Lot"), coerce=int)
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, free: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = [(one.lot_id, _("%(title)s · lot %(lot)s · %(n)s free") % _named(one)) for one in free]
        self.fields["lot_id"].choices = [("", _("Choose")), *names]


def _named(one: Any) -> dict[str, Any]:
    return {"title": one.title, "lot": one.code, "n": one.units}


class ArrivedForm(KeyedForm):
    """How much of each line has come; all that travels, unless told otherwise."""

    def __init__(self, *args: Any, lines: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for line in lines:
            label = f"{line.lot.product.title} · {line.lot.code}"
            self.fields[f"line-{line.pk}"] = field = forms.IntegerField(
                label=label, min_value=0, max_value=line.quantity, required=False, initial=line.on_its_way,
                help_text=_("%(n)s on their way") % {"n": line.on_its_way},
            )  # fmt: skip
            field.needed = True  # left empty means none; that need not be said

    def pieces(self) -> dict[int, int]:
        return _by_line(self.cleaned_data)


class MissingForm(forms.Form):
    """Why each line that did not come is missing. Stands beside the form of what came: its fields have ids of their own."""

    def __init__(self, *args: Any, lines: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="missing-%s", **options)
        for line in lines:
            if line.on_its_way:
                label = _("Why %(n)s pieces of lot %(lot)s are missing") % {"n": line.on_its_way, "lot": line.lot.code}
                self.fields[f"line-{line.pk}"] = forms.CharField(label=label, max_length=200)

    def reasons(self) -> dict[int, str]:
        return _by_line(self.cleaned_data)


class SheetForm(forms.Form):
    """A counting sheet: what stands on the shelf of each lot. Left empty, it is not counted yet."""

    def __init__(self, *args: Any, lines: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=f"{line.balance.lot.product.title} · {line.balance.lot.code}", min_value=0, max_value=1_000_000,
                required=False, initial=line.counted, show_hidden_initial=True,
            )  # fmt: skip

    def rows(self) -> list[tuple[Any, Any]]:
        return [(line, self[f"line-{line.pk}"]) for line in self.lines]

    def pieces(self) -> dict[int, int]:
        """Only what was entered or changed on this sheet: what others entered meanwhile stays theirs."""
        return {pk: n for pk, n in _by_line(self.cleaned_data).items() if f"line-{pk}" in self.changed_data}


def _by_line(data: Any) -> dict[int, Any]:
    named = {name.removeprefix("line-"): value for name, value in data.items() if name.startswith("line-")}
    return {int(pk): value for pk, value in named.items() if value not in (None, "")}


class FoundForm(ProductForm):
    """What stands on a shelf without being on the sheet."""

    lot_code = forms.CharField(label=_("Lot"), max_length=60, required=False)
    pieces = forms.IntegerField(label=_("Pieces counted"), min_value=1, max_value=1_000_000)
