"""What it costs to bring a basket to a door, and which of its goods may not make that journey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.errors import Refused
from marketplace.money import ZERO
from marketplace.places.models import Province
from marketplace.shipping import queries as shipping
from marketplace.shipping.queries import Rates
from marketplace.shipping.tariff import Load


class NoDelivery(Refused):
    sentence = gettext_lazy("We do not deliver there yet. You can collect the goods at a sales point.")
    code = "no_delivery"


class TooFar(Refused):
    """Nobody brings these goods there quickly or coolly enough."""

    sentence = gettext_lazy(
        "“%(title)s” cannot be delivered to %(province)s: the way is too long for it. "
        "Collect it at a sales point, choose another address, or take it out of the basket."
    )
    code = "too_far"


@dataclass(frozen=True)
class Limit:
    """Goods that do not go everywhere, and where they go."""

    title: str
    said: str


@dataclass(frozen=True)
class Journey:
    """How the goods of an order reach a door. `days`: how long it takes at most, whatever the parcels will be."""

    rates: Rates
    days: int
    goods_total: Decimal

    def fees(self, loads: Sequence[Load]) -> Sequence[Decimal]:
        """What the shopper pays for each of these parcels, with the cheapest carrier for it that is quick enough.

        Whoever may bring all of the goods may bring each part of them, so there always is one.
        """
        found = self.rates.quote(loads, goods_total=self.goods_total, within=self.days)
        if found is None:
            raise NoDelivery
        return found.amounts


def journey(goods: Sequence[tuple[Any, int]], province_id: int, *, goods_total: Decimal, at: datetime) -> Journey:
    """Refused where nobody brings anything, or where some of these goods may not go. One query."""
    rates = shipping.rates(province_id, on=timezone.localdate(at))
    found = rates.quote([shipping.load_of(goods)])
    if found is None:
        _refuse(rates, [product for product, _quantity in goods], province_id)
        raise NoDelivery
    return Journey(rates, found.days, goods_total)


def _refuse(rates: Rates, products: Sequence[Any], province_id: int) -> None:
    """Says which goods cannot go there; where each could, but nobody may bring all of them, which those are."""
    together = [one for one in products if is_delicate(one)] if rates.offers else []
    found = rates.too_delicate(products) or together
    if found:
        province = Province.objects.filter(pk=province_id).first()
        raise TooFar(title="”, “".join(one.title for one in found), province=str(province or ""))


def limits(products: Iterable[Any], at: datetime) -> list[Limit]:
    """Of the goods that may not travel anywhere: where they go. Nothing is asked where there are none."""
    delicate = [one for one in products if is_delicate(one)]
    found = shipping.reached(delicate, on=timezone.localdate(at)) if delicate else {}
    return [Limit(one.title, _where(one, found[one.pk])) for one in delicate]


def _where(product: Any, reached: Iterable[Any]) -> str:
    zones = ", ".join(zone.label for zone in reached)
    hours = product.travel_hours_max
    within = ngettext("within %(n)s hour", "within %(n)s hours", hours or 0) % {"n": hours}
    how = within if hours else _("where it stays cool")
    if not zones:
        return _("is not delivered (only %(how)s); please collect it at a sales point.") % {"how": how}
    return _("is delivered only %(how)s: %(zones)s. It can also be collected at a sales point.") % {
        "how": how,
        "zones": zones,
    }


def too_far_to(products: Iterable[Any], province: Any, at: datetime) -> str:
    """The refusal for a province that is chosen already, before anything else is filled in; empty where there is none.

    Nothing is asked where all goods travel anywhere.
    """
    delicate = [one for one in products if is_delicate(one)]
    if not delicate or not str(province).isdigit():
        return ""
    try:
        journey([(one, 1) for one in delicate], int(province), goods_total=ZERO, at=at)
    except TooFar as refused:
        return str(refused)
    except NoDelivery:
        pass  # said when the address is complete
    return ""


def is_delicate(product: Any) -> bool:
    """It does not travel anywhere."""
    return shipping.load_of([(product, 1)]).needs.delicate
