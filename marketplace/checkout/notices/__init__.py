"""The order's life in words to the buyer, and new work to the point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from marketplace.boxes.grouping import Group, together
from marketplace.fulfilment.actions import Opening
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.fulfilment.notices import coming, promised
from marketplace.fulfilment.queries import contents, is_the_rest
from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.notices.models import Preference
from marketplace.order.models import Line, Order
from marketplace.order.notices import for_buyer, tell_buyer
from marketplace.payment.banking.queries import transfer_of
from marketplace.payment.disputes.queries import moves_of
from marketplace.payment.models import Dispute, Refund, RefundAccount
from marketplace.people.models import User

from ..confirmation import confirm_link
from .known import Known, known
from .returns import (
    return_accepted,
    return_asked,
    return_declined,
    return_due,
    return_expired,
    return_settled,
    return_waiting,
)
from .work import new_work, work

__all__ = [
    "cancelled", "cash_confirmed", "confirmation_asked", "known", "lot_recalled", "not_ready", "paid", "parcel_left_out", "pieces_cancelled",
    "pieces_found", "pieces_short", "pieces_taken_off", "placed", "refund_account_wanted", "refund_failed", "refund_returned",
    "refunded", "return_accepted", "return_asked", "return_declined", "return_due", "return_expired", "return_settled",
    "return_waiting", "underpaid", "work_moved",
]  # fmt: skip


def placed(order: Order, lines: Sequence[Line], opened: Mapping[Fulfilment, Opening], known: Known) -> None:
    """The shopper; and, where nothing must be paid first, those who pick. Others wait: what is `known` is not asked again."""
    if order.awaits_confirmation:
        return confirmation_asked(order, lines, known.wishes)
    titles = {line.pk: line.title for line in lines}
    come = [] if order.pay_by else [_opened(parcel, one, titles, known.names) for parcel, one in opened.items()]
    told = for_buyer(
        order, "order_placed",
        pay_by=order.pay_by and order.pay_by.isoformat(), transfer=_transfer(order),
        lines=[_told(group) for group in together(lines)],
        shipping=int(order.shipping_incl_tax), parcels=_one_or_several(come),
    )  # fmt: skip
    tell_all(tellings=[_as_wished(told, known.wishes), *(() if order.pay_by else work(order, opened, known.pickers))])


def _told(group: Group) -> list[Any]:
    """A line, or a gift box with what is in each: name, number, sum."""
    inside = ", ".join(f"{line.per_box} × {line.title}" for line in group.lines)
    title = f"{group.box.title} ({inside})" if group.box else group.lines[0].title
    return [title, group.number, sum(int(line.line_price_incl_tax) for line in group.lines)]


def _opened(parcel: Fulfilment, one: Opening, titles: Mapping[int, str], names: Mapping[int, str]) -> dict[str, Any]:
    part = ", ".join(f"{units} × {titles[line]}" for line, units in one.parcel.lines)
    return coming(parcel, names[parcel.location_id], part, (names[pk] for pk in one.parcel.sources))


def _transfer(order: Order) -> dict[str, Any] | None:
    """What to type into the bank's app; None of an order that is paid another way."""
    found = transfer_of(order) if order.payment_method == Order.Method.TRANSFER else None
    return None if found is None else {
        "bank": found.account.bank, "number": found.account.number, "holder": found.account.holder,
        "demonstration": found.account.demonstration, "amount": int(found.amount), "reference": found.reference,
    }  # fmt: skip


def underpaid(order: Order, *, missing: Decimal, occasion: int) -> None:
    """The shopper, who sent less than the order costs: what is missing, until when, and where to."""
    facts = {"missing": int(missing), "pay_by": order.pay_by and order.pay_by.isoformat()}
    tell_buyer(order, "order_underpaid", str(occasion), **facts, transfer=_transfer(order))


def refund_account_wanted(refund: Refund, account: RefundAccount, *, again: bool = False) -> None:
    """The buyer, with a link of its own to say where the money goes. `again`: the bank could not send it there."""
    order = refund.source.order
    occasion = f"{refund.key}:{refund.attempts}" if again else refund.key
    tell_buyer(order, "refund_account_wanted", occasion, amount=int(refund.amount), reason=refund.reason, again=again, url=link("shop:refund-account", account.token, language=order.language))  # fmt: skip


def declined(order: Order, *, attempt: int) -> None:
    """The shopper, who may not have waited for the bank's answer."""
    tell_buyer(order, "payment_declined", str(attempt), pay_by=order.pay_by and order.pay_by.isoformat())


