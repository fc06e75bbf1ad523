"""How a carrier's status file calls things. What it does not map is found by the names that carriers here commonly use."""

from collections.abc import Mapping, Sequence

from marketplace.folding import fold

COLUMNS = {  # ours: how its heading may read, folded
    "tracking_number": ("ma van don", "so van don", "tracking number", "tracking", "ma buu gui"),
    "status": ("trang thai", "status"),
    "time": ("thoi gian", "ngay gio", "time", "happened at", "cap nhat luc"),
    "reason": ("ly do", "ghi chu", "reason", "note"),
    "why": ("ma ly do", "reason code", "why"),
    "event_id": ("ma su kien", "event id", "id"),
}
WORDS = {  # ours: what a file may say, folded
    "taken": ("da lay hang", "da nhan hang", "picked up", "taken"),
    "moving": ("dang van chuyen", "dang trung chuyen", "in transit", "moving"),
    "out": ("dang giao hang", "dang giao", "dang phat", "out for delivery", "out"),
    "delivered": ("giao thanh cong", "da giao hang", "da giao", "da phat", "phat thanh cong", "delivered"),
    # Not “giao không thành công”: that is a try, and carriers try again. A carrier that means the end by it says so itself.
    "failed": ("chuyen hoan", "da hoan", "failed", "returned"),
}
WHYS = {  # ours, why a parcel was not taken: how a file may put it, folded
    "refused": ("khach tu choi nhan", "tu choi nhan hang", "khach khong nhan", "refused"),
    "no-money": ("khach khong co tien", "khong du tien", "no money", "no-money"),
    "absent": ("khach vang nha", "khach di vang", "khong co nguoi nhan", "absent"),
    "unreached": ("khong lien lac duoc", "khong goi duoc", "khach khong nghe may", "unreached"),
    "address": ("sai dia chi", "khong tim thay dia chi", "wrong address", "address"),
    "damaged": ("hang hu hong", "hang bi hong", "damaged"),
}
NEEDED = ("tracking_number", "status", "time")


def columns(heading: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Where each of our columns stands; the carrier's own name for it comes before the common ones."""
    folded = [fold(one) for one in heading]
    found: dict[str, int] = {}
    for name, common in COLUMNS.items():
        own = mapping.get(name, "")
        names = (fold(own),) if own else common
        at = next((folded.index(one) for one in names if one in folded), None)
        if at is not None:
            found[name] = at
    return found


def status(word: str, mapping: Mapping[str, str]) -> str:
    """Ours for the carrier's word; empty for a word that nobody knows. A carrier may have several, parted by semicolons."""
    said = fold(word)
    for name in WORDS:
        own = [fold(one) for one in mapping.get(name, "").split(";") if one.strip()]
        if said in own:
            return name
    return next((name for name, common in WORDS.items() if not mapping.get(name) and said in common), "")


def why(word: str) -> str:
    """Our reason for the carrier's; empty for one that nobody knows: whoever takes the parcel in is asked."""
    said = fold(word)
    return next((name for name, common in WHYS.items() if said in common), "")
