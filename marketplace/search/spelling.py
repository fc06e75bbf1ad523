"""How words are compared: folded for finding, spelled out for ranking.

`spelled` writes marks as digits, the way VNI keyboards do ("đường" is `d9u7o7ng2`), so that PostgreSQL compares toned
words letter by letter whatever its locale, and the seat of the tone ("hòa", "hoà") makes no difference.
"""

import re
import unicodedata

from marketplace.folding import fold

_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_SHAPES = {"\u0302": "6", "\u031b": "7", "\u0306": "8"}
_FOLDED_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12  # of a query; nobody types more, and each costs time


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return _FOLDED_WORD.findall(fold(text))


def spelled(text: str) -> list[str]:
    """The words of a text with their marks as digits, the tone last."""
    whole = unicodedata.normalize("NFC", text).lower().replace("đ", "d9")
    return [spelling for spelling in map(_spell, _WORD.findall(whole)) if spelling]


def condition(terms: list[str], label: str = "") -> str:
    """A tsquery: all of the words, the last one perhaps unfinished. Terms hold letters and digits only."""
    *whole, last = terms[:MOST_WORDS]
    return " & ".join([*(f"{term}:{label}" if label else term for term in whole), f"{last}:*{label}"])


def fits(terms: list[str], known: list[str]) -> bool:
    """The same condition, of words that are at hand."""
    if not terms:
        return False
    *whole, last = terms[:MOST_WORDS]
    return set(whole) <= set(known) and any(word.startswith(last) for word in known)


def _spell(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    plain = "".join(_SHAPES.get(letter, letter) for letter in letters if letter not in _TONES)
    return re.sub(r"[^a-z0-9]", "", plain) + "".join(_TONES[letter] for letter in letters if letter in _TONES)
