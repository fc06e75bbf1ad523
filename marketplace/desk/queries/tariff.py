"""The tariff as its form shows it."""

from typing import Any

from marketplace.shipping.models import Zone


def steps(zone: Zone) -> list[dict[str, Any]]:
    """The steps of a zone, the lightest first; a zone not yet saved has none."""
    rows = zone.steps.values("up_to_grams", "price", "extra") if zone.pk else ()
    return [dict(row) for row in rows]
