"""What is where, and what may be promised. Others import from here."""

from .books import (
    Pick,
    Row,
    balances,
    booked_by_counts,
    figures,
    issued_by_holds,
    kept_for,
    moved_by_tills,
    movements,
    promised,
    sent_and_arrived,
    shortages,
    stocked,
    taken_in,
    title,
    to_be_sent,
    to_pick,
    units_of_lines,
)
from .bought import Bought, Moved, brought_back, buys_firm, handed_over, moved_after, moved_by
from .moving import (
    Free,
    count_lines,
    counts,
    free_to_send,
    lines_of,
    moved_before_the_look,
    told_lists,
    transfer_line,
    transfers,
)
from .pickups import (
    Awaited,
    OnTheWay,
    Outlook,
    PlaceStock,
    around,
    awaited,
    first_day,
    on_the_way,
    outlooks,
    places,
    to_point,
)
from .planning import Plan, gather, plan
from .promising import (
    available,
    available_at,
    busyness,
    point_of,
    seen_from,
    spread,
    standing,
    supplies,
    terms,
)
from .recalled import Buyers, buyers, frozen_promises, lots, travelling, unattended, where

__all__ = [
    "Awaited", "Bought", "Buyers", "Free", "Moved", "OnTheWay", "Outlook", "Pick", "PlaceStock", "Plan", "Row",
    "around", "available", "available_at", "awaited", "balances", "booked_by_counts", "brought_back", "busyness",
    "buyers", "buys_firm", "count_lines", "counts", "figures", "first_day", "free_to_send", "frozen_promises",
    "gather", "handed_over", "issued_by_holds", "kept_for", "lines_of", "lots", "moved_after",
    "moved_before_the_look", "moved_by", "moved_by_tills", "movements", "on_the_way", "outlooks", "places", "plan",
    "point_of", "promised", "seen_from", "sent_and_arrived", "shortages", "spread", "standing", "stocked", "supplies",
    "taken_in", "terms", "title", "to_be_sent", "to_pick", "to_point", "told_lists", "transfer_line", "transfers",
    "travelling", "unattended", "units_of_lines", "where",
]  # fmt: skip
