"""What the shop says is found wherever it is said, and said as we worded it in both languages."""

from pathlib import Path

import pytest
from django.utils import translation

from config import messages

SAID = """{% load i18n %}
  {% translate "Basket" %}
  {% blocktranslate trimmed count n=n with day=day %}
    {{ n }} lot until {{ day }}
  {% plural %}
    {{ n }} lots until {{ day }}
  {% endblocktranslate %}
  {% translate "Open" context "of a shop" %}{% include "x.html" with title=_("Nothing found") only %}
"""
LOTS = ("%(n)s lot until %(day)s", "%(n)s lots until %(day)s")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one template and one module."""
    (tmp_path / "storefront").mkdir()
    (tmp_path / "storefront/page.html").write_text(SAID)
    (tmp_path / "storefront/forms.py").write_text(
        'label = _("Quantity")\nother = ngettext_lazy("%d star", "%d stars")\n'
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "REWORDED", {"oscar": ("apps/partner/availability",)})
    return tmp_path


def test_messages_are_found_in_templates_modules_and_libraries(tree: Path) -> None:
    found = {(message.context, message.id) for message in messages.gather() if message.id}
    ours = {
        (None, "Basket"),
        (None, LOTS),
        ("of a shop", "Open"),
        (None, "Nothing found"),
        (None, "Quantity"),
        (None, ("%d star", "%d stars")),
    }
    assert ours < found and (None, "no stock available") in found


def test_a_wording_with_the_same_holes_is_told(tree: Path) -> None:
    messages.update()
    assert len(messages.untold("vi")) == len([message for message in messages.gather() if message.id])
    catalogue = messages._read("vi")
    for message in catalogue:
        if message.id:
            message.string = (message.id[-1],) if message.pluralizable else message.id
    messages._write("vi", catalogue)
    assert not messages.untold("vi")


@pytest.mark.parametrize("wording", ["", "%(n)s lô", "%(n)s lô đến %(ngay)s", "%(n)s lô đến %(day)d"])
def test_a_wording_without_its_holes_is_none(tree: Path, wording: str) -> None:
    messages.update()
    catalogue = messages._read("vi")
    catalogue.get(LOTS[0]).string = (wording,)
    messages._write("vi", catalogue)
    assert any("lot until" in line for line in messages.untold("vi"))


def test_what_nobody_says_any_more_is_dropped_and_the_rest_stays(tree: Path) -> None:
    messages.update()
    catalogue = messages._read("vi")
    catalogue.get("Quantity").string = "Số lượng"
    messages._write("vi", catalogue)
    (tree / "storefront/page.html").unlink()
    messages.update()
    left = messages._read("vi")
    assert left.get("Quantity").string == "Số lượng" and left.get("Basket") is None and not left.obsolete


def test_gathering_twice_changes_nothing(tree: Path) -> None:
    messages.update()
    first = {language: messages.catalogue(language).read_bytes() for language in ("vi", "en")}
    messages.update()
    assert first == {language: messages.catalogue(language).read_bytes() for language in ("vi", "en")}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_other_catalogue_answers_for_ours(language: str) -> None:
    """Oscar's English says cart for basket, its Vietnamese is misspelt: ours come first."""
    catalogue, strange = messages._read("vi"), []
    with translation.override(language):
        for message in catalogue:
            if not message.id or message.pluralizable:
                continue
            said = (
                translation.pgettext(message.context, message.id)
                if message.context
                else translation.gettext(message.id)
            )
            if said != (message.id if language == "en" else message.string):
                strange.append((message.id, said))
    assert len(catalogue) > 500 and not strange


@pytest.mark.parametrize(("language", "said"), [("vi", "1 sản phẩm, 5 sản phẩm"), ("en", "1 product, 5 products")])
def test_plurals(language: str, said: str) -> None:
    with translation.override(language):
        one, five = (translation.ngettext("%(n)s product", "%(n)s products", n) % {"n": n} for n in (1, 5))
    assert f"{one}, {five}" == said
