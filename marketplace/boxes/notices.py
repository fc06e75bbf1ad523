"""What makers are told about boxes that hold their goods."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link

from .models import Box
from .queries import Content


def box_opened(box: Box, contents: Sequence[Content]) -> None:
    """Everybody who acts for a maker: in which box the goods are, and what a piece costs there."""
    of: dict[int, list[Content]] = defaultdict(list)
    makers: dict[int, Any] = {}
    for one in contents:
        of[one.product.producer_id].append(one)
        makers[one.product.producer_id] = one.product.producer
    tell_all(tellings=[
        Telling("box_opened", f"{box.pk}:{user.pk}:{pk}", Recipient.of(user), _facts(box, makers[pk], of[pk]) | {
            "name": user.get_full_name(), "url": link("shop:box", box.slug, box.pk, language=user.language),
        })
        for pk in sorted(of) for user in makers[pk].users.filter(is_active=True).order_by("pk")
    ])  # fmt: skip


def _facts(box: Box, producer: Any, contents: Sequence[Content]) -> dict[str, Any]:
    goods = [[one.product.title, one.quantity, int(one.unit_price or Decimal(0))] for one in contents]
    return {"box": box.title, "place": box.packed_at.name, "producer": producer.name, "goods": goods}
