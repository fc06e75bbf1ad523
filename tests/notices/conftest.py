"""Words of a kind that only the tests know, so that no real message's wording is pinned here."""

from pathlib import Path

import pytest
from pytest_django import Settings

WORDS = {
    "subject.txt": "{{ name }},\n {% if language == 'vi' %}chào{% else %}hello{% endif %}",
    "body.txt": "{% now 'F' as month %}{{ name }} {{ month }} {{ site_url }}/x/",
    "body.html": "<p>{{ name }}</p>",
}


@pytest.fixture
def words(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the kind `greeted`."""
    folder = tmp_path / "notices" / "greeted"
    folder.mkdir(parents=True)
    for name, text in WORDS.items():
        (folder / name).write_text(text)
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]
    return folder
