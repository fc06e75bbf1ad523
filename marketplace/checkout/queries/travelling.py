"""What it costs to bring a basket to a door, and which of its goods may not make that journey."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.errors import Refused
from marketplace.order.drafts import Draft
from marketplace.places.models import Province
from marketplace.shipping import queries as shipping


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


def quoted(made: Draft, province_id: int, at: datetime) -> shipping.Quote | None:
    """One parcel with all goods, by the tariff of the day; refused where some of them may not go."""
    on, goods = timezone.localdate(at), [(line.product, line.quantity) for line in made.lines]
    refuse_too_far((product for product, _quantity in goods), province_id, on)
    total = made.subtotal - made.discount
    return shipping.quote(province_id, [shipping.load_of(goods)], on=on, goods_total=total)


def refuse_too_far(products: Iterable[Any], province_id: int, on: date) -> None:
    """Says which goods cannot go there, and what else is possible."""
    if found := shipping.too_delicate(province_id, products, on=on):
        province = Province.objects.filter(pk=province_id).first()
        raise TooFar(title="”, “".join(one.title for one in found), province=str(province or ""))


def limits(products: Iterable[Any], at: datetime) -> list[Limit]:
    """Of the goods that may not travel anywhere: where they go. Nothing is asked where there are none."""
    delicate = [one for one in products if one.keep_cool or one.travel_hours_max is not None]
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
    """The refusal for a province that is chosen already, before anything else is filled in; empty where there is none."""
    if not str(province).isdigit():
        return ""
    try:
        refuse_too_far(products, int(province), timezone.localdate(at))
    except TooFar as refused:
        return str(refused)
    return ""
