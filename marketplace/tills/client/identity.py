"""Who this till is: the shop's address, the token, and what the shop calls us. A file that its owner alone may read."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .store import Till

NAME = "till.json"
AT_HOME = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Identity:
    url: str
    token: str
    till: int
    name: str
    place: int
    place_name: str

    @property
    def number(self) -> Till:
        return Till(self.till, self.place)


def home(asked: str | None) -> Path:
    """Where this till keeps its files."""
    return Path(asked or os.environ.get("TILL_HOME") or Path.home() / ".ocop-till")


def read(folder: Path) -> Identity | None:
    """None when nothing was configured yet."""
    try:
        return Identity(**json.loads((folder / NAME).read_text()))
    except FileNotFoundError:
        return None


def write(folder: Path, identity: Identity) -> None:
    """All of it or the old one, also when the power fails."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f"{NAME}.new"
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(asdict(identity), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / NAME)


def travels_safely(url: str) -> bool:
    """The token is sent with each request: encrypted, or not over a network at all."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in AT_HOME)
