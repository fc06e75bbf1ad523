"""What producers, points and the office hear about stock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from marketplace.notices.actions import Recipient, tell
from marketplace.partner.models import StockRecord
from marketplace.people.models import User

from .models import Balance, Shortage


def stock_low(records: Sequence[StockRecord], *, at: datetime) -> None:
    """The producer's people hear, once per product and day, that little is left."""
    left = {record.pk: record.net_stock_level for record in records}
    rows = StockRecord.objects.filter(pk__in=left).select_related("product", "partner")
    for record in rows.prefetch_related("partner__users"):
        facts = {
            "product": record.product.title, "left": left[record.pk], "threshold": record.low_stock_threshold,
            "url": f"{settings.SITE_URL}/desk/",
        }  # fmt: skip
        occasion = f"{record.product_id}:{timezone.localdate(at)}"
        people = [Recipient.of(user) for user in record.partner.users.all()]
        for to in people or [Recipient(email=record.partner.email, phone=record.partner.phone)]:
            tell(kind="stock_low", key=f"{occasion}:{to.user_id or 'producer'}", to=to, facts=facts, at=at)


def stock_short(shortages: Iterable[Shortage]) -> None:
    """The point and the office hear that a place has promised more than it has."""
    opened = [shortage.pk for shortage in shortages]
    if not opened:
        return
    rows = Shortage.objects.filter(pk__in=opened).select_related("balance__lot__product", "balance__location")
    office = list(User.objects.filter(is_staff=True, is_active=True))
    for shortage in rows.prefetch_related("balance__location__staff"):
        facts = _facts(shortage.balance) | {"quantity": shortage.quantity}
        for user in {*shortage.balance.location.staff.all(), *office}:
            key = f"{shortage.pk}:{user.pk}"
            tell(kind="stock_short", key=key, to=Recipient.of(user), facts=facts, at=shortage.opened_at)


def stock_uncounted(balances: Sequence[Balance], *, at: datetime) -> None:
    """The point is asked, once per product and day, to count what its till sold beyond the books."""
    if not balances:
        return
    rows = Balance.objects.filter(pk__in=[b.pk for b in balances]).select_related("lot__product", "location")
    for balance in rows.prefetch_related("location__staff"):
        occasion = f"{balance.pk}:{timezone.localdate(at)}"
        for user in balance.location.staff.all():
            facts = _facts(balance)
            tell(kind="stock_uncounted", key=f"{occasion}:{user.pk}", to=Recipient.of(user), facts=facts, at=at)


def _facts(balance: Balance) -> dict[str, Any]:
    return {
        "product": balance.lot.product.title, "location": balance.location.name, "url": f"{settings.SITE_URL}/desk/",
    }  # fmt: skip
