"""Who may do what, on one page. Which rows: the QuerySet through the asker (`for_staff`, `for_owner`).

A user is: office (staff of the coordination office), sales-point staff (member of a location),
producer (member of a partner), or a shopper. One person may be several.
"""

from typing import Any


def is_office(user: Any) -> bool:
    """Reviews listings, administers everything."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def is_point_staff(user: Any) -> bool:
    """Works at one or more sales points."""
    return bool(user.is_authenticated and user.is_active and user.locations.filter(kind="sales_point").exists())


def is_producer(user: Any) -> bool:
    """Manages the listings of one or more producers."""
    return bool(user.is_authenticated and user.is_active and user.partners.exists())


def owns_goods(user: Any) -> bool:
    """Writes listings: a producer for the own goods, the office for all."""
    return is_office(user) or is_producer(user)


def moves_goods(user: Any) -> bool:
    """Works where goods lie: at a sales point, at the own store as a producer, or at the office."""
    return is_office(user) or is_point_staff(user) or is_producer(user)


def packs_boxes(user: Any) -> bool:
    """Composes gift boxes: where they are packed, or at the office."""
    return is_office(user) or is_point_staff(user)


def edits_pages(user: Any) -> bool:
    """Writes the site's own pages in Wagtail."""
    return is_office(user) and bool(user.has_perm("wagtailadmin.access_admin"))
