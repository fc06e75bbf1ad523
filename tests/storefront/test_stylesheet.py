"""One style sheet goes out, with every import inside it, in its layer, and every picture found."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from storefront.stylesheet import ENTRY, StylesheetStorage, bundle

STATIC = Path(__file__).resolve().parents[2] / "storefront/static"


def read(path: str) -> str:
    return (STATIC / path).read_text(encoding="utf-8")


def test_every_sheet_is_imported_once() -> None:
    named = re.findall(r'@import url\("([^"]+)"\)', read(ENTRY))
    written = {str(f.relative_to(STATIC / "css")) for f in (STATIC / "css").rglob("*.css")} - {"site.css"}
    assert sorted(named) == sorted(written)


def test_the_bundle_imports_nothing_and_keeps_the_layers() -> None:
    text = bundle(read)
    assert "@import" not in text
    assert text.index("@layer tokens {") < text.index("@layer components {") < text.index("@layer pages {")
    assert text.count("{") == text.count("}")


def test_addresses_are_seen_from_the_bundle() -> None:
    addresses = set(re.findall(r'url\("([^"]+)"\)', bundle(read)))
    assert "../img/brocade.svg" in addresses
    missing = [a for a in addresses if not (STATIC / "css" / a).resolve().is_file()]
    assert missing == []


def test_a_sheet_moves_with_its_pictures() -> None:
    sheets = {
        "css/site.css": '@import url("a/b.css") layer(x);',
        "css/a/b.css": 'i { background: url("../../img/p.svg"); }',
    }
    assert bundle(sheets.__getitem__) == '@layer x {\ni { background: url("../img/p.svg"); }}\n'


def test_collecting_writes_one_hashed_and_compressed_sheet(tmp_path: Path) -> None:
    source, storage = FileSystemStorage(STATIC), StylesheetStorage(location=tmp_path, base_url="/static/")
    names = [str(f.relative_to(STATIC)) for f in STATIC.rglob("*") if f.is_file() and "goods" not in f.parts]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    failures = [
        done
        for _, _, done in storage.post_process({name: (source, name) for name in names})
        if done is not True and done
    ]
    assert failures == []
    hashed = storage.stored_name(ENTRY)
    sheet = (tmp_path / hashed).read_text()
    assert "@import" not in sheet and re.search(r"be-vietnam-pro-latin-400\.[0-9a-f]{12}\.woff2", sheet)
    assert (tmp_path / f"{hashed}.gz").is_file()


@pytest.mark.parametrize("folder", ["components", "pages"])
def test_raw_values_stand_in_the_tokens_alone(folder: str) -> None:
    sheets = [*(STATIC / "css" / folder).glob("*.css"), STATIC / "css/base.css"]
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|\d(?:px|rem)\b")
    found = [
        f"{s.name}: {line}"
        for s in sheets
        for line in s.read_text().splitlines()
        if "@media" not in line and raw.search(line)
    ]
    assert found == []


def test_every_token_that_is_used_is_defined() -> None:
    text = bundle(read)
    assert (
        set(re.findall(r"var\((--[\w-]+)", text)) - set(re.findall(r"^\s*(--[\w-]+):", read("css/tokens.css"), re.M))
        == set()
    )