def paid(order: Order, parcels: Sequence[Fulfilment]) -> None:
    """The shopper, and those who may pick now."""
    _goes_on(order, "order_paid", parcels)


def _goes_on(order: Order, kind: str, parcels: Sequence[Fulfilment]) -> None:
    """With what is in which parcel, and when it comes."""
    told = for_buyer(order, kind, parcels=_one_or_several([_as_promised(one) for one in parcels]))
    tell_all(tellings=[told, *work(order, parcels)])


def confirmation_asked(order: Order, lines: Sequence[Line], wishes: Preference) -> None:
    """The shopper, with the link that confirms; nobody picks before."""
    told = for_buyer(
        order, "order_confirmation_asked", url=confirm_link(order), until=order.pay_by and order.pay_by.isoformat(),
        lines=[[line.title, line.quantity, int(line.line_price_incl_tax)] for line in lines],
        shipping=int(order.shipping_incl_tax),
    )  # fmt: skip
    tell_all(tellings=[_as_wished(told, wishes)])


def _as_wished(told: Telling, wishes: Preference) -> Telling:
    return replace(told, to=replace(told.to, wishes=wishes))


def cash_confirmed(order: Order, parcels: Sequence[Fulfilment]) -> None:
    """The shopper, and those who may pick now."""
    _goes_on(order, "order_confirmed", parcels)


def _as_promised(parcel: Fulfilment) -> dict[str, Any]:
    return promised(parcel, ", ".join(f"{one.quantity} × {one.line.title}" for one in parcel.lines.all()))


def _one_or_several(come: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a single parcel nobody asks what is in it."""
    return come if len(come) > 1 else [one | {"part": ""} for one in come]


def cancelled(order: Order, *, refund: bool) -> None:
    tell_buyer(order, "order_cancelled", reason=order.cancel_reason, refund=refund)


def pieces_short(order: Order, short: ShortLine) -> None:
    """The shopper, with a link of its own to say what is to be done."""
    tell_buyer(order, "order_short", str(short.pk), **_pieces(order, short, short.quantity) | {
        "url": link("shop:missing", short.token, language=order.language),
        "until": short.wait_until and short.wait_until.isoformat(),
        "amount": int(short.amount), "whole": is_the_rest(short), "lot": short.recalled_lot, "reason": short.reason,
        "good_until": short.good_until and short.good_until.isoformat(),
    })  # fmt: skip


def not_ready(parcel: Fulfilment, lot: Any) -> None:
    """The shopper, who was told to come: what waits there is of a recalled lot. A new code is a new occasion."""
    facts = {"place": parcel.location.name, "lot": lot.code, "reason": lot.frozen_because}
    tell_buyer(parcel.order, "order_unready", f"{parcel.pk}:{parcel.code}", parcels=[promised(parcel)], **facts)


def pieces_found(order: Order, short: ShortLine, quantity: int, parcels: Iterable[Fulfilment]) -> None:
    """The shopper, who waited; and who picks them elsewhere."""
    facts = _pieces(order, short, quantity) | {"more": short.quantity if short.closed_at is None else 0}
    occasion = f"{short.pk}:{facts['more']}"
    tell_all(tellings=[for_buyer(order, "order_found", occasion, **facts), *new_work(order, parcels)])


def parcel_left_out(order: Order, parcel: Fulfilment, amount: Decimal) -> None:
    """The shopper: the others come, and this one's part of the money goes back, or is not asked for."""
    facts = {"place": parcel.location.name, "pickup": parcel.is_pickup, "part": ", ".join(contents(parcel))}
    facts |= {"reason": parcel.off_because, "amount": int(amount), "paid": bool(order.paid_at)}
    tell_buyer(order, "order_parcel_off", str(parcel.pk), **facts)


def pieces_taken_off(order: Order, short: ShortLine, amount: Decimal) -> None:
    """The shopper, who asked for it or did not answer in time."""
    facts = _pieces(order, short, short.quantity) | {"amount": int(amount), "asked": short.chosen == "money"}
    tell_buyer(order, "order_pieces_off", str(short.pk), **facts)


def work_moved(order: Order, parcels: Iterable[Fulfilment]) -> None:
    """Those who pick pieces that others lacked."""
    tell_all(tellings=new_work(order, parcels))


def _pieces(order: Order, short: ShortLine, quantity: int) -> dict[str, Any]:
    """`paid`: something was paid, so money goes back; else less is to be paid."""
    place = short.fulfilment.location.name
    return {"product": short.line.title, "quantity": quantity, "place": place, "paid": bool(order.paid_at)}


def refunded(refund: Refund, *, by_hand: bool = False, place: str = "") -> None:
    """By the gateway, or by a person, perhaps at the counter of a place. What came back and was sent anew is told anew."""
    order, facts = refund.source.order, {"amount": int(refund.amount), "reason": refund.reason, "by_hand": by_hand}
    facts |= {"place": place}
    tell_buyer(order, "order_refunded", refund.key if refund.round == 1 else _round(refund), **facts)


def refund_returned(refund: Refund) -> None:
    """The buyer's bank did not take what was sent."""
    tell_buyer(refund.source.order, "refund_returned", _round(refund), amount=int(refund.amount))


def refund_failed(refund: Refund) -> None:
    """To everybody of the office, who find it on their desk."""
    facts = {"number": refund.source.order.number, "amount": int(refund.amount)}
    tell_all(tellings=[
        Telling("refund_failed", f"{_round(refund)}:{one.pk}", Recipient.of(one), facts | {
            "name": one.get_full_name(), "url": link("desk:money", language=one.language),
        }) for one in _office()
    ])  # fmt: skip


def _office() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True).order_by("pk")


