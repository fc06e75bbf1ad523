"""Every kind of notice that the code can tell has its words, in both languages, and they read well with real facts."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.urls import resolve

from marketplace.notices.kinds import KINDS, Group
from marketplace.notices.letters import Letter, letter, sample
from marketplace.notices.models import Notice
from marketplace.people.models import User
from storefront.templatetags.codes import LETTERS
from tests import house, make, people
from tests.checkout.returns import every_letter
from tests.notices import events

from .cash import cash_and_invoices

NOW, TODAY = make.NOW, make.TODAY
WORDS = house.ROOT / "storefront" / "templates" / "notices"
FILES = {"subject.txt", "body.txt", "body.html", "sample.json"}  # and sms.txt where a phone may ring
TELLERS = {
    "tell",
    "_tell",
    "_tell_producer",
    "_telling",
    "Telling",
    "tell_buyer",
    "for_buyer",
    "_goes_on",
    "_about",
    "_about_lot",
    "_waits",
}
# What an empty fact leaves behind, or a place that nobody filled.
GAPS = re.compile(
    r"∅|None|%\(|\{\{|“\s*”|\(\s*\)|\(\s|\s[,.;)]|,\s*[,.]|  +\S|\b(?:decision|by|of|at|with|from|until|lúc|tại) *[,.)]"
)


def told_in_the_code() -> set[str]:
    """The kinds that the notices modules name, whatever way they tell them."""
    found = set()
    for module in house.modules("catalogue", "marketplace", "storefront"):
        for call, name in house.calls(module):
            if name in TELLERS and module.kind == "notices":
                named = [*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg == "kind")]
                texts = [node.value for node in named if isinstance(node, ast.Constant) and isinstance(node.value, str)]
                found |= {text for text in texts[:1] if re.fullmatch("[a-z]+(_[a-z]+)+", text)}
    return found


def test_every_kind_has_its_words_and_no_words_are_left_over() -> None:
    kinds = told_in_the_code()
    assert len(kinds) > 14
    assert {folder.name for folder in WORDS.iterdir() if folder.is_dir()} == kinds == set(LETTERS) == set(KINDS)
    for kind in kinds:
        short = set() if KINDS[kind].group == Group.SECURITY else {"sms.txt"}
        assert {path.name for path in (WORDS / kind).iterdir()} == FILES | short, kind


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def every_notice(db: None, here: None, settings: Any, tmp_path: Path) -> list[Notice]:
    settings.INVOICE_URL = f"file://{tmp_path}/invoices"
    people.tam()
    User.objects.filter(pk=people.mai().pk).update(language="en")
    events.orders()
    cash_and_invoices()
    events.waited_for()
    events.brought_back()
    events.missing()
    every_letter()
    events.goods_and_listings()
    events.goods_on_the_move()
    events.stars_and_passwords()
    events.statements()
    events.to_look_at()
    return list(Notice.objects.order_by("pk"))


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no fact answers to shows itself."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "∅")


def _read(notice: Notice, language: str) -> Letter:
    notice.language = language
    return letter(notice)


def test_every_kind_reads_well_in_both_languages(every_notice: list[Notice], strict: None) -> None:
    assert {notice.kind for notice in every_notice} == told_in_the_code()
    for notice in every_notice:
        vi, en = _read(notice, "vi"), _read(notice, "en")
        for one in (vi, en):
            plain = re.sub(r"<[^>]+>", "|", one.html)
            for text in (one.subject, *one.text.splitlines(), *plain.splitlines()):
                assert not GAPS.search(text.strip()), (notice.kind, text)
            assert one.subject and settings.SITE_URL in one.text and settings.SITE_URL in one.html
            assert "&amp;" not in one.subject + one.text and "lóc & mắm" not in one.html  # escaped in HTML alone
        assert vi.subject != en.subject and vi.text != en.text, notice.kind


def test_samples_hold_the_facts_that_are_told(every_notice: list[Notice]) -> None:
    """What the office looks at is filled as the real message is; only a guest's carries the address of the wishes."""
    told: dict[str, set[str]] = {}
    for notice in every_notice:
        told.setdefault(notice.kind, set()).update(set(notice.facts) - {"choices_url"})
    assert {kind: set(sample(kind, "vi").facts) - {"choices_url"} for kind in told} == told


def test_nothing_stays_untranslated(every_notice: list[Notice]) -> None:
    """Whatever a Vietnamese letter shares with the English one is a fact or an address, never a sentence."""
    for notice in every_notice:
        facts = str(notice.facts)
        vi, en = (_read(notice, language).text.splitlines() for language in ("vi", "en"))
        same = {line for line in vi if line.strip() and line in en}
        assert [line for line in same if not _a_fact(line, facts)] == [], notice.kind


def _a_fact(line: str, facts: str) -> bool:
    return line in (settings.OSCAR_SHOP_NAME, settings.SITE_URL, "--") or line.strip("- ") in facts or "×" in line


def test_links_lead_where_the_reader_reads(every_notice: list[Notice]) -> None:
    """An address in a letter is that of a page, in the language of the letter: Mai reads English.

    A firm that has an invoice is told no address: whoever has the order's may cancel it.
    """
    firms = [notice for notice in every_notice if notice.key.endswith(":firm")]
    assert {notice.kind for notice in firms} == {"invoice_issued"}
    for notice in (one for one in every_notice if one not in firms):
        link = str(notice.facts.get("url") or notice.facts["link"])
        assert link.startswith(f"{settings.SITE_URL}/en/" if notice.language == "en" else f"{settings.SITE_URL}/"), link
        assert resolve(link.removeprefix(settings.SITE_URL)), notice.kind
        assert ("/en/" in link) == (notice.language == "en")
    assert {notice.kind for notice in every_notice if notice.language == "en"} == {
        "lot_frozen",
        "lot_thawed",
        "order_new",
        "statement_confirmed",
        "statement_disputed",
        "statement_ready",
        "return_asked",
        "return_waiting",
        "stock_reviewed",
        "stock_short",
        "stock_uncounted",
        "till_silent",
        "transfer_fewer",
        "transfer_short",
        "transfer_wanted",
    }
