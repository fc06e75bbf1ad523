"""The order's life in words to the buyer, and new work to the point."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.order.models import Line, Order
from marketplace.order.notices import for_buyer, tell_buyer
from marketplace.payment.models import Refund
from marketplace.people.models import User
from marketplace.stock.queries import on_the_way
from marketplace.stock.reasons import Reason


def placed(order: Order, lines: Sequence[Line], parcels: Iterable[Fulfilment]) -> None:
    """The shopper; and, where nothing must be paid first, those who pick."""
    told = for_buyer(
        order, "order_placed",
        pay_by=order.pay_by and order.pay_by.isoformat(),
        lines=[[line.title, line.quantity, int(line.line_price_incl_tax)] for line in lines],
        shipping=int(order.shipping_incl_tax), **_promised(() if order.pay_by else parcels),
    )  # fmt: skip
    tell_all(tellings=[told, *(() if order.pay_by else _work(order, parcels))])


def declined(order: Order, *, attempt: int) -> None:
    """The shopper, who may not have waited for the bank's answer."""
    tell_buyer(order, "payment_declined", str(attempt), pay_by=order.pay_by and order.pay_by.isoformat())


def paid(order: Order) -> None:
    """The shopper, and those who may pick now."""
    parcels = order.fulfilments.select_related("location")
    told = for_buyer(order, "order_paid", **_promised(parcels))
    tell_all(tellings=[told, *_work(order, parcels)])


def _promised(parcels: Iterable[Fulfilment]) -> dict[str, Any]:
    """When and where a pickup should be ready, once nothing more must be paid first."""
    pickup = next((parcel for parcel in parcels if parcel.promised_at), None)
    if pickup is None or pickup.promised_at is None:
        return {"promised_at": None}
    brought = [one.source for one in on_the_way(pickup.order_id)] if pickup.routing == Reason.BROUGHT else []
    ready = timezone.localtime(pickup.promised_at)
    return {
        "promised_at": ready.isoformat(), "promised_day": ready.time() == time.min, "place": pickup.location.name,
        "sources": ", ".join(dict.fromkeys(brought)),
    }  # fmt: skip


def cancelled(order: Order, *, refund: bool) -> None:
    tell_buyer(order, "order_cancelled", reason=order.cancel_reason, refund=refund)


def pieces_short(order: Order, short: ShortLine) -> None:
    """The shopper, with a link of its own to say what is to be done."""
    tell_buyer(order, "order_short", str(short.pk), **_pieces(order, short, short.quantity) | {
        "url": link("shop:missing", short.token, language=order.language),
        "until": short.wait_until and short.wait_until.isoformat(),
        "amount": int(short.amount),
    })  # fmt: skip


def pieces_found(order: Order, short: ShortLine, quantity: int, parcels: Iterable[Fulfilment]) -> None:
    """The shopper, who waited; and who picks them elsewhere."""
    facts = _pieces(order, short, quantity) | {"more": short.quantity if short.closed_at is None else 0}
    occasion = f"{short.pk}:{facts['more']}"
    tell_all(tellings=[for_buyer(order, "order_found", occasion, **facts), *_new_work(order, parcels)])


def pieces_taken_off(order: Order, short: ShortLine, amount: Decimal) -> None:
    """The shopper, who asked for it or did not answer in time."""
    facts = _pieces(order, short, short.quantity) | {"amount": int(amount), "asked": short.chosen == "money"}
    tell_buyer(order, "order_pieces_off", str(short.pk), **facts)


def work_moved(order: Order, parcels: Iterable[Fulfilment]) -> None:
    """Those who pick pieces that others lacked."""
    tell_all(tellings=_new_work(order, parcels))


def _new_work(order: Order, parcels: Iterable[Fulfilment]) -> Iterable[Telling]:
    return _work(order, parcels) if order.status == Order.Status.CONFIRMED else ()


def _pieces(order: Order, short: ShortLine, quantity: int) -> dict[str, Any]:
    """`paid`: something was paid, so money goes back; else less is to be paid."""
    place = short.fulfilment.location.name
    return {"product": short.line.title, "quantity": quantity, "place": place, "paid": bool(order.paid_at)}


def refunded(refund: Refund, *, by_hand: bool = False) -> None:
    """By the gateway, or by a person. What came back and was sent anew is told anew."""
    order, facts = refund.source.order, {"amount": int(refund.amount), "reason": refund.reason, "by_hand": by_hand}
    tell_buyer(order, "order_refunded", refund.key if refund.round == 1 else _round(refund), **facts)


def refund_returned(refund: Refund) -> None:
    """The buyer's bank did not take what was sent."""
    tell_buyer(refund.source.order, "refund_returned", _round(refund), amount=int(refund.amount))


def refund_failed(refund: Refund) -> None:
    """To everybody of the office, who find it on their desk."""
    facts = {"number": refund.source.order.number, "amount": int(refund.amount)}
    office = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    tell_all(tellings=[
        Telling("refund_failed", f"{_round(refund)}:{one.pk}", Recipient.of(one), facts | {
            "name": one.get_full_name(), "url": link("desk:money", language=one.language),
        }) for one in office
    ])  # fmt: skip


def _round(refund: Refund) -> str:
    return f"{refund.key}:{refund.round}"


def _work(order: Order, parcels: Iterable[Fulfilment]) -> Iterator[Telling]:
    """To the staff of each location that has something to pick; at a producer's store to the producer's people."""
    at = {parcel.location_id: parcel for parcel in parcels}
    people: Any = User.objects.filter(Q(locations__in=at) | Q(partners__store__in=at)).order_by("pk")
    places = {"point": F("locations"), "point_name": F("locations__name")}
    stores = {"store": F("partners__store"), "store_name": F("partners__store__name")}
    for person in people.annotate(**places, **stores):
        for place, name in ((person.point, person.point_name), (person.store, person.store_name)):
            if place in at:
                told = _task(order, at[place], name, person)
                yield Telling("order_new", f"{at[place].pk}:{person.pk}", Recipient.of(person), told)


def _task(order: Order, parcel: Fulfilment, place: str, person: User) -> dict[str, str | None]:
    return {
        "name": person.get_full_name(), "number": order.number, "place": place, "method": parcel.method,
        "collect_on": parcel.collect_on.isoformat() if parcel.collect_on else None,
        "url": link("desk:parcel", parcel.pk, language=person.language),
    }  # fmt: skip


def lot_recalled(lot: Any, pieces: Mapping[Order, int]) -> None:
    """Each buyer who got pieces of the recalled lot knows what to do with them."""
    facts = {"product": lot.product.title, "lot": lot.code, "reason": lot.frozen_because}
    occasion = f"{lot.pk}:{lot.frozen_at.isoformat()}"
    told = [for_buyer(order, "lot_recalled", occasion, pieces=units, **facts) for order, units in pieces.items()]
    tell_all(tellings=told, at=lot.frozen_at)
