"""One style sheet for the phone: site.css with everything it imports.

In development the browser follows the imports itself. At collectstatic they are written into one file, each in
its cascade layer, before the files are hashed and compressed.
"""

import posixpath
import re
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "css/site.css"
IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
URL = re.compile(r'url\("(?!data:|#)([^"]+)"\)')


def bundle(read: Any, entry: str = ENTRY) -> str:
    """The entry sheet with its imports in place; `read(path)` gives a sheet's text."""

    def inline(match: re.Match[str]) -> str:
        path = posixpath.join(posixpath.dirname(entry), match[1])
        return f"@layer {match[2]} {{\n{_moved(read(path), path, entry)}}}\n"

    return IMPORT.sub(inline, read(entry))


def _moved(text: str, source: str, target: str) -> str:
    """Relative addresses of one sheet, as seen from another."""

    def again(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[1]))
        return f'url("{posixpath.relpath(path, posixpath.dirname(target))}")'

    return URL.sub(again, text)


class StylesheetStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files, and one style sheet."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The hashed address. Twenty stand on a page, and they do not change while the process lives."""
        if settings.DEBUG or force or name is None:
            return str(super().url(name, force))
        if name not in self._known:
            self._known[name] = str(super().url(name))
        return self._known[name]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if not dry_run and ENTRY in paths:
            text = bundle(lambda path: self._text(paths, path))
            self.delete(ENTRY)
            self._save(ENTRY, ContentFile(text.encode()))
            paths[ENTRY] = (self, ENTRY)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _text(self, paths: dict[str, Any], path: str) -> str:
        storage, name = paths[path]
        with storage.open(name) as file:
            return file.read().decode()
