"""No page shows a code where it could say a word."""

from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.utils import translation

from marketplace.api.shapes import Event
from marketplace.tills.models import UNREADABLE
from storefront.templatetags.codes import LETTERS, REPORTS, in_words


def test_every_letter_has_a_name() -> None:
    folder = Path(settings.BASE_DIR) / "storefront/templates/notices"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set(LETTERS)


def test_every_report_of_a_till_has_a_name() -> None:
    assert {*get_args(Event.model_fields["kind"].annotation), UNREADABLE} == set(REPORTS)


@pytest.mark.parametrize(("language", "said"), [("vi", "Sắp hết hàng"), ("en", "Nearly sold out")])
def test_a_code_is_said_in_the_readers_language(language: str, said: str) -> None:
    with translation.override(language):
        assert in_words("stock_low", "letter") == said


def test_an_unknown_code_stays() -> None:
    assert in_words("something_else", "refund") == "something_else"
