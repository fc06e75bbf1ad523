"""What a new order's messages need, asked before its balances are locked: others wait for those."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

from django.db.models import prefetch_related_objects

from marketplace.fulfilment.actions import Opening
from marketplace.locations.models import Location
from marketplace.notices.models import Preference
from marketplace.notices.queries import wishes_of
from marketplace.people.models import User

# By hand, for every order asks it: Django takes longer to word it than PostgreSQL to answer.
PICKERS = """
    SELECT person.*, work.place, work.place_name
      FROM (SELECT staff.user_id, place.id AS place, place.name AS place_name
              FROM locations_location_staff AS staff JOIN locations_location AS place ON place.id = staff.location_id
             WHERE place.id = ANY(%(places)s)
             UNION
            SELECT own.user_id, store.id, store.name
              FROM partner_partner_users AS own
              JOIN partner_partner AS producer ON producer.id = own.partner_id
              JOIN locations_location AS store ON store.id = producer.store_id
             WHERE store.id = ANY(%(places)s)) AS work
      JOIN people_user AS person ON person.id = work.user_id AND person.is_active
     ORDER BY person.id, work.place
"""


@dataclass(frozen=True)
class Known:
    """By place its name and who picks there (with `place_name` and their wishes); how the buyer wants to hear of it."""

    names: Mapping[int, str]
    pickers: Mapping[int, Sequence[Any]]
    wishes: Preference

    def completed(self, openings: Iterable[Opening]) -> "Known":
        """Under the locks another place may have been found. No query where none was."""
        places = _places(openings) - self.names.keys()
        if not places:
            return self
        return replace(self, names={**self.names, **_names(places)}, pickers={**self.pickers, **pickers(places)})


def known(openings: Iterable[Opening], *, buyer: Any) -> Known:
    """Of an order with these parcels. Two queries, one more of a buyer with an account, and of places where somebody picks."""
    places = _places(openings)
    there = pickers(places)
    prefetch_related_objects(list(chain.from_iterable(there.values())), "preference")
    return Known(_names(places), there, wishes_of(buyer))


def pickers(location_ids: Collection[int]) -> dict[int, list[Any]]:
    """The staff of a place, of a producer's store the producer's people; nobody whose account is closed."""
    found: dict[int, list[Any]] = {}
    for person in cast("Iterable[Any]", User.objects.raw(PICKERS, {"places": list(location_ids)})):
        found.setdefault(person.place, []).append(person)
    return found


def _places(openings: Iterable[Opening]) -> set[int]:
    return {place for one in openings for place in (one.parcel.location_id, *one.parcel.sources)}


def _names(location_ids: Collection[int]) -> dict[int, str]:
    return dict(Location.objects.filter(pk__in=location_ids).values_list("pk", "name"))
