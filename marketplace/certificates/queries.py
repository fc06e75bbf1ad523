"""Which stars may be shown on a day, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from .models import Certificate

_FACTS = ("stars", "decision_number", "decided_on", "expires_on", "authority", "demonstration", "pk")


@dataclass(frozen=True)
class Badge:
    """The stars of a product on a day, with the decision behind them."""

    stars: int
    decision_number: str
    decided_on: date
    expires_on: date
    authority: str
    demonstration: bool
    certificate_id: int

    @classmethod
    def of(cls, certificate: Certificate) -> "Badge":
        assert certificate.stars and certificate.decided_on and certificate.expires_on, "only a live one is shown"
        return cls(
            certificate.stars, certificate.decision_number, certificate.decided_on, certificate.expires_on,
            certificate.authority, certificate.demonstration, certificate.pk,
        )  # fmt: skip


def badges(product_ids: Iterable[int], on: date) -> dict[int, Badge]:
    """The badge of each product that has one on that local day; no entry, no stars."""
    live = Certificate.objects.live_on(on).filter(product__in=list(product_ids)).order_by("stars", "decided_on", "pk")
    return {product: Badge(*facts) for product, *facts in live.values_list("product_id", *_FACTS)}


def best_live(certificates: Iterable[Certificate], on: date) -> Certificate | None:
    """The same choice among rows already here: most stars, then the newest decision."""
    live = [one for one in certificates if one.is_live_on(on)]
    return max(live, key=lambda one: (one.stars or 0, one.decided_on, one.pk), default=None)


def expiring(on: date, within: int) -> list[tuple[Certificate, int]]:
    """Certificates live on that day that end within so many days and have no successor, with the days left."""
    later = Certificate.objects.live_on(on).filter(product=OuterRef("product"), expires_on__gt=OuterRef("expires_on"))
    ending = Certificate.objects.live_on(on).filter(expires_on__lte=on + timedelta(days=within))
    rows = ending.exclude(Exists(later)).select_related("product__producer")
    return [(row, (row.expires_on - on).days) for row in rows.order_by("expires_on", "pk") if row.expires_on]
