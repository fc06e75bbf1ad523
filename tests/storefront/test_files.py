"""Photographs are everybody's, scans of certificates the office's, and nothing above the folder is anybody's."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def uploaded() -> None:
    for name in ("images/2026/11/nep.webp", "certificates/2026/quyet-dinh.pdf"):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content")


def test_a_photograph_is_for_everybody_and_runs_nothing(client: Client, uploaded: None) -> None:
    answer: Any = client.get("/media/images/2026/11/nep.webp")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == b"content"
    assert "sandbox" in answer["Content-Security-Policy"] and "max-age" in answer["Cache-Control"]


def test_a_scan_is_for_the_office_alone(client: Client, uploaded: None) -> None:
    address = "/media/certificates/2026/quyet-dinh.pdf"
    assert client.get(address).status_code == 404
    client.force_login(people.khoa())
    assert client.get(address).status_code == 404
    client.force_login(people.tam())
    answer: Any = client.get(address)
    assert answer.status_code == 200 and "private" in answer["Cache-Control"]
    answer.close()


@pytest.mark.parametrize(
    "path",
    [
        "images/../certificates/2026/quyet-dinh.pdf",
        "images/../../settings.py",
        "images/%2e%2e/%2e%2e/manage.py",
        "images/nowhere.webp",
        "images/",
    ],
)
def test_nothing_else_is_given_out(client: Client, uploaded: None, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404
