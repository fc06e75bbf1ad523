from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.payment.disputes.actions import MOST_OF_OFFICE
from marketplace.payment.models import DisputeFile

from .scans import ScanField


class AnswerForm(forms.Form):
    """What the office adds to the evidence."""

    words = forms.CharField(
        label=_("In your own words"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 8}),
        help_text=_("English if you can: why the payment is good. What the buyer wrote or said, and who handed the goods over."),
    )  # fmt: skip


class FileForm(forms.Form):
    """A paper that helps, one of each kind."""

    kind = forms.ChoiceField(
        label=_("What it shows"), choices=[one for one in DisputeFile.Kind.choices if one[0] not in DisputeFile.MADE]
    )
    file = ScanField(
        label=_("File"), most=MOST_OF_OFFICE,
        help_text=_("PDF, JPEG or PNG. All files together up to 3.8 MB; a PDF up to 50 pages, and of a Mastercard all together up to 19."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        file = self.cleaned_data["file"]
        ending = file.name.rpartition(".")[2]
        return {"kind": self.cleaned_data["kind"], "content": file.read(), "ending": ending, "called": file.called}
