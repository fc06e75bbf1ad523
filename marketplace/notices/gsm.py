"""Texts as every telephone shows them: without diacritics, in as few parts as the network needs."""

import unicodedata

SINGLE, EACH, MOST = 160, 153, 2  # signs of a text that is one part, of each of several; parts of one message
LONGEST = EACH * MOST
DOTS = "..."
# GSM 03.38: its own alphabet, and the signs that count twice there.
BASIC = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            "abcdefghijklmnopqrstuvwxyzäöñüà")  # fmt: skip
TWICE = set("^{}\\[~]|€")
SIGNS = str.maketrans({
    "đ": "d", "Đ": "D", "₫": "d", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"',
    "–": "-", "—": "-", "…": "...", "×": "x", "·": "-", "\u00a0": " ", "\u202f": " ", "★": "*",
})  # fmt: skip


def plain(text: str) -> str:
    """The text in signs that every network carries, on one line: marks dropped, đ as d, what remains unknown as a question mark."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFD", text.translate(SIGNS)) if not unicodedata.combining(sign)
    )
    return "".join(sign if sign in BASIC or sign in TWICE else "?" for sign in " ".join(bare.split()))


def length(text: str) -> int:
    return len(text) + sum(sign in TWICE for sign in text)


def segments(text: str) -> int:
    """How many parts the network makes of it, and charges for."""
    signs = length(text)
    return 1 if signs <= SINGLE else -(-signs // EACH)


def fit(words: str, link: str) -> str:
    """The words and the whole link in at most two parts; too many words end in dots."""
    words, link = plain(words), plain(link)
    room = LONGEST - length(link) - 1
    if length(words) > room:
        words = _cut(words, room - len(DOTS)) + DOTS
    return f"{words} {link}".strip()


def _cut(text: str, room: int) -> str:
    while text and length(text) > room:
        text = text[:-1]
    return text.rstrip()
