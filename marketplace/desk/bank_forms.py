"""What the office types in about bank accounts, statements and transfers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DongField
from marketplace.payment.banking import queries, reading
from marketplace.payment.banking.payout_file import FIELDS, LONGEST_HEADING, MOST_COLUMNS, Column
from marketplace.payment.forms import AccountForm
from marketplace.payment.models import BankAccount
from marketplace.sheets import MOST_BYTES


class OwnAccountForm(AccountForm):
    """A new account of the shop's own."""

    demonstration = forms.BooleanField(label=_("For demonstration: no money may be sent there"), required=False)


class ChangeAccountForm(forms.Form):
    """What may change of one: its number names its lines, and stays."""

    holder = AccountForm.base_fields["holder"]
    active = forms.BooleanField(label=_("In use"), required=False)
    demonstration = forms.BooleanField(label=_("For demonstration: no money may be sent there"), required=False)

    clean_holder = AccountForm.clean_holder


class FeedForm(forms.Form):
    name = forms.CharField(label=_("Name of the program"), max_length=80)


class StatementForm(forms.Form):
    account = forms.ModelChoiceField(queryset=BankAccount.objects.none(), label=_("Account"), empty_label=_("Choose"))
    file = forms.FileField(label=_("The bank's file"), help_text=_("CSV (UTF-8) or XLSX, up to 2 MB and 5,000 rows."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        account: Any = self.fields["account"]
        account.queryset = queries.accounts().filter(active=True)
        only = list(account.queryset[:2])
        account.initial = only[0] if len(only) == 1 else None

    def facts(self) -> dict[str, Any]:
        """The file is read up to a byte beyond what is allowed: no more is needed to refuse it."""
        file = self.cleaned_data["file"]
        return {"account": self.cleaned_data["account"], "name": file.name, "data": file.read(MOST_BYTES + 1)}


class ColumnsForm(forms.Form):
    """Which heading of the file means what; what is guessed stands there already."""

    def __init__(self, *args: Any, table: reading.Table, **options: Any) -> None:
        super().__init__(*args, **options)
        headings = [(heading, heading) for heading in dict.fromkeys(table.headings) if heading]
        guessed = reading.guess(table.headings)
        for name, label in reading.FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[("", _("in no column")), *headings], required=False, initial=guessed.get(name, "")
            )

    def columns(self) -> dict[str, str]:
        return {name: heading for name, heading in self.cleaned_data.items() if heading}


class PlaceForm(forms.Form):
    """To which orders a transfer belongs. One order gets it all; of several each amount must be said."""

    number = forms.CharField(label=_("Order"), max_length=40, required=False)
    amount = DongField(label=_("Its part, ₫"), least=1, required=False)
    other_number = forms.CharField(label=_("A second order"), max_length=40, required=False)
    other_amount = DongField(label=_("Its part, ₫"), least=1, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        first: Any = self.fields["number"]
        first.needed = True  # though the forms beside it send it alone

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("number") and "number" not in self.errors:
            self.add_error("number", self.fields["number"].error_messages["required"])
        return found

    def amounts(self) -> dict[str, Decimal | None]:
        told = self.cleaned_data
        pairs = [(told["number"], told["amount"]), (told["other_number"], told["other_amount"])]
        return {number.strip().upper(): amount for number, amount in pairs if number}


class PayoutForm(forms.Form):
    """From which account the refunds are paid."""

    account = forms.ModelChoiceField(queryset=BankAccount.objects.none(), label=_("Paid from"), empty_label=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        account: Any = self.fields["account"]
        account.queryset = queries.accounts().filter(active=True)


class LayoutForm(forms.Form):
    """The columns of a bank's file from left to right: what stands in each, and its heading. What is left empty is none."""

    def __init__(self, *args: Any, columns: Sequence[Column], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = list(columns)
        choices = [("", _("no column")), *FIELDS.items()]
        for number in range(1, MOST_COLUMNS + 1):
            one = self.known[number - 1] if number <= len(self.known) else Column("", "")
            self.fields[f"means-{number}"] = forms.ChoiceField(
                label=_("Holds"), choices=choices, required=False, initial=one.means
            )
            self.fields[f"heading-{number}"] = forms.CharField(
                label=_("The bank's heading"), max_length=LONGEST_HEADING, required=False, initial=one.heading
            )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for number in range(1, MOST_COLUMNS + 1):
            if found.get(f"heading-{number}") and not found.get(f"means-{number}"):
                self.add_error(f"means-{number}", _("Please say what stands below this heading."))
        return found

    def rows(self) -> list[tuple[int, Any, Any]]:
        return [(n, self[f"means-{n}"], self[f"heading-{n}"]) for n in range(1, MOST_COLUMNS + 1)]

    def columns(self) -> list[Column]:
        """As typed; before, and where what was typed cannot be read, as they were."""
        if not self.is_bound or not self.is_valid():
            return self.known
        said = self.cleaned_data
        typed = [Column(said[f"means-{n}"], said[f"heading-{n}"]) for n in range(1, MOST_COLUMNS + 1)]
        return [one for one in typed if one.means]
