"""Stripe's request bodies: form fields whose names nest in brackets, `line_items[0][quantity]=2`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .refused import ApiError

Tree = dict[str, Any]


def parse(encoded: str) -> Tree:
    """The tree that the bracketed names describe; numbered branches become lists."""
    tree: Tree = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        *branches, leaf = name.replace("]", "").split("[")
        node = tree
        for branch in branches:
            node = node.setdefault(branch or str(len(node)), {})
            if not isinstance(node, dict):
                raise ApiError(f"Invalid request: '{name}' is both a value and a hash", param=name)
        node[leaf or str(len(node))] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    inner = {name: _listed(value) for name, value in node.items()}
    numbered = sorted(inner, key=int) if all(name.isdigit() for name in inner) else []
    return [inner[name] for name in numbered] if numbered else inner


class Params:
    """Reads one hash of parameters and, at `finish`, refuses the ones nobody asked for."""

    def __init__(self, tree: Tree, path: str = "") -> None:
        self._tree, self._path, self._asked = tree, path, set[str]()
        self._children: list[Params] = []

    def name(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def _take(self, name: str, required: bool) -> Any:
        self._asked.add(name)
        value = self._tree.get(name)
        if value in (None, "", [], {}) and required:
            raise ApiError(
                f"Missing required param: {self.name(name)}.",
                code="parameter_missing",
                param=self.name(name),
            )
        return value

    def wrong(self, name: str, message: str, code: str | None = None) -> ApiError:
        return ApiError(message, param=self.name(name), code=code)

    def text(self, name: str, *, required: bool = False, most: int = 5000, among: Collection[str] = ()) -> str | None:
        value = self._take(name, required)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(name, f"Invalid string: {value}")
        if len(value) > most:
            raise self.wrong(name, f"Invalid string: must be at most {most} characters")
        if among and value not in among:
            raise self.wrong(name, f"Invalid {self.name(name)}: must be one of {', '.join(among)}")
        return value

    def url(self, name: str, *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
            raise self.wrong(name, "Not a valid URL", "url_invalid")
        return value

    def email(self, name: str) -> str | None:
        value = self.text(name, most=800)
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
            raise self.wrong(name, f"Invalid email address: {value}", "email_invalid")
        return value

    def integer(self, name: str, *, required: bool = False, least: int = 0) -> int | None:
        value = self._take(name, required)
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
            raise self.wrong(name, f"Invalid integer: {value}", "parameter_invalid_integer")
        if int(value) < least:
            raise self.wrong(
                name,
                f"This value must be greater than or equal to {least}.",
                "parameter_invalid_integer",
            )
        return int(value)

    def boolean(self, name: str) -> bool | None:
        value = self._take(name, False)
        if value not in (None, "true", "false"):
            raise self.wrong(name, f"Invalid boolean: {value}")
        return None if value is None else value == "true"

    def texts(self, name: str) -> list[str]:
        value = self._take(name, False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(name, "Invalid array")
        return value

    def child(self, name: str, *, required: bool = False) -> Params:
        value = self._take(name, required) or {}
        if not isinstance(value, dict):
            raise self.wrong(name, "Invalid hash")
        self._children.append(Params(value, self.name(name)))
        return self._children[-1]

    def children(self, name: str, *, most: int = 100) -> list[Params]:
        value = self._take(name, True)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(name, "Invalid array")
        if len(value) > most:
            raise self.wrong(name, f"Array {name} may have at most {most} entries")
        found = [Params(one, f"{self.name(name)}[{n}]") for n, one in enumerate(value)]
        self._children += found
        return found

    def metadata(self) -> dict[str, str]:
        value = self._take("metadata", False) or {}
        if not isinstance(value, dict) or len(value) > 50:
            raise self.wrong("metadata", "Metadata is a hash of at most 50 keys")
        for key, text in value.items():
            if not isinstance(text, str) or len(key) > 40 or len(text) > 500:
                raise self.wrong(
                    f"metadata[{key}]",
                    "Metadata keys have at most 40 characters and values at most 500",
                )
        return value

    def finish(self) -> None:
        for name in self._tree:
            if name not in self._asked:
                raise ApiError(
                    f"Received unknown parameter: {self.name(name)}",
                    code="parameter_unknown",
                    param=self.name(name),
                )
        for child in self._children:
            child.finish()
