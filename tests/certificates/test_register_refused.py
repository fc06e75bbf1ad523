"""A register that cannot be taken in says why in the reader's language, and changes nothing."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.certificates.register import WrongHeader
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_register_without_its_columns(language: str, tmp_path: Path, caplog: Any) -> None:
    file = tmp_path / "gia.csv"
    file.write_text("Tên sản phẩm,Giá\nĐường thốt nốt,95000\n")
    before = everything()
    with translation.override(language), caplog.at_level(logging.INFO), pytest.raises(CommandError) as refused:
        call_command("load_register", str(file))
    with translation.override(language):
        missing = ", ".join([_("producer (Chủ thể)"), _("stars (Hạng sao)"), _("date of decision (Ngày quyết định)")])
        assert str(refused.value) == str(WrongHeader(missing=missing))  # manage.py writes it as one line
    assert changed(before) == set() and not caplog.records
