"""The two forms on the way to an order. What may be ordered how is asked where it is also refused."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.boxes.grouping import boxes_of
from marketplace.errors import Refused
from marketplace.invoices.forms import NAMES, InvoicePart
from marketplace.locations.models import Location
from marketplace.money import dong
from marketplace.order.models import Order
from marketplace.payment.banking.queries import shown_account
from marketplace.people.phones import normal, spoken
from marketplace.places.models import Commune, Province

from .details import Details
from .queries.aims import aim
from .queries.drafting import propose
from .queries.points import refuse_unready

# Beside which field a refusal stands; others stand above the form.
FIELDS = {
    "wrong_place": "commune", "no_street": "street", "no_delivery": "province", "too_far": "province", "no_such_point": "location", "not_at_point": "location",
    "point_closed": "collect_on", "pickup_date_past": "collect_on", "pickup_date_far": "collect_on",
    "ready_later": "collect_on",
    "not_divided": "collected", "box_apart": "collected", "paid_ahead": "payment",
    "wrong_payment": "payment", "no_cash_for_alcohol": "payment", "too_much_cash": "payment", "no_more_cash": "payment",
    "too_little_for_card": "payment", "too_much_for_card": "payment", "no_transfer": "payment",
    "too_much_for_transfer": "payment", "adults_only": "adult", "wrong_phone": "phone",
}  # fmt: skip
METHODS = [
    ("delivery", _("Deliver it to me")),
    ("pickup", _("I collect it at a sales point")),
    ("both", _("Deliver some, and I collect some")),
]
DOOR, POINT = ("province", "commune", "street"), ("location",)
REQUIRED = {"delivery": DOOR, "pickup": POINT, "both": (*DOOR, *POINT)}


class DetailsForm(InvoicePart):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"), max_length=20, widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"})
    )
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The order's link and its news go there."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )  # fmt: skip
    method = forms.ChoiceField(label=_("Delivery or pickup"), choices=METHODS, widget=forms.RadioSelect)
    collected = forms.TypedMultipleChoiceField(
        label=_("What you collect"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("What you do not tick is delivered."),
        error_messages={"invalid_choice": _("Your basket has changed. Please choose again.")},
    )  # fmt: skip
    province = forms.ModelChoiceField(
        Province.objects.all(), label=_("Province or city"), required=False, empty_label=_("Choose")
    )
    commune = forms.ModelChoiceField(
        Commune.objects.none(), label=_("Commune or ward"), required=False,
        error_messages={"invalid_choice": _("This commune does not belong to the chosen province.")},
    )  # fmt: skip
    street = forms.CharField(
        label=_("House number and street, or hamlet"), max_length=200, required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )  # fmt: skip
    location = forms.ModelChoiceField(
        Location.objects.open_for_pickup(), label=_("Sales point"), required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Orders cannot be collected at this sales point.")},
    )  # fmt: skip
    collect_on = forms.DateField(
        label=_("Day of pickup"), required=False, help_text=_("We tell you when it is ready, with the code to show."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    payment = forms.ChoiceField(label=_("Payment"), choices=Order.Method.choices, widget=forms.RadioSelect)
    adult = forms.BooleanField(label=_("I am 18 years old or older."), required=False)
    invoice = forms.BooleanField(label=_("I need an invoice for a company"), required=False)
    note = forms.CharField(
        label=_("Note for the order"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self, *args: Any, basket: Any, user: Any, at: datetime, one_parcel: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.basket, self.user, self.at, self.one_parcel = basket, user, at, one_parcel
        self.details: Details | None = None
        products = {line.product_id: line.product for line in basket.all_lines()}
        self.has_alcohol = any(product.is_alcohol for product in products.values())
        self.boxes = {-group.box.pk: group for group in boxes_of(basket.all_lines())}
        self.fields["collected"].choices = [
            *((line.product_id, line.product.title) for line in basket.all_lines() if line.box_id is None),
            *((number, group.box.title) for number, group in self.boxes.items()),
        ]
        before = set(self.initial.get("collected") or ())
        self.initial["collected"] = [*before, *(box for box in self.boxes if self._products([box]) <= before)]
        if len(self.fields["collected"].choices) < 2:  # nothing to divide
            self.fields["method"].choices = METHODS[:2]
        if shown_account() is None:
            self.fields["payment"].choices = [one for one in Order.Method.choices if one[0] != Order.Method.TRANSFER]
        if basket.total_incl_tax < settings.CARD_MINIMUM:  # delivery may lift it over: then the card is good
            hint = _("Cards are taken for orders of %(limit)s and more, delivery included.")
            self.fields["payment"].help_text = hint % {"limit": dong(settings.CARD_MINIMUM)}
            if self.initial.get("payment") == Order.Method.CARD:
                del self.initial["payment"]
        province = str(self["province"].value() or "")
        self.fields["commune"].queryset = communes_of(province)
        self.fields["commune"].empty_label = _("Choose") if province else _("Choose the province first")
        self.fields["collect_on"].widget.attrs["min"] = timezone.localdate(at).isoformat()

    @property
    def to_collect(self) -> set[str]:
        """Products ticked so far, where some are collected and others not."""
        ticked = self["collected"].value() or () if self["method"].value() == "both" else ()
        return {str(pk) for pk in self._products(int(one) for one in ticked if str(one).lstrip("-").isdigit())}

    def _products(self, ticked: Iterable[int]) -> set[int]:
        """A gift box is ticked as one: then all that is in it is."""
        return {pk for one in ticked for pk in (self._inside(one) if one < 0 else (one,))}

    def _inside(self, number: int) -> list[int]:
        return [line.product_id for line in self.boxes[number].lines] if number in self.boxes else []

    @property
    def so_far(self) -> dict[str, Any]:
        """What is known before all of it is filled in."""
        chosen, province = (str(self[name].value() or "") for name in ("location", "province"))
        return {"chosen": chosen, "province": province, "collected": self.to_collect}

    def clean_phone(self) -> str:
        try:
            return normal(self.cleaned_data["phone"])
        except Refused as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from refused

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for name in REQUIRED.get(found.get("method", ""), ()):
            if not found.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if found.get("invoice"):
            self.require()
        if not self.errors:
            self._check(self._details(found))
        return found

    def _details(self, found: dict[str, Any]) -> Details:
        """Of a pickup no address is kept, of a delivery no point."""
        kept = {name: found[name] for name in ("name", "phone", "email", "method", "payment", "adult", "note")}
        if found["method"] != "pickup":
            ids = {"province_id": found["province"].pk, "commune_id": found["commune"].pk}
            kept |= ids | {"street": found["street"]}
        if found["method"] != "delivery":
            kept |= {"location_id": found["location"].pk, "collect_on": found["collect_on"]}
        if found["method"] == "both":
            kept["collected"] = tuple(sorted(self._products(found["collected"])))
        invoice = self.asked() if found["invoice"] else None
        return Details(**kept, invoice=invoice, one_parcel=self.one_parcel, language=(get_language() or "vi")[:2])

    def _check(self, details: Details) -> None:
        try:
            point = aim(details, at=self.at).point
            collected = [line for line in self.basket.all_lines() if details.collects(line.product_id)]
            if point and collected:
                refuse_unready(collected, point, details.collect_on, at=self.at)
            propose(self.basket, user=self.user, details=details, at=self.at)
        except Refused as refused:
            self.add_error(FIELDS.get(refused.code), forms.ValidationError(str(refused), code=refused.code))
        else:
            self.details = details


def communes_of(province: str) -> QuerySet[Commune]:
    """Of the province with that number, as a form or an address says it; anything else has none."""
    known = province.isascii() and province.isdigit() and len(province) < 19
    return Commune.objects.filter(province_id=province).order_by("slug") if known else Commune.objects.none()


def initial(details: Details | None, user: Any) -> dict[str, Any]:
    """What the form begins with: what was said before, else what the account and its last order know."""
    if details:
        told = details.invoice or {}
        invoice = dict(zip(NAMES, told.values(), strict=False)) | {"invoice": bool(told)}
        known = asdict(details) | {"phone": spoken(details.phone)} | invoice
        return known | {"province": details.province_id, "commune": details.commune_id, "location": details.location_id}
    plain = {"method": "delivery", "payment": "card"}
    return plain | _of_account(user) if user.is_authenticated else plain


def _of_account(user: Any) -> dict[str, Any]:
    mine = {"name": user.get_full_name(), "phone": spoken(user.phone) if user.phone else "", "email": user.email or ""}
    last = Order.objects.for_shopper(user).filter(shipping_address__commune__isnull=False)
    order = last.select_related("shipping_address__commune").order_by("-date_placed").first()
    if order is None or order.shipping_address is None or order.shipping_address.commune is None:
        return mine
    address = order.shipping_address
    return mine | {
        "street": address.line1, "commune": address.commune_id, "province": address.commune.province_id,
        "phone": spoken(order.phone), "name": order.contact_name,
    }  # fmt: skip


class NotAgreed(Refused):
    """Nobody orders without having said so."""

    sentence = _("Please tick that you have read the summary, then order.")
    code = "not_agreed"


class ReviewForm(forms.Form):
    """The shopper agrees to these goods, sent there, at this total."""

    accept = forms.BooleanField(label=_("I have read who sells, what it costs and how to cancel, and I order."))
    basket = forms.IntegerField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput, decimal_places=0, max_digits=12, localize=False)
    mark = forms.CharField(widget=forms.HiddenInput)


class PiecesForm(forms.Form):
    """How many pieces of each line, and how many gift boxes, are not wanted any more.

    `lines` are (key, title, how many there are); `boxes` are (key, title, how many, pieces of each line in one); `least`
    says of which lines so many must stay, if not all go.
    """

    def __init__(
        self, *args: Any, lines: Any, boxes: Any = (), least: Any = None, with_reason: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options | {"auto_id": "fewer-%s"})
        self.parts: dict[str, dict[int, int]] = {}
        self.most = 0
        for pk, title, most in lines:
            self._ask(f"line-{pk}", title, most, {pk: 1}, (least or {}).get(pk, 1))
        for pk, title, most, parts in boxes:
            self._ask(f"box-{pk}", title, most, parts)
        if with_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Reason"), max_length=200, help_text=_("The buyer reads this.")
            )

    def _ask(self, name: str, title: str, most: int, parts: dict[int, int], least: int = 1) -> None:
        stays = _("%(n)s ordered; at this price %(least)s or more stay, or none") if least > 1 else _("%(n)s ordered")
        self.parts[name], self.most = parts, self.most + most
        self.fields[name] = field = forms.IntegerField(
            label=title, min_value=0, max_value=most, required=False, help_text=stays % {"n": most, "least": least},
            widget=forms.NumberInput({"inputmode": "numeric"}),
        )  # fmt: skip
        field.needed = True  # left empty means none; that need not be said

    def choices(self) -> list[tuple[dict[int, int], int]]:
        """The pieces of one of each, and how many there are."""
        return [(parts, getattr(self.fields[name], "max_value", 0)) for name, parts in self.parts.items()]

    def pieces(self) -> dict[int, int]:
        asked = {name: self.cleaned_data[name] or 0 for name in self.parts}
        return {pk: units * asked[name] for name, parts in self.parts.items() for pk, units in parts.items()}
