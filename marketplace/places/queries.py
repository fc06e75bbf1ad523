"""Which commune a written place is today, and what a commune of today was called before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from marketplace.folding import fold
from marketplace.places.models import Commune, FormerCommune, Province
from marketplace.places.naming import commune_keys, district_keys, likeness, province_keys

# From this day on there are no districts, and the communes are today's.
REFORM = date(2025, 7, 1)


@dataclass(frozen=True)
class Resolution:
    """What a written place is today. `exact` when nothing had to be chosen."""

    commune: Commune | None
    province: Province | None
    exact: bool
    candidates: tuple[Commune, ...]


@dataclass(frozen=True)
class _Match:
    """One way to read a written name: a place of today or of before, and today's communes it stands for."""

    likeness: int
    successors: tuple[Commune, ...]


def communes_of(province: Province) -> QuerySet[Commune]:
    """The province's communes, in the order of their names."""
    return Commune.objects.filter(province=province).order_by("slug")


def resolve(*, name: str, district: str = "", province: str = "", on: date | None) -> Resolution:
    """Today's commune for a name as it was written on a day; marks, kinds and short forms may be missing."""
    if not name.strip():
        return Resolution(None, _province(province), False, _of_district(district, province))
    before, today = _before(name, district, province), [] if district.strip() else _today(name, province)
    if not before and not today:
        # A district that does not fit: better today's commune of that name as a suggestion than nothing.
        near = _distinct(c for match in _today(name, province) + _before(name, "", province) for c in match.successors)
        return Resolution(None, _province(province), False, near)
    chosen = _likeliest(today, before) if on is None or on >= REFORM else _likeliest(before, today)
    candidates = _distinct(commune for match in chosen for commune in match.successors)
    commune = candidates[0] if len(chosen) == 1 or len(candidates) == 1 else None
    return Resolution(commune, commune.province if commune else _province(province), len(candidates) == 1, candidates)


def _likeliest(first: list[_Match], second: list[_Match]) -> list[_Match]:
    """The matches most like the writing; between equals those of the time it was written in."""
    best = max(match.likeness for match in first + second)
    return [m for m in first if m.likeness == best] or [m for m in second if m.likeness == best]


def _today(name: str, province: str) -> list[_Match]:
    rows = Commune.objects.filter(keys__overlap=commune_keys(name)).select_related("province")
    return [_Match(likeness(name, row.name), (row,)) for row in rows if _same_province(province, row.province.name)]


def _before(name: str, district: str, province: str) -> list[_Match]:
    rows = FormerCommune.objects.filter(keys__overlap=commune_keys(name)).select_related("commune__province")
    if district.strip():
        rows = rows.filter(district_keys__overlap=district_keys(district))
    places: dict[tuple[str, str, str], list[Commune]] = defaultdict(list)
    for row in rows.order_by("province", "district", "name", "-is_default", "commune__slug"):
        if _same_province(province, row.province, row.commune.province.name):
            places[row.name, row.district, row.province].append(row.commune)
    return [_Match(likeness(name, place[0]), tuple(communes)) for place, communes in places.items()]


def _of_district(district: str, province: str) -> tuple[Commune, ...]:
    """Today's communes that hold land of a former district."""
    if not district.strip():
        return ()
    rows = FormerCommune.objects.filter(district_keys__overlap=district_keys(district))
    rows = rows.select_related("commune__province").order_by("commune__slug")
    return _distinct(r.commune for r in rows if _same_province(province, r.province, r.commune.province.name))


def _same_province(asked: str, *names: str) -> bool:
    """Old and new province both fit: people write the new one over an old district already."""
    return not asked.strip() or bool(set(province_keys(asked)) & {key for name in names for key in province_keys(name)})


def _province(name: str) -> Province | None:
    """Today's province for the name of one of today or of before."""
    if not name.strip():
        return None
    for province in Province.objects.all():
        if _same_province(name, province.name):
            return province
    merged = FormerCommune.objects.order_by("province").values_list("province", "commune__province").distinct()
    found = {pk for former, pk in merged if _same_province(name, former)}
    return Province.objects.filter(pk__in=found).first()


def _distinct(communes: Iterable[Commune]) -> tuple[Commune, ...]:
    return tuple(dict.fromkeys(communes))


def former_names(commune_ids: Iterable[int]) -> dict[int, list[FormerCommune]]:
    """For each commune of today the communes its land was, those it mostly took over first."""
    found: dict[int, list[FormerCommune]] = {pk: [] for pk in commune_ids}
    for row in FormerCommune.objects.filter(commune__in=found).order_by("-is_default", "district", "name"):
        found[row.commune_id].append(row)
    return found


def search_texts(commune_ids: Iterable[int]) -> dict[int, str]:
    """For each commune its folded text for finding: name and province, and all the old names."""
    former = former_names(commune_ids)
    communes = Commune.objects.filter(pk__in=former).select_related("province")
    return {c.pk: _words(c.folded, fold(c.province.name), *(row.folded for row in former[c.pk])) for c in communes}


def _words(*texts: str) -> str:
    """The texts, the same text once."""
    return " ; ".join(dict.fromkeys(texts))
