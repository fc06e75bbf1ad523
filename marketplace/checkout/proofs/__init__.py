"""What must hold of orders and money whatever happened. `manage.py prove` asks."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, ShortLine
from marketplace.fulfilment.queries import on_the_way
from marketplace.journal.models import Entry
from marketplace.money import ZERO
from marketplace.order.models import Line, Order
from marketplace.payment.models import Dispute, Refund, Source, Transaction
from marketplace.payment.queries import owed_by_transfer, owed_in_cash
from marketplace.stock import queries as stock

from ..queries.keeping import too_old
from .returns import (
    drawers_pay_for_returns_of_their_own,
    returned_goods_are_where_the_place_decided,
    returned_pieces_were_handed_over,
    returns_pay_for_their_lines,
)

LOOKED_AFTER = timedelta(minutes=5)  # ten looks of the clock


def totals_are_the_sum_of_their_lines(at: datetime) -> Iterator[str]:
    lines = Line.objects.filter(order=OuterRef("pk")).order_by().values("order")
    goods = Coalesce(Subquery(lines.annotate(all=Sum("line_price_incl_tax")).values("all")), ZERO)
    rows = Order.objects.annotate(goods=goods)
    for order in rows.exclude(total_incl_tax=F("goods") + F("shipping_incl_tax")):
        yield f"order {order.number}: {order.goods} + {order.shipping_incl_tax} is not {order.total_incl_tax}"


def sources_are_the_sum_of_their_transactions(at: datetime) -> Iterator[str]:
    came = Sum("transactions__amount", filter=Q(transactions__txn_type=Transaction.DEBIT), default=0)
    back = Sum("transactions__amount", filter=Q(transactions__txn_type=Transaction.REFUND), default=0)
    rows = Source.objects.annotate(came=came, back=back).select_related("order")
    for source in rows.exclude(amount_debited=F("came"), amount_refunded=F("back")):
        yield f"order {source.order.number}, try {source.attempt}: {source.amount_debited}, {source.amount_refunded}"


def money_is_an_orders_or_on_its_way_back(at: datetime) -> Iterator[str]:
    """What came = what live orders cost + what was or will be given back; cash of unfinished orders may still be less.

    What a lost dispute took pays the refunds that were due by then; of a live order it is the shop's loss, and booked as such.
    """
    for order in Order.objects.prefetch_related("sources__refunds"):
        came = sum(source.amount_debited for source in order.sources.all())
        back = sum(refund.amount for source in order.sources.all() for refund in source.refunds.all())
        kept = came - back
        live = order.status in (Order.Status.CONFIRMED, Order.Status.COMPLETED)
        if kept not in ((order.due,) if order.paid_at and live else (0,)) and not _partly_paid(order, kept):
            yield f"order {order.number} ({order.status}): {came} came, {back} goes back, it costs {order.due}"


def _partly_paid(order: Order, kept: Decimal | int) -> bool:
    """Cash is taken parcel by parcel; a transfer may bring less than is due, and the rest later."""
    waits = order.payment_method == Order.Method.TRANSFER and order.status == Order.Status.AWAITING_PAYMENT
    return (waits or (order.in_cash and order.status == Order.Status.CONFIRMED)) and 0 < kept < order.due


def nothing_is_both_paid_back_and_handed_over(at: datetime) -> Iterator[str]:
    given = Fulfilment.objects.filter(status__in=["collected", "delivered"]).values("order")
    for order in Order.objects.filter(status=Order.Status.CANCELLED, pk__in=given):
        yield f"order {order.number}: cancelled, but goods were handed over"


def parcels_hold_what_was_ordered(at: datetime) -> Iterator[str]:
    """Each piece of a line is in one parcel, or was taken off, alone or with a parcel that was left out."""
    packed = FulfilmentLine.objects.filter(line=OuterRef("pk"), fulfilment__off_because="").order_by().values("line")
    rows = Line.objects.annotate(packed=Coalesce(Subquery(packed.annotate(all=Sum("quantity")).values("all")), 0))
    for line in rows.exclude(quantity=F("packed") + F("cancelled_quantity")).select_related("order"):
        found = f"{line.packed} in parcels, {line.cancelled_quantity} taken off"
        yield f"order {line.order.number}, “{line.title}”: {line.quantity} ordered, {found}"


def lines_go_one_way(at: datetime) -> Iterator[str]:
    """Delivered or collected, as the shopper chose; what is gathered is gathered at one place."""
    ways = Count("fulfilment_lines__fulfilment__method", distinct=True)
    places = Count("fulfilment_lines__fulfilment", filter=Q(fulfilment_lines__fulfilment__gathers=True), distinct=True)
    parcels = Count("fulfilment_lines__fulfilment", distinct=True)
    rows = Line.objects.annotate(ways=ways, places=places, parcels=parcels).select_related("order")
    for line in rows.filter(Q(ways__gt=1) | Q(places__gt=0, parcels__gt=1)):
        yield f"order {line.order.number}, “{line.title}”: in {line.parcels} parcels of {line.ways} kinds, {line.places} of them gathered"


def parcels_fees_are_the_orders_delivery(at: datetime) -> Iterator[str]:
    rows = Order.objects.annotate(fees=Sum("fulfilments__fee", default=0))
    for order in rows.exclude(shipping_incl_tax=F("fees")):
        yield f"order {order.number}: delivery cost {order.shipping_incl_tax}, its parcels {order.fees}"


def nothing_is_picked_before_all_is_there(at: datetime) -> Iterator[str]:
    """What is gathered begins when nothing is still to come to it."""
    begun = Fulfilment.Status.PICKING, Fulfilment.Status.PACKED, Fulfilment.Status.READY, Fulfilment.Status.SHIPPED
    for parcel in Fulfilment.objects.filter(gathers=True, status__in=begun).select_related("order"):
        if coming := on_the_way(parcel):
            pieces = sum(one.quantity for one in coming)
            yield f"order {parcel.order.number}: parcel {parcel.pk} is {parcel.status}, {pieces} pieces are still to come"


def orders_cost_what_is_left_of_them(at: datetime) -> Iterator[str]:
    """Pieces taken off or paid back are not paid; besides them at most the delivery fee is waived."""
    taken = (
        Line.objects.filter(Q(cancelled_quantity__gt=0) | Q(returned_quantity__gt=0))
        .select_related("order")
        .order_by("order_id")
    )
    off: Counter[Order] = Counter()
    for line in taken:
        off[line.order] += int(line.off_incl_tax)
    others = Order.objects.filter(given_up__gt=0).exclude(pk__in=[order.pk for order in off])
    for order, amount in (*off.items(), *((order, 0) for order in others)):
        if not amount <= order.given_up <= amount + order.shipping_incl_tax + 1:
            yield f"order {order.number}: pieces for {amount} were taken off, {order.given_up} is not to be paid"


def short_pieces_are_asked_about(at: datetime) -> Iterator[str]:
    """What a parcel waits for is part of it, and no parcel that waits is picked or gone."""
    rows = ShortLine.objects.waiting().select_related("fulfilment__order", "line")
    for short in rows.exclude(fulfilment__status=Fulfilment.Status.OPEN):
        yield f"order {short.fulfilment.order.number}: {short.quantity} are short in a parcel that is {short.fulfilment.status}"


def lines_have_the_units_they_need(at: datetime) -> Iterator[str]:
    """All held until they are handed over; of a cancelled order none. Past its time an unpaid one may have lost them.

    Pieces that are short are held nowhere while others are looked for. A parcel that came back, or was lost, had left.
    """
    units = stock.units_of_lines()
    gone = Q(fulfilment_lines__fulfilment__shipped_at__isnull=False) & ~Q(fulfilment_lines__fulfilment__off_because="")
    left_out = dict(
        Line.objects.filter(gone)
        .annotate(pieces=Sum("fulfilment_lines__quantity", filter=gone))
        .values_list("pk", "pieces")
    )
    lapsed = Q(order__status=Order.Status.AWAITING_PAYMENT, order__pay_by__lte=at)
    short = Sum("shorts__quantity", filter=Q(shorts__closed_at=None), default=0)
    for line in Line.objects.exclude(lapsed).annotate(short=short).select_related("order"):
        held, issued, sent = units.get(line.pk, (0, 0, 0))
        issued -= left_out.get(line.pk, 0)
        ended = line.order.status == Order.Status.CANCELLED
        if held + sent + line.short if ended else held + issued + sent + line.short != line.left_quantity:
            found = f"{held} held, {issued} left, {sent} on the way to the point, {line.short} short"
            yield f"order {line.order.number} ({line.order.status}), “{line.title}”: {line.left_quantity} ordered, {found}"


def what_is_held_is_for_a_line_of_its_order(at: datetime) -> Iterator[str]:
    """Nothing is kept for an order, a line or a product that nobody ordered."""
    held = stock.promised()
    lines = {pk: about for pk, *about in Line.objects.values_list("pk", "order_id", "product_id")}
    for (order_id, line_id, product_id, place), units in held.items():
        ordered = lines.get(line_id)
        if ordered is None or ordered[0] != order_id or ordered[1] not in (product_id, None):
            yield f"location {place}: {units} of product {product_id} are held for order {order_id}, line {line_id}, which did not ask for them"


def units_are_held_where_their_parcel_is(at: datetime) -> Iterator[str]:
    """At the place that packs them or, listed, where they are sent from to the place that gathers them."""
    lapsed = set(
        Order.objects.filter(status=Order.Status.AWAITING_PAYMENT, pay_by__lte=at).values_list("pk", flat=True)
    )
    where_gathered = FulfilmentLine.objects.filter(fulfilment__gathers=True)
    gathered = set(where_gathered.values_list("fulfilment__order", "line", "fulfilment__location"))
    due: Counter[tuple[int, int, int]] = Counter()
    for (order, line, _product, place), units in stock.to_be_sent().items():
        due[order, line, place] += units
    at_hand = Fulfilment.Status.OPEN, Fulfilment.Status.PICKING, Fulfilment.Status.PACKED
    parcels = {"fulfilment__gathers": False, "fulfilment__status__in": at_hand}
    facts = ("fulfilment__order", "line", "fulfilment__location", "quantity")
    for *where, units in FulfilmentLine.objects.filter(**parcels).values_list(*facts):
        due[tuple(where)] += units
    for *where, units in ShortLine.objects.waiting().filter(**parcels).values_list(*facts):
        due[tuple(where)] -= units
    held: Counter[tuple[int, int, int]] = Counter()
    for (order, line, _product, place), units in stock.promised().items():
        held[order, line, place] += units if (order, line, place) not in gathered else 0
    for order, line, place in sorted(set(due) | set(held)):
        here, wanted = held[order, line, place], due[order, line, place]
        if here != wanted and order not in lapsed:
            yield f"order {order}, line {line}: location {place} holds {here}, but is to pack or send {wanted}"


def recalled_goods_are_promised_to_nobody(at: datetime) -> Iterator[str]:
    """Not for longer than it takes to find others: an open case says that somebody is about it."""
    for order, place, lot, units in stock.unattended(at):
        yield f"order {order}: {units} of the recalled lot {lot} are kept for it at location {place}, and nobody looks for others"


def what_waits_keeps_until_its_day(at: datetime) -> Iterator[str]:
    """A later day was promised: who looks for others has let go what would be too old then. That takes a moment."""
    lately = Entry.objects.filter(at__gt=at - LOOKED_AFTER)
    its_own = lately.filter(subject="fulfilment.fulfilment", subject_id=OuterRef("pk"))
    its_orders = lately.filter(subject="order.order", subject_id=OuterRef("order_id"))
    parcels = Fulfilment.objects.put_off().exclude(Exists(its_own) | Exists(its_orders))
    for one in too_old(parcels.prefetch_related("lines")):
        yield f"order {one.order_id}: lot {one.lot_id} at location {one.location_id} had to be there by {one.good_until}"


def what_is_paid_first_goes_on_only_when_paid(at: datetime) -> Iterator[str]:
    on = (Order.Status.CONFIRMED, Order.Status.COMPLETED)
    for order in Order.objects.filter(status__in=on, paid_at=None).exclude(payment_method__in=Order.IN_CASH):
        yield f"order {order.number}: {order.status}, but never paid"


def completed_orders_are_done_and_paid(at: datetime) -> Iterator[str]:
    under_way = Fulfilment.objects.filter(status__in=Fulfilment.UNDER_WAY).values("order")
    done = Order.objects.filter(status=Order.Status.COMPLETED)
    for order in done.filter(Q(pk__in=under_way) | Q(paid_at=None, total_incl_tax__gt=F("given_up"))):
        yield f"order {order.number}: completed, but not all handed over and paid"


def refunds_are_never_more_than_what_came(at: datetime) -> Iterator[str]:
    rows = Refund.objects.values("source__order__number", "source").annotate(all=Sum("amount"))
    for row in rows.filter(all__gt=F("source__amount_debited")):
        yield f"order {row['source__order__number']}: {row['all']} goes back, more than came"


def what_went_back_is_the_refunds_made(at: datetime) -> Iterator[str]:
    """One that came back again is made no more."""
    made = Sum("refunds__amount", filter=Q(refunds__status=Refund.Status.MADE), default=0)
    for source in Source.objects.annotate(made=made).exclude(amount_refunded=F("made")).select_related("order"):
        yield f"order {source.order.number}, try {source.attempt}: {source.amount_refunded} went back, {source.made} made"


def every_refund_is_tried_or_seen(at: datetime) -> Iterator[str]:
    """The office sees what failed and what is due in cash or by transfer; what a dispute bars waits for the bank.

    Everything else has its next try.
    """
    waiting = Refund.objects.filter(status__in=(Refund.Status.DUE, Refund.Status.PENDING), next_try_at=None)
    barred = Q(source__in=Dispute.objects.barring().values("source"))
    for refund in waiting.exclude(owed_in_cash() | owed_by_transfer() | barred).select_related("source__order"):
        yield f"order {refund.source.order.number}: {refund.amount} ({refund.status}) is tried by nobody"


def nothing_left_while_its_payment_was_disputed(at: datetime) -> Iterator[str]:
    """From the hour that the shop heard of it until the bank decided for the shop, or the office let the order go on."""
    for dispute in Dispute.objects.select_related("source__order"):
        ends = [one for one in (dispute.released_at, None if dispute.is_lost else dispute.decided_at) if one]
        gone = Q(shipped_at__gt=dispute.heard_at) | Q(
            status=Fulfilment.Status.COLLECTED, finished_at__gt=dispute.heard_at
        )
        for parcel in Fulfilment.objects.filter(gone, order=dispute.source.order_id):
            left_at = parcel.shipped_at or parcel.finished_at
            if left_at and not any(end <= left_at for end in ends):
                yield f"order {dispute.source.order.number}: parcel {parcel.pk} left although {dispute} was not decided"


RULES = (
    totals_are_the_sum_of_their_lines,
    sources_are_the_sum_of_their_transactions,
    money_is_an_orders_or_on_its_way_back,
    nothing_is_both_paid_back_and_handed_over,
    parcels_hold_what_was_ordered,
    lines_go_one_way,
    parcels_fees_are_the_orders_delivery,
    nothing_is_picked_before_all_is_there,
    orders_cost_what_is_left_of_them,
    short_pieces_are_asked_about,
    lines_have_the_units_they_need,
    what_is_held_is_for_a_line_of_its_order,
    units_are_held_where_their_parcel_is,
    recalled_goods_are_promised_to_nobody,
    what_waits_keeps_until_its_day,
    what_is_paid_first_goes_on_only_when_paid,
    completed_orders_are_done_and_paid,
    refunds_are_never_more_than_what_came,
    what_went_back_is_the_refunds_made,
    every_refund_is_tried_or_seen,
    nothing_left_while_its_payment_was_disputed,
    returned_pieces_were_handed_over,
    returns_pay_for_their_lines,
    drawers_pay_for_returns_of_their_own,
    returned_goods_are_where_the_place_decided,
)
