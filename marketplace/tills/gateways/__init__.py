"""What a till that is asked may answer besides a page of events. Each ends as a sentence at its connector."""

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused


class TillError(Refused):
    """Nothing was learnt; the same question may be asked again."""

    sentence = _("The till could not be asked.")
    code = "till_error"


class NotReached(TillError):
    sentence = _("The till's address does not answer.")
    code = "till_not_reached"


class TooSlow(TillError):
    sentence = _("The till did not finish its answer within %(seconds)s seconds.")
    code = "till_too_slow"


class TokenRefused(TillError):
    sentence = _("The till refuses the token (%(status)s).")
    code = "till_token_refused"


class WrongStatus(TillError):
    sentence = _("The till answered with an error (%(status)s).")
    code = "till_wrong_status"


class SentElsewhere(TillError):
    sentence = _("The till sends on to another address (%(status)s); that is not followed.")
    code = "till_sent_elsewhere"


class NotUnderstood(TillError):
    sentence = _("The till's answer cannot be read: %(where)s.")
    code = "till_not_understood"


class AnswerTooLarge(TillError):
    sentence = _("The till's answer is larger than %(most)s MB.")
    code = "till_answer_too_large"


class ForbiddenAddress(TillError):
    sentence = _("This address must not be asked: only https, and no private network that is not allowed by name.")
    code = "till_forbidden_address"


class NoToken(TillError):
    sentence = _("The environment has no token named %(name)s.")
    code = "till_no_token"


ERRORS: dict[str, type[Refused]] = {
    no.code: no
    for no in (
        NotReached, TooSlow, TokenRefused, WrongStatus, SentElsewhere, NotUnderstood, AnswerTooLarge, ForbiddenAddress,
        NoToken,
    )
}  # fmt: skip
