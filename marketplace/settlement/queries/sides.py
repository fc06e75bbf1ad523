"""For which side of a statement a person may speak."""

from enum import StrEnum
from typing import Any

from marketplace.roles import is_office

from ..models import Statement


class Side(StrEnum):
    PLACE = "place"  # the sales point, or the office for it
    PRODUCER = "producer"


def sides(statement: Statement, user: Any) -> list[Side]:
    """The office speaks for places, not for producers."""
    found = []
    if is_office(user) or statement.location.staff.filter(pk=user.pk).exists():
        found.append(Side.PLACE)
    if statement.producer.users.filter(pk=user.pk).exists():
        found.append(Side.PRODUCER)
    return found
