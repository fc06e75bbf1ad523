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
from .moving import (
    Free,
    count_lines,
    counts,
    free_to_send,
    lines_of,
    moved_before_the_look,
    transfer_line,
    transfers,
)
from .pickups import OnTheWay, Outlook, PlaceStock, around, first_day, on_the_way, outlooks, places, to_point
from .promising import (
    available,
    available_at,
    busyness,
    point_of,
    spread,
    standing,
    supplies,
    terms,
)
from .recalled import Buyers, buyers, frozen_promises, lots, travelling, where

__all__ = [
    "Buyers", "Free", "OnTheWay", "Outlook", "Pick", "PlaceStock", "Row", "around", "available", "available_at",
    "balances", "booked_by_counts", "busyness", "buyers", "count_lines", "counts", "figures", "first_day", "free_to_send",
    "frozen_promises", "issued_by_holds", "kept_for", "lines_of", "lots", "moved_before_the_look", "moved_by_tills",
    "movements", "on_the_way", "outlooks", "places", "point_of", "promised", "sent_and_arrived", "shortages",
    "spread", "standing", "stocked", "supplies", "taken_in", "terms", "title", "to_be_sent", "to_pick", "to_point", "transfer_line",
    "transfers", "travelling", "units_of_lines", "where",
]  # fmt: skip
