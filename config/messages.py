"""The catalogues of messages, read and written with Babel: the machine need not have gettext.

`make messages` gathers every msgid of code and templates into the Vietnamese catalogue; what has no wording yet stays empty and
is listed. The msgids are English; the English catalogue only keeps them where Oscar's own would turn a basket into a cart.
Catalogues are compiled by `make run` and before tests.
"""

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
OURS = ("config", "catalogue", "marketplace", "storefront")
# What libraries say to shoppers and producers, in our words: theirs are missing, stiff or misspelt.
REWORDED = {
    "django": ("forms/fields", "forms/formsets", "forms/models", "core/validators", "contrib/auth/forms",
               "contrib/auth/password_validation"),
    "oscar": ("apps/basket/forms", "apps/basket/views", "apps/basket/abstract_models", "apps/partner/availability",
              "apps/voucher/abstract_models"),
}  # fmt: skip
LEFT_EMPTY = ("apps/", "templates/oscar/dashboard/")  # where Oscar's Vietnamese has gaps that the office would read
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


HOLE = re.compile(r"%\(\w+\)[-+0#]*[\d.]*[a-z]|%[sdir]|%%|\{\w+\}")


def catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def compile_all() -> None:
    """Every catalogue is compiled as it is now."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns == source.stat().st_mtime_ns:
            continue
        fresh = compiled.with_suffix(f".{os.getpid()}")
        with source.open("rb") as text, fresh.open("wb") as binary:
            write_mo(binary, read_po(text))
        shutil.copystat(source, fresh)
        fresh.rename(compiled)  # whole or not at all: another process may be reading


def _read(language: str) -> Catalog:
    path = catalogue(language)
    if not path.exists():
        return Catalog(language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def gather() -> Catalog:
    """Every message that code and templates say, and where."""
    found = Catalog(charset="utf-8")
    for path, name in _sources():
        for line, message, comments, context in _said(path):
            found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    for gap in _gaps():
        found.add(gap.id, locations=[(f"oscar/{file}", line) for file, line in gap.locations], context=gap.context)
    return found


def _gaps() -> Iterator[Message]:
    """What Oscar says in Vietnamese by no word of its own."""
    with (_library("oscar") / "locale/vi/LC_MESSAGES/django.po").open("rb") as text:
        theirs = read_po(text)
    for message in theirs:
        if (
            message.id
            and not all(_wordings(message))
            and any(file.startswith(LEFT_EMPTY) for file, _line in message.locations)
        ):
            yield message


def _sources() -> Iterator[tuple[Path, str]]:
    """The files that may say something, and their names in the catalogue."""
    for path in sorted(path for folder in OURS for path in (ROOT / folder).rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            yield path, str(path.relative_to(ROOT))
    for library, modules in REWORDED.items():
        yield from ((_library(library) / f"{module}.py", f"{library}/{module}.py") for module in modules)


def _library(name: str) -> Path:
    (folder,) = find_spec(name).submodule_search_locations  # type: ignore[union-attr,misc]
    return Path(folder)


def _said(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())  # Python's eyes see no indentation
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"])


def untold(language: str) -> list[str]:
    """What is said somewhere and has no wording, or a doubtful one, in that language; with where."""
    told = _read(language)
    return [f"{_where(message)} {message.id!r}" for message in gather() if message.id and not _told(told, message)]


def _told(catalogue: Catalog, message) -> bool:  # type: ignore[no-untyped-def]
    *_, said = [message.id] if isinstance(message.id, str) else message.id
    known = catalogue.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
    if not known or known.fuzzy or known.pluralizable != message.pluralizable:
        return False
    return all(wording and holes(wording) == holes(said) for wording in _wordings(known))


def _wordings(message: Message) -> list[str]:
    """One, or one for each number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def holes(text: str) -> list[str]:
    """What is filled in when it is said: %(name)s, %s, {name}. None may be lost or misspelt in translation."""
    return sorted(HOLE.findall(text))


def _where(message) -> str:  # type: ignore[no-untyped-def]
    return ", ".join(f"{file}:{line}" for file, line in message.locations[:2])


def update() -> None:
    """The catalogues hold every message said, keep what is told, and drop what nobody says any more."""
    said, told = gather(), _read("vi")
    told.update(said, no_fuzzy_matching=True, update_creation_date=False)
    told.obsolete.clear()
    _write("vi", told)
    english, theirs = _read("en"), _library("oscar") / "locale/en_US/LC_MESSAGES/django.po"  # gettext asks it for en
    english.update(_as_written(said, theirs), no_fuzzy_matching=True, update_creation_date=False)
    english.obsolete.clear()
    for message in english:
        message.string = message.id
    _write("en", english)


def _as_written(said: Catalog, theirs: Path) -> Catalog:
    """The messages that another English catalogue would reword."""
    with theirs.open("rb") as text:
        other, kept = read_po(text), Catalog(charset="utf-8")
    for message in said:
        known = other.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if message.id and known and known.string and known.string != message.id:
            kept.add(message.id, locations=message.locations, context=message.context)
    return kept


def _write(language: str, told: Catalog) -> None:
    catalogue(language).parent.mkdir(parents=True, exist_ok=True)
    with catalogue(language).open("wb") as file:
        write_po(file, told, width=100, sort_by_file=True, include_lineno=False)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["update"]:
            update()
            print(*untold("vi"), sep="\n")
        case ["compile"]:
            compile_all()
        case _:
            sys.exit("Usage: python -m config.messages update|compile")
