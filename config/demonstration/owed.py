"""A few agreements, and a month that is settled: invented sales at fairs, of a producer with a login."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from marketplace.locations.models import Location
from marketplace.partner import actions as partners
from marketplace.partner.models import Agreement, Partner
from marketplace.people.models import User
from marketplace.settlement import actions
from marketplace.settlement.models import Statement

from .logins import LOGINS, POINT, PRODUCER

PERCENTS = (12, 15, 18, 20)
SALES = (
    (3, 1_250_000, "Bán tại phiên chợ OCOP (minh họa)"),
    (9, 840_000, "Bán tại hội chợ (minh họa)"),
    (20, -60_000, "Hàng vỡ (minh họa)"),
)


def agreements(points: list[Location], *, at: datetime) -> int:
    """The producer with a login agrees with all points, every fifth of the others with one; all since three months."""
    if Agreement.objects.exists():
        return 0
    first = at - timedelta(days=92)
    made = 0
    for number, producer in enumerate(Partner.objects.order_by("pk")):
        places = points if producer.name == PRODUCER else points[number % len(points) :][:1] if number % 5 == 0 else []
        for place in places:
            partners.agree(
                location=place, producer=producer, terms="consignment", commission_percent=Decimal(PERCENTS[number % 4]),
                period="month" if number % 3 else "half-month", valid_from=timezone.localdate(first), by=None, at=first,
                demonstration=True,
            )  # fmt: skip
            made += 1
    return made


def statement(*, at: datetime) -> None:
    """One statement, confirmed by both sides; and where its producer wants the money."""
    producer = Partner.objects.filter(name=PRODUCER).first()
    if producer is None or Statement.objects.exists():
        return
    place, people = Location.objects.get(slug=POINT), _people()
    month = (at.replace(day=1) - timedelta(days=1)).replace(day=1)
    for days, amount, reason in SALES:
        facts = {"amount": Decimal(amount), "reason": reason, "key": f"demonstration:{days}", "by": people["tam"]}
        actions.correct(producer=producer, location=place, at=month + timedelta(days=days), **facts)
    made = actions.close(producer_id=producer.pk, at=at)
    Statement.objects.filter(pk__in=[one.pk for one in made]).update(demonstration=True)
    for one in made[:1]:
        actions.confirm(statement=one, side=actions.Side.PLACE, by=people["mai"], at=at)
        actions.confirm(statement=one, side=actions.Side.PRODUCER, by=people["hung"], at=at)
    account = actions.set_account(
        producer=producer, holder="TAI KHOAN MINH HOA", bin="970405", number="0000000000000", by=people["hung"], at=at,
        demonstration=True,
    )  # fmt: skip
    actions.verify_account(account=account, by=people["tam"], at=at)


def _people() -> dict[str, Any]:
    found = User.objects.in_bulk([login.email for login in LOGINS], field_name="email")
    return {email.partition("@")[0]: person for email, person in found.items()}
