"""What changes the places: loading them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from marketplace.places.models import Commune, FormerCommune, Province
from marketplace.places.units import Units

_BATCH = 2000


@dataclass(frozen=True)
class Loaded:
    """How many rows there are of one kind, and what loading did to them."""

    total: int
    created: int
    changed: int
    removed: int


@transaction.atomic
def load_places(*, units: Units) -> dict[str, Loaded]:
    """The places are those of the package; loading them again changes nothing."""
    provinces = _match(Province, units.provinces())
    province_ids = dict(Province.objects.values_list("code", "pk"))
    communes = _match(Commune, _with_parent(units.communes(), "province", province_ids))
    commune_ids = dict(Commune.objects.values_list("code", "pk"))
    former = _replace(FormerCommune, list(_with_parent(units.former(), "commune", commune_ids)))
    return {"provinces": provinces, "communes": communes, "former": former}


def _with_parent(rows: Iterable[dict[str, Any]], parent: str, ids: dict[str, int]) -> Iterable[dict[str, Any]]:
    for row in rows:
        row[f"{parent}_id"] = ids[row.pop(parent)]
        yield row


def _match(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> Loaded:
    """Rows others point to are found again by code, and never removed."""
    stored = {row.code: row for row in model._default_manager.all()}  # type: ignore[attr-defined]
    created, changed, fields = [], [], {}
    for fields in rows:
        row = stored.get(fields["code"])
        if row is None:
            created.append(model(**fields))
        elif any(getattr(row, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(row, name, value)
            changed.append(row)
    model._default_manager.bulk_create(created, batch_size=_BATCH)
    if changed:
        model._default_manager.bulk_update(changed, [name for name in fields if name != "code"], batch_size=_BATCH)
    return Loaded(len(stored) + len(created), len(created), len(changed), 0)


def _replace(model: type[models.Model], rows: list[dict[str, Any]]) -> Loaded:
    """Rows nobody points to: those that are not wanted go, those that are missing come."""
    wanted = {_content(fields.values()): fields for fields in rows}
    stored = {_content(values[1:]): values[0] for values in model._default_manager.values_list("pk", *rows[0])}
    gone = [pk for content, pk in stored.items() if content not in wanted]
    created = [model(**fields) for content, fields in wanted.items() if content not in stored]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    model._default_manager.bulk_create(created, batch_size=_BATCH)
    return Loaded(len(wanted), len(created), 0, len(gone))


def _content(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)
