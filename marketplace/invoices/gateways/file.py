"""Issues into files: a folder for each seller and symbol, in it one JSON for each invoice, numbered without a gap.

For development, and for sellers whose accountant takes the files over by hand.
"""

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult

from . import Ask, InvoiceError, InvoiceRefused, Issued

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
FORMS = {"vat": 1, "sales": 2}  # the first sign of the symbol: which kind of invoice (Circular 32/2025)


def at(url: SplitResult) -> Ask:
    return partial(_issue, Path(url.path))


def _issue(root: Path, document: dict[str, Any], *, key: str, timeout: float) -> Issued:
    tax = re.sub(r"[^0-9A-Za-z-]", "", document["seller"]["tax_code"])
    if not tax:
        raise InvoiceRefused("The seller has no tax number.")
    symbol = f"{FORMS[document['kind']]}C{document['date'][2:4]}TAG"
    folder = root / tax / symbol
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, timeout):
            return _read(folder, key) or _write(folder, document, symbol, key)
    except OSError as error:
        raise InvoiceError(f"{type(error).__name__}: {error}") from error


@contextmanager
def _alone(folder: Path, timeout: float) -> Iterator[None]:
    """One invoice of a series at a time, or its number could be given twice."""
    until = time.monotonic() + timeout
    with (folder / ".lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise InvoiceError(f"no turn within {timeout} seconds") from None
                time.sleep(0.02)
        yield


def _read(folder: Path, key: str) -> Issued | None:
    """What was answered to this key before."""
    for path in folder.glob(f"*_{key}.json"):
        return Issued(**json.loads(path.read_text(encoding="utf-8"))["issued"])
    return None


def _write(folder: Path, document: dict[str, Any], symbol: str, key: str) -> Issued:
    """Whole or not at all: the file's name is its number."""
    number = f"{sum(1 for _each in folder.glob('*.json')) + 1:08}"
    issued = Issued(symbol, number, "".join(secrets.choice(LETTERS) for _each in range(12)))
    fresh = folder / f".{os.getpid()}.fresh"
    fresh.write_text(
        json.dumps({"issued": vars(issued), "key": key, "invoice": document}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )
    fresh.rename(folder / f"{number}_{key}.json")
    return issued
