"""Parcels that go out with carriers."""

from collections.abc import Iterable

from django.db.models import QuerySet

from marketplace.fulfilment.models import Fulfilment
from marketplace.people.models import User
from marketplace.shipping.models import Carrier

from . import parcels

MOST = 200  # parcels on one page, or in one file of labels


def to_hand_out(user: User) -> QuerySet[Fulfilment]:
    """Packed deliveries of the person's places whose order stands, the oldest first."""
    rows = parcels.mine(user).filter(status="packed", method="delivery", order__status="confirmed")
    return rows.select_related("location__commune", "by_carrier").order_by("location", "pk")


def with_labels(user: User, chosen: Iterable[str]) -> list[Fulfilment]:
    """The chosen parcels of the person's places or, where none is chosen, all that are packed.

    Pickups have no label, nor has what is not sent.
    """
    ids = [int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if not ids:
        return list(to_hand_out(user)[:MOST])
    rows = parcels.mine(user).filter(pk__in=ids, method="delivery").exclude(status="cancelled")
    rows = rows.filter(order__status__in=("confirmed", "completed"))
    return list(rows.select_related("location__commune", "by_carrier").order_by("location", "pk")[:MOST])


def names() -> list[str]:
    """Carriers that may be chosen."""
    return list(Carrier.objects.filter(active=True).values_list("name", flat=True))
