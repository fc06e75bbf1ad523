"""When a product last changed, by a clock that counts changes: what was made before is stale.

A mark is set once the change is committed, so whoever reads the clock and then the database never calls old news fresh.
Marks are lost with the cache and at the latest after a few minutes; nothing that leans on them may be kept for longer.
"""

from collections.abc import Collection, Iterable

from django.core.cache import cache

EVERYTHING = 0  # no product has this number: the search has read anew
MARKED = 300  # seconds
TRIES = 5
_CLOCK = "changes"


def now() -> int:
    """How many changes there were so far."""
    return int(cache.get(_CLOCK, 0))


def mark(product_ids: Iterable[int]) -> None:
    """These products have changed.

    Somebody else's later mark may have been written before ours and be hidden by it: when the clock has moved
    meanwhile, the products are marked again. Too new a mark costs one page built anew; too old a one would lie.
    """
    keys = [_mark(pk) for pk in product_ids]
    cache.add(_CLOCK, 0, None)
    for _ in range(TRIES):
        change = cache.incr(_CLOCK)
        cache.set_many(dict.fromkeys(keys, change), MARKED)
        if now() == change:
            return


def unchanged(product_ids: Collection[int], since: int) -> bool:
    """None of them has changed since the clock showed that."""
    marks = cache.get_many([_mark(pk) for pk in product_ids])
    return max(marks.values(), default=0) <= since


def _mark(product_id: int) -> str:
    return f"changed:{product_id}"
