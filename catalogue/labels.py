"""What a listing must say before it may be shown (Decree 43/2017/NĐ-CP; for alcohol Decree 105/2017/NĐ-CP)."""

from typing import Any

EATEN = ("I", "II")  # food and drinks, by the code of the programme's group
SERVICES = ("VI",)  # tourism has no label
KEEPS_FOR_EVER = 10  # % vol: stronger drinks need no expiry
REGISTERED = 5.5  # % vol: from here on a declaration number


def missing(facts: Any, group_code: str) -> list[str]:
    """The names of the fields that are still empty; `facts` is a product or a proposed listing."""
    root = group_code.split(".")[0]
    if root in SERVICES:
        return [name for name in ("description",) if not getattr(facts, name)]
    ethanol = facts.ethanol_percent or 0
    wanted = ["description", "net_quantity", "origin", "ingredients"]
    if root in EATEN:
        wanted += ["storage"] if ethanol >= KEEPS_FOR_EVER else ["storage", "shelf_life_days"]
    if ethanol >= REGISTERED:
        wanted += ["warnings", "declaration_number"]
    return [name for name in wanted if not getattr(facts, name)]
