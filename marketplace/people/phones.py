"""Vietnamese telephone numbers: one way to store them, one way to show them."""

import phonenumbers
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused

_HOME = "VN"
_HOME_CODE = 84


class WrongPhone(Refused):
    """What was written cannot be called in Vietnam."""

    sentence = _("This is not a Vietnamese telephone number. A number looks like this: 0912 345 678.")
    code = "wrong_phone"


def normal(text: str) -> str:
    """The number as the networks write it: "+84912345678"."""
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException as error:
        raise WrongPhone from error
    if number.country_code != _HOME_CODE or number.extension or not phonenumbers.is_valid_number(number):
        raise WrongPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(e164: str) -> str:
    """The number as it is read out: "0912 345 678"."""
    number = phonenumbers.parse(e164, _HOME)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def masked(e164: str) -> str:
    """Enough to recognise the number, too little to call it: "•••• ••• 678"."""
    said = spoken(e164)
    return "".join("•" if sign.isdigit() else sign for sign in said[:-3]) + said[-3:]
