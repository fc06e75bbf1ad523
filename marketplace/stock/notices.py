"""What producers, points and the office hear about stock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from marketplace.notices.actions import Recipient, tell
from marketplace.notices.links import link
from marketplace.partner.models import StockRecord
from marketplace.people.models import User

from .models import Balance, Shortage


def stock_low(records: Sequence[StockRecord], *, at: datetime) -> None:
    """The producer's people hear, once per product and day, that little is left."""
    left = {record.pk: record.net_stock_level for record in records}
    rows = StockRecord.objects.filter(pk__in=left).select_related("product", "partner")
    for record in rows.prefetch_related("partner__users"):
        facts = {"product": record.product.title, "left": left[record.pk], "threshold": record.low_stock_threshold}
        occasion = f"{record.product_id}:{timezone.localdate(at)}"
        for user in record.partner.users.all():
            url = link("desk:listing", record.product_id, language=user.language)
            _tell("stock_low", f"{occasion}:{user.pk}", user, facts | {"url": url}, at)


def stock_short(shortages: Iterable[Shortage]) -> None:
    """The point and the office hear that a place has promised more than it has."""
    opened = [shortage.pk for shortage in shortages]
    if not opened:
        return
    rows = Shortage.objects.filter(pk__in=opened).select_related("balance__lot__product", "balance__location")
    office = list(User.objects.filter(is_staff=True, is_active=True))
    for shortage in rows.prefetch_related("balance__location__staff"):
        for user in {*shortage.balance.location.staff.all(), *office}:
            facts = _facts(shortage.balance, user) | {"quantity": shortage.quantity}
            _tell("stock_short", f"{shortage.pk}:{user.pk}", user, facts, shortage.opened_at)


def stock_uncounted(balances: Sequence[Balance], *, at: datetime) -> None:
    """The point is asked, once per product and day, to count what its till sold beyond the books."""
    if not balances:
        return
    rows = Balance.objects.filter(pk__in=[b.pk for b in balances]).select_related("lot__product", "location")
    for balance in rows.prefetch_related("location__staff"):
        occasion = f"{balance.pk}:{timezone.localdate(at)}"
        for user in balance.location.staff.all():
            _tell("stock_uncounted", f"{occasion}:{user.pk}", user, _facts(balance, user), at)


def _facts(balance: Balance, user: User) -> dict[str, Any]:
    url = link("desk:stock", balance.location_id, language=user.language)
    return {"product": balance.lot.product.title, "location": balance.location.name, "url": url}


def _tell(kind: str, key: str, user: User, facts: dict[str, Any], at: datetime) -> None:
    tell(kind=kind, key=key, to=Recipient.of(user), facts={"name": user.get_full_name()} | facts, at=at)
