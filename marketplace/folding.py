"""Text as somebody types it who leaves the marks out: the one way to fold in this project.

Search, the register and the places all compare folded text; if two of them folded differently, "thốt nốt" would
be findable in one place and lost in another.
"""

import unicodedata

# đ is a letter of its own, not a d with a mark: NFD leaves it whole.
_STROKED = str.maketrans({"đ": "d", "Đ": "D"})


def fold(text: str) -> str:
    """The text in lower case, without marks, đ as d, its white space single."""
    taken_apart = unicodedata.normalize("NFD", text.translate(_STROKED))
    plain = "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
    return " ".join(plain.lower().split())


def same(name: str) -> str:
    """What two writings of one name share: case, white space and the seat of the tone ("Hòa", "Hoà") do not count.

    Unlike folding it keeps the marks: "Minh Thiện" and "Minh Thiên" are two people.
    """
    return " ".join(_tones_last(word) for word in unicodedata.normalize("NFD", name).lower().split())


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _tones_last(word: str) -> str:
    letters = "".join(letter for letter in word if letter not in _TONES)
    return unicodedata.normalize("NFC", letters) + "".join(letter for letter in word if letter in _TONES)
