"""Order numbers: short enough to read out, and nobody can count our orders by them."""

import secrets

from django.conf import settings

# Without 0 O 1 I L: what a voice or a pencil confuses.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_number() -> str:
    """`AG-7K3M9Q2X`: one of 850 milliards: no two are the same in the life of the shop."""
    return f"{settings.ORDER_PREFIX}-" + "".join(secrets.choice(LETTERS) for _ in range(8))
