"""For development: each message is a file in a folder, as Django's file backend does it for e-mail."""

from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from .answers import Accepted, NotDelivered


def keep(url: str, *, key: str, lines: list[str]) -> Accepted:
    """The message is a file of its own below the folder of file:///…"""
    folder = Path(unquote(urlsplit(url).path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}-{uuid4().hex[:8]}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    return Accepted("written")
