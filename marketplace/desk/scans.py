"""Papers that somebody has scanned or photographed."""

from typing import Any
from uuid import uuid4

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n": "png"}
KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


class ScanField(forms.FileField):
    """By what is in it: a page that calls itself a PDF would be shown to visitors as ours.

    Cleaned it is named anew, so that the name tells nothing; what it was called is `called`.
    """

    widget = forms.FileInput(attrs={"accept": ",".join(KINDS.values())})

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        scan = super().clean(data, initial)
        if not scan:
            return ""
        head = scan.read(8)
        scan.seek(0)
        ending = next((ending for start, ending in BEGINNINGS.items() if head.startswith(start)), None)
        if ending is None or scan.size > self.most:
            said = _("Please choose a PDF, JPEG or PNG file of at most %(most)s.")
            raise forms.ValidationError(said % {"most": filesizeformat(self.most)})
        scan.called, scan.name = scan.name, f"{uuid4().hex}.{ending}"
        return scan
