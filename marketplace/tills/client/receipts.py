"""What is typed at the till, read into the lines of an event."""

import re
from collections.abc import Callable, Sequence
from typing import Any

MOST_PIECES, MOST_LINES, LONGEST = 1_000_000, 200, 64
PIECES = re.compile(r"(?P<code>.+)[x×*](?P<quantity>\d+)", re.IGNORECASE)
COUNTED = re.compile(r"(?P<code>.+)=(?P<quantity>\d+)")
Row = dict[str, Any]
Find = Callable[[str], Row | None]


class Unreadable(Exception):
    """A word that no line can be made of; `why` names the sentence to say."""

    def __init__(self, why: str, word: str) -> None:
        super().__init__(word)
        self.why, self.word = why, word


def sold(words: Sequence[str], find: Find, *, anyway: bool) -> list[Row]:
    """Lines of a sale or return from `CODE`, `CODExQTY`, `CODE@LOT`, `CODExQTY@LOT`."""
    return [_sold(word, find, anyway) for word in _bounded(words)]


def counted(words: Sequence[str], find: Find, *, anyway: bool) -> list[Row]:
    """Lines of a count from `CODE=QTY`, each with what the books should say, as far as this till knows."""
    return [_counted(word, find, anyway) for word in _bounded(words)]


def _bounded(words: Sequence[str]) -> Sequence[str]:
    if len(words) > MOST_LINES:
        raise Unreadable("too_many_lines", str(MOST_LINES))
    return words


def _sold(word: str, find: Find, anyway: bool) -> Row:
    text, _, lot = word.partition("@")
    code, quantity = text, 1
    if find(text) is None and (match := PIECES.fullmatch(text)):  # a code may itself end in x2
        code, quantity = match["code"], int(match["quantity"])
    article, lot = _article(code, find, anyway), lot.strip()
    if not 1 <= quantity <= MOST_PIECES or ("@" in word and not _writable(lot)):
        raise Unreadable("not_a_line", word)
    line = {"code": article["code"], "quantity": quantity}
    return line | ({"lot": lot} if lot else {}) | _priced(article)


def _priced(article: Row) -> Row:
    return {"price": article["price"]} if article.get("price") is not None else {}


def _counted(word: str, find: Find, anyway: bool) -> Row:
    match = COUNTED.fullmatch(word)
    if not match or int(match["quantity"]) > MOST_PIECES:
        raise Unreadable("not_a_count", word)
    article = _article(match["code"], find, anyway)
    line = {"code": article["code"], "quantity": int(match["quantity"])}
    return line | ({"seen": article["on_hand"]} if "on_hand" in article else {})


def _article(code: str, find: Find, anyway: bool) -> Row:
    """The product on the price list; a code that is not there only when somebody insists."""
    code = code.strip()
    if not _writable(code):
        raise Unreadable("not_a_line", code)
    found = find(code) or find(code.upper())
    if found is None and not anyway:
        raise Unreadable("unknown_code", code)
    return found or {"code": code}


def _writable(name: str) -> bool:
    """The shop takes it as a code or as a lot's name."""
    return 1 <= len(name) <= LONGEST and not any(ord(sign) < 32 for sign in name)
