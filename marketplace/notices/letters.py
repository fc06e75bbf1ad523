"""The words of a notice, in its reader's language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation

from .models import Notice


@dataclass(frozen=True)
class Letter:
    """What a channel carries. `key` is the same at every try, so a reader's mail program shows one letter."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    language: str


def letter(notice: Notice) -> Letter:
    """templates/notices/<kind>/ filled with the notice's facts."""
    context = {
        "site_url": settings.SITE_URL,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": notice.language,
        "demo": settings.DEMO,
        **notice.facts,
    }
    with translation.override(notice.language):
        subject, text = (_plain(f"notices/{notice.kind}/{part}", context) for part in ("subject.txt", "body.txt"))
        html = render_to_string(f"notices/{notice.kind}/body.html", context)
    return Letter(
        key=f"notice-{notice.pk}",
        to=notice.email,
        subject=" ".join(subject.split()),
        text=text.strip() + "\n",
        html=html,
        language=notice.language,
    )


def _plain(template: str, context: dict[str, Any]) -> str:
    """Text that is not HTML: a name with & in it stays as it is."""
    words = get_template(template).template  # type: ignore[attr-defined]
    return str(words.render(Context(context, autoescape=False)))
