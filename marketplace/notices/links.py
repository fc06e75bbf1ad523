"""The whole address of a page, in the reader's language, for a letter."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def link(name: str, *args: object, language: str) -> str:
    """`https://shop/en/desk/…` for a reader of English, without `/en` in Vietnamese."""
    with translation.override(language):
        return settings.SITE_URL + reverse(name, args=args)
