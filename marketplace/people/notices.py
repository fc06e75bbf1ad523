"""What people are told about their account."""

from datetime import datetime

from marketplace.notices.actions import Recipient, tell

from .models import User


def password_reset_asked(user: User, link: str, at: datetime) -> None:
    """The link with which a new password can be set, for one day."""
    facts = {"name": user.get_full_name(), "link": link}
    tell(kind="password_reset_asked", key=f"{user.pk}:{at.timestamp():.0f}", to=Recipient.of(user), facts=facts, at=at)
