"""Files that the shop sends: taken as Stripe takes them. What is in them is looked at and not kept."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import urlencode

from . import objects
from .objects import Thing
from .params import Params
from .refused import ApiError
from .world import World

MOST, TOGETHER = 5_000_000, 4_500_000  # bytes: of one file, and of all that a dispute names
KEPT = 273 * 24 * 60 * 60  # nine months
PURPOSE = "dispute_evidence"
BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def as_text(body: bytes, kind: str) -> str:
    """A multipart body as Stripe's other bodies are written; of a file what tells it from others, as JSON.

    So the boundary, which is another one each time, tells no two requests apart.
    """
    found = re.search(r'boundary="?([^";\s]+)', kind)
    if found is None:
        raise ApiError("Invalid request: a multipart body needs a boundary.")
    parts = body.split(b"--" + found[1].encode())[1:-1]
    return urlencode([_field(*part[2:-2].partition(b"\r\n\r\n")[::2]) for part in parts])


def _field(head: bytes, content: bytes) -> tuple[str, str]:
    named = dict(re.findall(r'\b(name|filename)="([^"]*)"', head.decode("utf-8", "replace")))
    if "name" not in named:
        raise ApiError("Invalid request: a part of a multipart body has no name.")
    if "filename" not in named:
        return named["name"], content.decode("utf-8", "replace")
    ends = (end for start, end in BEGINNINGS.items() if content.startswith(start))
    about = {"name": named["filename"], "size": len(content), "type": next(ends, None)}
    return named["name"], json.dumps(about | {"digest": hashlib.sha256(content).hexdigest()})


def create(world: World, params: Params) -> Thing:
    params.text("purpose", required=True, among=(PURPOSE,))
    told = params.text("file", required=True) or ""
    params.finish()
    about = _read(params, told)
    if about["type"] is None:
        raise params.wrong("file", "File for key file is of a type that is not taken here: use a pdf, jpg or png.")
    if about["size"] > MOST:
        raise params.wrong("file", f"File for key file may have at most {MOST} bytes.")
    return world.add(_file(world.now(), about))


def _read(params: Params, told: str) -> dict[str, Any]:
    try:
        return dict(json.loads(told))
    except ValueError:
        raise params.wrong("file", "Invalid file: it must be sent as multipart/form-data.") from None


def _file(at: int, about: dict[str, Any]) -> Thing:
    id = objects.new_id("file_")
    return {
        "id": id,
        "object": "file",
        "created": at,
        "expires_at": at + KEPT,
        "filename": about["name"],
        "links": objects.listed([], url=f"/v1/file_links?file={id}"),
        "purpose": PURPOSE,
        "size": about["size"],
        "title": None,
        "type": about["type"],
        "url": None,
    }


def read(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("file", id, "file")


def named_in(world: World, evidence: Params) -> dict[str, str]:
    """The files that a dispute's evidence names, each in the field that is meant for it."""
    given = {name: evidence.text(name) for name in objects.FILES}
    ids = {name: id for name, id in given.items() if id is not None}
    for name, id in ids.items():
        world.find("file", id, evidence.name(name))
    return ids


def refuse_too_much(world: World, evidence: Thing) -> None:
    ids = {evidence[name] for name in objects.FILES if evidence[name]}
    if sum(world.things[id]["size"] for id in ids) > TOGETHER:
        raise ApiError(
            "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. "
            "Try using smaller files as evidence."
        )
