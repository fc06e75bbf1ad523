"""Parcels that go out with carriers."""

from collections.abc import Iterable

from django.db.models import QuerySet

from marketplace.fulfilment.models import Fulfilment, FulfilmentQuerySet
from marketplace.people.models import User
from marketplace.shipping.models import Carrier

from . import parcels

MOST = 100  # parcels on one page, or in one file to print


def to_hand_out(user: User) -> QuerySet[Fulfilment]:
    """Packed deliveries of the person's places whose order stands, the oldest first."""
    rows = parcels.mine(user).filter(status="packed", method="delivery", order__status="confirmed")
    return rows.select_related("location__commune", "by_carrier").order_by("location", "pk")


def with_labels(user: User, chosen: Iterable[str]) -> list[Fulfilment]:
    """The chosen parcels of the person's places or, where none is chosen, all that are packed.

    Pickups have no label, nor has what is not sent.
    """
    ids = _ids(chosen)
    return _printed(_of(user, ids).filter(method="delivery") if ids else to_hand_out(user))


def with_slips(user: User, chosen: Iterable[str]) -> list[Fulfilment]:
    """The chosen parcels of the person's places or, where none is chosen, all that are to be picked or packed."""
    ids = _ids(chosen)
    to_do = parcels.mine(user).filter(status__in=("open", "picking"), order__status="confirmed").with_goods()
    return _printed(_of(user, ids) if ids else to_do)


def _ids(chosen: Iterable[str]) -> list[int]:
    return [int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 19]


def _of(user: User, ids: Iterable[int]) -> FulfilmentQuerySet:
    """Of these what the person's places send or hand over, or did."""
    rows = parcels.mine(user).filter(pk__in=list(ids), order__status__in=("confirmed", "completed"))
    return rows.exclude(status="cancelled")


def _printed(rows: QuerySet[Fulfilment]) -> list[Fulfilment]:
    return list(rows.select_related("location__commune", "by_carrier").order_by("location", "pk")[:MOST])


def names() -> list[str]:
    """Carriers that may be chosen."""
    return list(Carrier.objects.filter(active=True).values_list("name", flat=True))