def dispute_opened(order: Order, dispute: Dispute) -> None:
    """The office: a bank asks, or asks for the money, and until when it waits for an answer."""
    tell_all(tellings=[
        Telling("dispute_opened", f"{_stage(dispute)}:{one.pk}", Recipient.of(one), _disputed(order, dispute, one))
        for one in _office()
    ])  # fmt: skip


def dispute_due(order: Order, dispute: Dispute) -> None:
    """The office: soon it is too late to answer."""
    tell_all(tellings=[
        Telling("dispute_due", f"{_stage(dispute)}:{one.pk}", Recipient.of(one), _disputed(order, dispute, one))
        for one in _office()
    ])  # fmt: skip


def dispute_decided(order: Order, dispute: Dispute) -> None:
    """The office: who has the money now, each time that the bank thinks again."""
    occasion = f"{dispute.reference}:{dispute.state}:{moves_of(dispute).count()}"
    goes_on = order.status == Order.Status.CONFIRMED and not dispute.holds
    tell_all(tellings=[
        Telling("dispute_decided", f"{occasion}:{one.pk}", Recipient.of(one), _disputed(order, dispute, one) | {"goes_on": goes_on})
        for one in _office()
    ])  # fmt: skip


def _stage(dispute: Dispute) -> str:
    """A question that becomes a dispute is told of anew."""
    return f"{dispute.reference}:{'asked' if dispute.is_inquiry else 'disputed'}"


def _disputed(order: Order, dispute: Dispute, one: User) -> dict[str, Any]:
    return {
        "number": order.number, "amount": int(dispute.amount), "reason": dispute.reason, "state": dispute.state,
        "due_by": dispute.due_by and dispute.due_by.isoformat(), "asked": dispute.is_inquiry, "lost": dispute.is_lost,
        "name": one.get_full_name(), "url": link("desk:dispute", dispute.pk, language=one.language),
    }  # fmt: skip


def _round(refund: Refund) -> str:
    return f"{refund.key}:{refund.round}"


def lot_recalled(lot: Any, pieces: Mapping[Order, int]) -> None:
    """Each buyer who got pieces of the recalled lot knows what to do with them."""
    facts = {"product": lot.product.title, "lot": lot.code, "reason": lot.frozen_because}
    occasion = f"{lot.pk}:{lot.frozen_at.isoformat()}"
    told = [for_buyer(order, "lot_recalled", occasion, pieces=units, **facts) for order, units in pieces.items()]
    tell_all(tellings=told, at=lot.frozen_at)


def pieces_cancelled(order: Order, pieces: Mapping[int, int], amount: Decimal, reason: str, *, occasion: str) -> None:
    """The buyer: by the own wish, or why the place or the office did it."""
    titles = dict(Line.objects.filter(pk__in=pieces).values_list("pk", "title"))
    facts: dict[str, Any] = {
        "pieces": [[titles[pk], units] for pk, units in sorted(pieces.items())], "amount": int(amount),
        "paid": bool(order.paid_at), "reason": reason,
    }  # fmt: skip
    tell_buyer(order, "order_pieces_cancelled", occasion, **facts)
