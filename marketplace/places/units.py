"""Today's and yesterday's administrative units, out of the data files of the package vietnamadminunits (MIT).

The files are read where the package lies, without importing it: its import pulls in shapely and geopy and builds
a geocoder for the network, for functions that nobody here calls.
"""

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from marketplace.folding import fold
from marketplace.places.naming import commune_keys, district_keys

_KINDS = {"Xã": "xa", "Phường": "phuong", "Đặc khu": "dac_khu", "Tỉnh": "tinh", "Thành phố": "thanh_pho"}
_ENGLISH = {"tinh": "Province", "thanh_pho": "City"}


def _data() -> Path:
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package vietnamadminunits is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent / "data"


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in fold(name)).split())


class Units:
    """The rows of the three tables, as dictionaries of their fields; a row names its parent by code."""

    @cached_property
    def _today(self) -> list[sqlite3.Row]:
        return self._table("admin_units", "provinceCode, wardCode")

    @cached_property
    def _before(self) -> list[sqlite3.Row]:
        return self._table("admin_units_legacy", "provinceCode, districtCode, wardCode")

    @staticmethod
    def _table(name: str, order: str) -> list[sqlite3.Row]:
        connection = sqlite3.connect(f"{(_data() / 'dataset.db').as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            return connection.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()
        finally:
            connection.close()

    def provinces(self) -> list[dict[str, Any]]:
        """The 34 provinces and cities."""
        rows = {row["provinceCode"]: row for row in self._today}
        return [
            {
                "code": code,
                "name": row["province"],
                "name_en": f"{row['provinceShort']} {_ENGLISH[self._province_kind(row)]}",
                "kind": self._province_kind(row),
                "slug": _slug(row["provinceShort"]),
                "latitude": row["provinceLat"],
                "longitude": row["provinceLon"],
            }
            for code, row in rows.items()
        ]

    @staticmethod
    def _province_kind(row: sqlite3.Row) -> str:
        return _KINDS[row["province"].removesuffix(row["provinceShort"]).strip()]

    def communes(self) -> list[dict[str, Any]]:
        """The 3,321 communes, wards and special zones."""
        taken: set[tuple[str, str]] = set()
        return [self._commune(row, taken) for row in self._today]

    @staticmethod
    def _commune(row: sqlite3.Row, taken: set[tuple[str, str]]) -> dict[str, Any]:
        slug = _slug(row["ward"])
        if (row["provinceCode"], slug) in taken:  # Names that differ by their marks alone.
            slug = f"{slug}-{row['wardCode']}"
        taken.add((row["provinceCode"], slug))
        return {
            "code": row["wardCode"],
            "province": row["provinceCode"],
            "name": row["ward"],
            "kind": _KINDS[row["wardType"]],
            "slug": slug,
            "latitude": row["wardLat"],
            "longitude": row["wardLon"],
            "folded": fold(row["ward"]),
            "keys": commune_keys(row["ward"]),
        }

    def former(self) -> Iterator[dict[str, Any]]:
        """Each commune of before July 2025, once for each commune of today that holds a part of it."""
        successors = self._successors()
        for row in self._before:
            for code, is_default in successors[self._old_key(row)]:
                yield self._former(row, code, is_default)

    @staticmethod
    def _old_key(row: sqlite3.Row) -> str:
        return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"

    @staticmethod
    def _former(row: sqlite3.Row, code: str, is_default: bool) -> dict[str, Any]:
        # Five island districts had no communes: the district itself stands for its commune.
        name, district = (row["ward"], row["district"]) if row["ward"] else (row["district"], "")
        also = json.loads(row["wardAlias"] or "[]")
        also_districts = json.loads(row["districtAlias"] or "[]")
        own = commune_keys(name) if row["ward"] else district_keys(name)
        return {
            "commune": code,
            "name": name,
            "district": district,
            "province": row["province"],
            "is_default": is_default,
            "folded": fold(f"{name} {district} {row['province']}"),
            "keys": list(dict.fromkeys([*own, *map(fold, also)])),
            "district_keys": list(dict.fromkeys([*district_keys(row["district"]), *map(fold, also_districts)])),
        }

    def _successors(self) -> dict[str, list[tuple[str, bool]]]:
        """For each old commune's key the codes of today's communes, and whether each is the usual one."""
        converter = json.loads((_data() / "converter_2025.json").read_text(encoding="utf-8"))
        codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in self._today}
        found: dict[str, list[tuple[str, bool]]] = {}
        for province, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for ward, olds in whole.items():
                for old in olds:
                    found.setdefault(old, []).append((codes[province, ward], True))
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            for old, wards in divided.items():
                found[old] = [(codes[province, w["newWardKey"]], w["isDefaultNewWard"]) for w in wards]
        return found
