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
