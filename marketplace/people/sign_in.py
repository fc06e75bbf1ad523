"""Signing in with an e-mail address or a phone number, whichever the person typed."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from marketplace.errors import Refused

from .models import User
from .phones import normal


def find(name: str) -> User | None:
    """The person with that e-mail address (any case) or phone number (any spelling)."""
    if "@" in name:
        return User.objects.filter(email__iexact=name.strip()).first()
    try:
        return User.objects.filter(phone=normal(name)).first()
    except Refused:
        return None


class EmailOrPhone(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        name = username or kwargs.get("email") or ""
        user = find(name) if name else None
        if user is None:
            User().set_password(password)  # the same time as a wrong password takes
            return None
        good = user.check_password(password or "") and self.user_can_authenticate(user)
        return user if good else None
