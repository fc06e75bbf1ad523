"""How a place is written, and what of it counts when two writings are compared.

"TT. Núi Sập", "Thị trấn Núi Sập" and "nui sap" are one place. The kind of a place changed often (a huyện became a
thị xã, a xã a phường), so it helps to choose between two matches, but never decides that something is no match.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from marketplace.folding import fold

_COMMUNE_KIND = re.compile(r"^(xa|x\.|phuong|p\.|p(?=\d)|thi tran|tt\.?|dac khu|dk\.)\s*(?=\S)")
_DISTRICT_KIND = re.compile(r"^(huyen|h\.|thi xa|tx\.?|thanh pho|tp\.?|quan|q\.|q(?=\d))\s*(?=\S)")
_PROVINCE_KIND = re.compile(r"^(tinh|t\.|thanh pho|tp\.?)\s*(?=\S)")
_SILENT = re.compile(r"[^0-9a-z]+")


def _squeezed(folded: str) -> str:
    """Letters and digits alone; "01" is "1"."""
    return _SILENT.sub("", folded).lstrip("0")


def _keys(written: str, kind: re.Pattern[str]) -> list[str]:
    """The name without its kind, and with it: "Phường Đúc" is a whole name in Huế, and its kind comes on top."""
    folded = fold(written)
    return list(dict.fromkeys(key for key in (_squeezed(kind.sub("", folded)), _squeezed(folded)) if key))


def commune_keys(written: str) -> list[str]:
    """What a commune's name may be found by."""
    return _keys(written, _COMMUNE_KIND)


def district_keys(written: str) -> list[str]:
    """What a district's name may be found by."""
    return _keys(written, _DISTRICT_KIND)


def province_keys(written: str) -> list[str]:
    """What a province's name may be found by."""
    return _keys(written, _PROVINCE_KIND)


def _bare(written: str) -> str:
    """The name in small letters with its marks, its kind left off."""
    composed = " ".join(unicodedata.normalize("NFC", written).lower().split())
    kind = _COMMUNE_KIND.match(fold(composed))  # Folding composed letters keeps their places.
    return composed[kind.end() :] if kind else composed


def likeness(written: str, name: str) -> int:
    """How like a commune's name the writing is: 2 to the letter, 1 but for its kind, 0 but for its marks."""
    if " ".join(unicodedata.normalize("NFC", written).lower().split()) == name.lower():
        return 2
    return int(_bare(written) == _bare(name))


def within_a_sentence(name: str) -> str:
    """ "Xã Đa Phước" as it stands in running text: "xã Đa Phước"."""
    return name[:1].lower() + name[1:]


def then_and_now(*, name: str, district: str, today: str) -> str:
    """ "xã Đa Phước, huyện An Phú (nay Xã Vĩnh Hậu)", or the half of it that is known."""
    then = ", ".join(within_a_sentence(part) for part in (name, district) if part)
    if not then or not today:
        return then or today
    return _("%(then)s (now %(today)s)") % {"then": then, "today": today}
