"""What producers, points and the office hear about stock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.partner.models import StockRecord
from marketplace.people.models import User

from .models import Balance, Shortage


def stock_low(left: Mapping[int, int], *, at: datetime) -> None:
    """The producer's people hear, once per product and day, that so little is `left` (stock record → pieces)."""
    rows = StockRecord.objects.filter(pk__in=left).select_related("product", "partner")
    told = []
    for record in rows.prefetch_related("partner__users"):
        facts = {"product": record.product.title, "left": left[record.pk], "threshold": record.low_stock_threshold}
        occasion = f"{record.product_id}:{timezone.localdate(at)}"
        for user in record.partner.users.all():
            url = link("desk:listing", record.product_id, language=user.language)
            told.append(_telling("stock_low", f"{occasion}:{user.pk}", user, facts | {"url": url}))
    tell_all(tellings=told, at=at)


def stock_short(shortages: Iterable[Shortage], *, at: datetime) -> None:
    """The point and the office hear that a place has promised more than it has."""
    opened = [shortage.pk for shortage in shortages]
    if not opened:
        return
    rows = Shortage.objects.filter(pk__in=opened).select_related("balance__lot__product", "balance__location")
    office = list(User.objects.filter(is_staff=True, is_active=True))
    told = []
    for shortage in rows.prefetch_related("balance__location__staff"):
        for user in {*shortage.balance.location.staff.all(), *office}:
            facts = _facts(shortage.balance, user) | {"quantity": shortage.quantity}
            told.append(_telling("stock_short", f"{shortage.pk}:{user.pk}", user, facts))
    tell_all(tellings=told, at=at)


def stock_uncounted(balances: Sequence[Balance], *, at: datetime) -> None:
    """The point is asked, once per product and day, to count what its till sold beyond the books."""
    if not balances:
        return
    rows = Balance.objects.filter(pk__in=[b.pk for b in balances]).select_related("lot__product", "location")
    told = []
    for balance in rows.prefetch_related("location__staff"):
        occasion = f"{balance.pk}:{timezone.localdate(at)}"
        staff = balance.location.staff.all()
        told += [_telling("stock_uncounted", f"{occasion}:{x.pk}", x, _facts(balance, x)) for x in staff]
    tell_all(tellings=told, at=at)


def _facts(balance: Balance, user: User) -> dict[str, Any]:
    url = link("desk:stock", balance.location_id, language=user.language)
    return {"product": balance.lot.product.title, "location": balance.location.name, "url": url}


def _telling(kind: str, key: str, user: User, facts: dict[str, Any]) -> Telling:
    return Telling(kind, key, Recipient.of(user), {"name": user.get_full_name()} | facts)
