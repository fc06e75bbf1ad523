"""Offers and vouchers that made an order cheaper, each with what it was given for."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from oscar.apps.offer.models import ConditionalOffer

from marketplace.money import ZERO
from marketplace.order.models import Line, Order

from ..earning import KINDS_OF_GOODS, PIECES, VALUE, Bargain, Bought

KNOWN = (PIECES, VALUE, KINDS_OF_GOODS)


def bargains_of(order: Order, lines: Iterable[Line]) -> list[Bargain]:
    """By the conditions of today. One query where no offer made the order cheaper."""
    discounts = [one for one in order.discounts.prefetch_related("discount_lines") if one.amount]
    if not discounts:
        return []
    rows = ConditionalOffer.objects.select_related("condition__range")
    offers = rows.in_bulk({one.offer_id for one in discounts if one.offer_id})
    lines = list(lines)
    return [_bargain(one, offers.get(one.offer_id or 0), lines) for one in discounts]


def bought(lines: Iterable[Line]) -> dict[int, Bought]:
    return {line.pk: Bought(line.product_id, _before(line), line.quantity, line.left_quantity) for line in lines}


def _before(line: Line) -> Decimal:
    """What a piece costs without any offer."""
    whole: Decimal = line.line_price_before_discounts_incl_tax
    return whole / line.quantity


def _bargain(one: Any, offer: ConditionalOffer | None, lines: list[Line]) -> Bargain:
    shares: dict[int, Decimal] = {}
    for part in one.discount_lines.all():
        shares[part.line_id] = shares.get(part.line_id, ZERO) + part.amount
    facts = {"name": one.offer_name, "times": max(one.frequency or 1, 1), "amount": one.amount, "shares": shares}
    condition = offer.condition if offer else None
    if condition is None or condition.range is None or condition.type not in KNOWN:
        return Bargain(**facts)  # gone, or of a kind of its own
    counted = _counted(condition.range, lines)
    return Bargain(**facts, kind=condition.type, least=condition.value or ZERO, counted=counted)


def _counted(those: Any, lines: Iterable[Line]) -> frozenset[int]:
    """The lines that a condition over this range of goods looks at. One query, however many there are."""
    may = {
        line.pk: line.product for line in lines if line.product and line.stockrecord_id and line.product.is_discountable
    }
    if those.proxy:
        return frozenset(pk for pk, product in may.items() if those.contains_product(product))
    ids = {product.pk for product in may.values()}
    inside = set(those.product_queryset.filter(pk__in=ids).values_list("pk", flat=True))
    return frozenset(pk for pk, product in may.items() if product.pk in inside)
