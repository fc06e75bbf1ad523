"""What visitors may ask and say."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from catalogue.forms import PhotographsField
from marketplace.errors import Refused
from marketplace.fulfilment.models import Return, ShortLine
from marketplace.fulfilment.queries import Returnable
from marketplace.notices.models import Preference
from marketplace.people import notices
from marketplace.people.models import Consent, User
from marketplace.people.phones import normal


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, initial=1)


class ShortageForm(forms.Form):
    """What is to be done about missing pieces."""

    choice = forms.ChoiceField(choices=ShortLine.Choice.choices)


class AgeForm(forms.Form):
    """The visitor says to be of age."""

    adult = forms.BooleanField(label=_("I am 18 or older"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class Phone(forms.CharField):
    """A Vietnamese telephone number in any spelling; empty is None."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def clean(self, value: Any) -> str | None:
        text = super().clean(value)
        try:
            return normal(text) if text else None
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal


class SignInForm(AuthenticationForm):
    username = forms.CharField(
        label=_("E-mail or phone"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {
        "invalid_login": _("E-mail, phone or password is wrong."),
        "inactive": _("This account is closed."),
    }


class PersonForm(forms.Form):
    """What a person tells about themselves: one of e-mail and phone is enough."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("E-mail or phone: one of them is enough."),
    )  # fmt: skip
    phone = Phone(label=_("Phone"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("email") and not data.get("phone"):
            raise forms.ValidationError(_("Please give an e-mail address or a phone number."))
        return data


class SignUpForm(PersonForm):
    password = forms.CharField(
        label=_("Password"), max_length=128, strip=False, help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    orders = forms.BooleanField(label=Consent.Purpose.ORDERS.label)
    terms = forms.BooleanField(label=_("I accept the terms of purchase"))
    news = forms.BooleanField(label=Consent.Purpose.NEWS.label, required=False)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    @property
    def purposes(self) -> list[str]:
        """What the person said yes to."""
        return [purpose for purpose in Consent.Purpose.values if self.cleaned_data.get(purpose)]


class ProfileForm(PersonForm):
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)
    news = forms.BooleanField(label=Consent.Purpose.NEWS.label, required=False)


CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
NO_PHONE = ("", _("No messages to the phone"))


class MessagesForm(forms.Form):
    """How somebody wants to hear from the shop. What there is no address or channel for is not asked."""

    orders_email = forms.BooleanField(label=_("By e-mail"), required=False)
    orders_phone = forms.ChoiceField(label=_("To the phone"), required=False, widget=forms.RadioSelect)
    work_email = forms.BooleanField(label=_("By e-mail"), required=False)
    work_phone = forms.ChoiceField(label=_("To the phone"), required=False, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=CLOCK)

    def __init__(
        self,
        *args: Any,
        preference: Preference,
        language: str,
        works: bool,
        by_email: bool,
        by_phone: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for group in ("orders", "work"):
            self.fields[f"{group}_phone"].choices = [NO_PHONE, *((way.value, way.label) for way in by_phone)]
            self._keep(f"{group}_email", by_email and (works or group == "orders"))
            self._keep(f"{group}_phone", bool(by_phone) and (works or group == "orders"))
        self.initial |= {name: getattr(preference, name, language) for name in self.fields}
        offered = [way.value for way in by_phone]
        if preference.orders_phone and preference.orders_phone not in offered and offered:
            self.initial["orders_phone"] = offered[0]

    def _keep(self, name: str, wanted: bool) -> None:
        if not wanted:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and (data.get("quiet_from") is None) != (data.get("quiet_until") is None):
            raise forms.ValidationError(_("Please give both times, or none."))
        return data

    @property
    def wishes(self) -> dict[str, Any]:
        """What was chosen, by the names that the preference has."""
        return {name: value for name, value in self.cleaned_data.items() if name != "language"}


class EraseForm(forms.Form):
    """Only the person may erase the account: the password again."""

    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("The password is wrong."))
        return password


class ResetForm(PasswordResetForm):
    """Asks for a link; it goes out through the notices, and whether the address is known stays untold."""

    def save(self, **options: Any) -> None:
        for user in self.get_users(self.cleaned_data["email"]):
            names = {
                "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
                "token": default_token_generator.make_token(user),
            }
            notices.password_reset_asked(
                user, settings.SITE_URL + reverse("account:password-set", kwargs=names), timezone.now()
            )


class ReturnForm(forms.Form):
    """How many pieces of each line, why, and what they look like."""

    reason = forms.ChoiceField(label=_("What is the matter?"), choices=Return.Reason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Tell us more"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    photographs = PhotographsField(
        required=False, label=_("Photographs"),
        help_text=_("Of the goods and of the label: needed unless you changed your mind. Up to 6, 12 MB each."),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Sequence[Returnable], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["photographs"].needed = True  # the reason decides
        self.lines = [one for one in lines if one.open_on(today) or self._typed(one)]
        self.over = not any(one.open_on(today) for one in self.lines)
        may_change_mind = any(one.may(Return.Reason.UNWANTED, today) for one in self.lines)
        if not may_change_mind and self.data.get("reason") != Return.Reason.UNWANTED:
            self.fields["reason"].choices = [one for one in Return.Reason.choices if one[0] != Return.Reason.UNWANTED]
        for one in self.lines:
            self.fields[f"line-{one.part.line_id}"] = self._pieces(one)
        self.order_fields([name for name in self.fields if name.startswith("line-")])

    def _typed(self, one: Returnable) -> bool:
        """Over meanwhile, but filled in: it stays to be read, and the action says why it is over."""
        return bool(self.data.get(f"line-{one.part.line_id}"))

    def _pieces(self, one: Returnable) -> forms.IntegerField:
        field = forms.IntegerField(
            label=one.part.line.title, min_value=0, required=False, help_text=_("You have %(n)s.") % {"n": one.left},
            widget=forms.NumberInput({"inputmode": "numeric", "max": one.left}),
            initial=one.left if len(self.lines) == 1 and one.left == 1 else None,
        )  # fmt: skip
        field.needed = True  # left empty means none; that need not be said
        return field

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        pieces = {one.part.line_id: said[f"line-{one.part.line_id}"] or 0 for one in self.lines}
        return {"pieces": pieces} | {name: said[name] for name in ("reason", "words", "photographs")}


class SentForm(forms.Form):
    tracking = forms.CharField(label=_("Carrier and tracking number"), max_length=120)
