"""The words of a notice, in its reader's language: as a letter, as a short text for the phone, and as the inbox shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from marketplace.money import dong

from . import gsm
from .kinds import Group, kind_of
from .links import link
from .models import Notice

MONEY = {"total", "amount", "missing", "closing", "paid"}
LONGEST = 60  # signs of one parameter, as Zalo takes them


@dataclass(frozen=True)
class Letter:
    """What e-mail carries. `key` is the same at every try, so a reader's mail program shows one letter."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True)
class Short:
    """What goes to a phone: a sentence filled with `parameters`, and the page that it leads to."""

    key: str
    kind: str
    to: str
    words: str
    parameters: Mapping[str, str]
    link: str
    language: str

    @property
    def text(self) -> str:
        """As an SMS."""
        return gsm.fit(self.words, self.link)

    @property
    def whole(self) -> str:
        """As Zalo shows it."""
        return f"{self.words} {self.link}".strip()


def letter(notice: Notice) -> Letter:
    """templates/notices/<kind>/ filled with the notice's facts."""
    context = _context(notice)
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


def short(notice: Notice) -> Short:
    """sms.txt of the kind. It has no conditions: Zalo approves its template in just these words."""
    parameters = {name: spoken(name, notice.facts[name]) for name in kind_of(notice.kind).parameters}
    return Short(
        key=f"notice-{notice.pk}", kind=notice.kind, to=notice.phone, words=_short_words(notice.kind, parameters, notice.language),
        parameters=parameters, link=str(notice.facts.get("url", "")), language=notice.language,
    )  # fmt: skip


def in_inbox(notice: Notice, language: str) -> tuple[str, str]:
    """Title and text for somebody who is signed in: no greeting, no signature, in the language of the page."""
    with translation.override(language):
        context = _context(notice) | {"language": language, "bare": True}
        subject, text = (_plain(f"notices/{notice.kind}/{part}", context) for part in ("subject.txt", "body.txt"))
    return " ".join(subject.split()), text.strip()


def template_words(kind: str, language: str) -> str:
    """What is sent to Zalo for approval: the sentence with the names of its parameters, and the link as one more."""
    names = {name: f"<{name}>" for name in kind_of(kind).parameters}
    return f"{_short_words(kind, names, language)} <url>"


def sample(kind: str, language: str) -> Notice:
    """A message of that kind with invented facts, to look at; it is nobody's and is never kept."""
    facts = json.loads(get_template(f"notices/{kind}/sample.json").template.source)  # type: ignore[attr-defined]
    home = settings.SITE_URL + ("/en" if language == "en" else "")
    addresses = {name: home + facts[name] for name in ("url", "link", "choices_url") if name in facts}
    return Notice(kind=kind, language=language, email="lan@example.vn", phone="+84912000001", facts=facts | addresses)


def spoken(name: str, value: Any) -> str:
    """A fact as a short text says it: money, days and moments written out, a list as its length."""
    if isinstance(value, list):
        return str(len(value))
    if name in MONEY:
        return dong(value).replace("\u00a0", " ")
    text = "–" if value in (None, "") else _moment(str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _moment(text: str) -> str:
    if not text[:4].isdigit() or text[4:5] != "-":
        return text
    try:
        if "T" in text:
            return f"{timezone.localtime(datetime.fromisoformat(text)):%H:%M, %d/%m/%Y}"
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def _context(notice: Notice) -> dict[str, Any]:
    return {
        "site_url": settings.SITE_URL,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": notice.language,
        "demo": settings.DEMO,
        "choices_url": _choices(notice),
        **notice.facts,
    }


def _choices(notice: Notice) -> str:
    """Where an account says how it wants to hear of things; a guest's letter has its own address among the facts."""
    adjustable = notice.user_id and kind_of(notice.kind).group != Group.SECURITY
    return link("account:messages-how", language=notice.language) if adjustable else ""


def _short_words(kind: str, parameters: Mapping[str, str], language: str) -> str:
    with translation.override(language):
        return " ".join(_plain(f"notices/{kind}/sms.txt", dict(parameters)).split())


def _plain(template: str, context: dict[str, Any]) -> str:
    """Text that is not HTML: a name with & in it stays as it is."""
    words = get_template(template).template  # type: ignore[attr-defined]
    return str(words.render(Context(context, autoescape=False)))
