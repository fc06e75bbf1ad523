"""An account as banks write it, whoever types it: a buyer, a producer, the office. Touches no database."""

import re

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.folding import fold

from .banks import banks

NUMBER = r"^[0-9A-Z]{4,19}$"
HOLDER = r"^[A-Z0-9][A-Z0-9 .,&()'/-]+$"


class UnknownBank(Refused):
    sentence = _("Please choose the bank from the list.")
    code = "unknown_bank"


class WrongAccountNumber(Refused):
    sentence = _("An account number has 4 to 19 digits (or letters), without marks.")
    code = "wrong_account"


class WrongHolder(Refused):
    sentence = _("Please type the holder's name in letters.")
    code = "wrong_holder"


def written(*, bin: str, number: str, holder: str) -> dict[str, str]:
    """All three, or a refusal by name."""
    if bin not in banks():
        raise UnknownBank
    return {"bin": bin, "number": bare(number), "holder": plain(holder)}


def bare(number: str) -> str:
    """Without the spaces, points and hyphens that people put between its digits."""
    found = re.sub(r"[\s.\-]", "", number).upper()
    if not re.match(NUMBER, found):
        raise WrongAccountNumber
    return found


def plain(holder: str) -> str:
    """Letters without marks, in capitals, one space between them."""
    found = " ".join(fold(holder).upper().split())
    if not re.match(HOLDER, found):
        raise WrongHolder
    return found
