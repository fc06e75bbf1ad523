"""What is told about listings: the office that one waits, the producer what was decided."""

from marketplace.notices.actions import Recipient, tell
from marketplace.notices.links import link
from marketplace.people.models import User

from .models import ListingChange


def listing_submitted(change: ListingChange) -> None:
    """To everybody of the office; submitted again after a withdrawal, it is told again."""
    for user in User.objects.filter(is_staff=True, is_active=True):
        _tell("listing_submitted", change, user)


def listing_approved(change: ListingChange) -> None:
    _tell_producer("listing_approved", change)


def listing_rejected(change: ListingChange) -> None:
    _tell_producer("listing_rejected", change)


def _tell_producer(kind: str, change: ListingChange) -> None:
    for user in change.producer.users.filter(is_active=True):
        _tell(kind, change, user)


def _tell(kind: str, change: ListingChange, user: User) -> None:
    facts = {
        "name": user.get_full_name(),
        "title": change.title,
        "producer": change.producer.name,
        "is_new": change.product_id is None,
        "reason": change.reason,
        "url": link("desk:change", change.pk, language=user.language),
    }
    occasion = f"{change.submitted_at:%Y%m%d%H%M%S}" if change.submitted_at else ""
    tell(kind=kind, key=f"{change.pk}:{occasion}:{user.pk}", to=Recipient.of(user), facts=facts)
