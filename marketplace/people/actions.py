"""People come, change what they told, and go."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.notices.models import Notice, Preference

from .models import Consent, User

NEWS, ORDERS = Consent.Purpose.NEWS, Consent.Purpose.ORDERS


class AlreadyHere(Refused):
    """Somebody else signs in with that e-mail address or phone number."""

    sentence = _("There is an account with this e-mail address or phone number already.")
    code = "already_here"


class StillAtWork(Refused):
    """The account does somebody's work; the office must end that first."""

    sentence = _(
        "This account works for a producer, a sales point or the office. Please ask the office to end that first."
    )
    code = "still_at_work"


@transaction.atomic
def sign_up(
    *,
    name: str,
    email: str | None,
    phone: str | None,
    password: str,
    purposes: Collection[str],
    language: str,
    at: datetime,
) -> User:
    """The person has an account; every consent is kept in the words that were shown."""
    family, given = _names(name)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, phone=phone or None, first_name=given, last_name=family, language=language
            )
    except IntegrityError as error:
        raise AlreadyHere from error
    for purpose in sorted(set(purposes)):
        _consent(user, purpose, at)
    journal.note(user, "person.signed_up", by=user, purposes=sorted(set(purposes)))
    return user


@transaction.atomic
def change(
    *, user: User, name: str, email: str | None, phone: str | None, language: str, news: bool, at: datetime
) -> None:
    """What the shop knows of the person is as they say now, and so is the consent to news."""
    user.last_name, user.first_name = _names(name)
    user.email, user.phone, user.language = (email or "").lower() or None, phone or None, language
    try:
        with transaction.atomic():
            user.save(update_fields=["first_name", "last_name", "email", "phone", "language"])
    except IntegrityError as error:
        raise AlreadyHere from error
    standing = user.consents.standing().filter(purpose=NEWS)
    if news and not standing.exists():
        _consent(user, NEWS, at)
    elif not news:
        standing.update(withdrawn_at=at)
    journal.note(user, "person.changed", by=user, news=news)


def speak(*, user: User, language: str) -> None:
    """The person is written to in that language."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def erase(*, user: User, at: datetime) -> None:
    """Nobody can sign in any more, and the account no longer tells whose it was."""
    if any(getattr(user, work).exists() for work in ("partners", "locations")) or user.is_staff:
        raise StillAtWork
    user.first_name = user.last_name = ""
    user.email, user.phone, user.is_active = f"erased-{user.pk}@erased.invalid", None, False
    user.set_unusable_password()
    user.save(update_fields=["first_name", "last_name", "email", "phone", "is_active", "password"])
    user.consents.standing().update(withdrawn_at=at)
    Notice.objects.filter(user=user).update(email="", phone="", facts={})
    Preference.objects.filter(user=user).delete()
    journal.note(user, "person.erased", by=user)


def _names(name: str) -> tuple[str, str]:
    """Family and given name: in Vietnamese the given name is the last word."""
    *family, given = name.split() or [""]
    return " ".join(family), given


def _consent(user: User, purpose: str, at: datetime) -> None:
    Consent.objects.create(user=user, purpose=purpose, words=str(Consent.Purpose(purpose).label), given_at=at)
