"""Pieces that were promised and were not there, from both sides: who sold them, and which orders lost them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.fulfilment.models import ShortLine
from marketplace.order.models import Order
from marketplace.people.models import User
from marketplace.stock.queries.short import Case, cases, read_cases
from marketplace.tills.models import Till

from ..pages import Link
from . import places

Outcome, Choice = ShortLine.Outcome, ShortLine.Choice


@dataclass(frozen=True)
class Lost:
    """What an order lost, and what was done for it."""

    short: ShortLine
    title: str
    said: str
    waits: bool


@dataclass(frozen=True)
class CaseRow:
    """A case with who took the units, the orders that lost them, and how it stands."""

    case: Case
    who: str
    lost: Sequence[Lost]
    said: str


def cases_of(user: User, *, closed: bool) -> QuerySet:  # type: ignore[type-arg]
    """Of the places where the person works."""
    return cases(places.mine(user).values_list("pk", flat=True), closed=closed)


def tabs(user: User, closed: bool) -> list[Link]:
    return [
        Link(_("Not settled"), "?", selected=not closed, count=cases_of(user, closed=False).count()),
        Link(_("Settled"), "?ended=1", selected=closed),
    ]


def rows(found: Iterable[object]) -> list[CaseRow]:
    """Three queries, however many cases."""
    read = read_cases(found)  # type: ignore[arg-type]
    lost: dict[int, list[Lost]] = defaultdict(list)
    for short in _with_orders(ShortLine.objects.filter(shortage_id__in=[case.pk for case in read])):
        lost[short.shortage_id or 0].append(_lost(short))
    numbers = {case.device.removeprefix("till:") for case in read if case.device.startswith("till:")}
    names = {till.pk: till.name for till in Till.objects.filter(pk__in=[n for n in numbers if n.isdigit()])}
    return [CaseRow(case, _who(case, names), lost[case.pk], _stands(case, lost[case.pk])) for case in read]


def on_the_way(user: User, *, closed: bool) -> list[Lost]:
    """Pieces sent for an order that never reached its point, or do not keep until the rest does, newest first."""
    here = Q(fulfilment__location__in=places.mine(user), shortage_id=None, closed_at__isnull=not closed)
    return [_lost(short) for short in _with_orders(ShortLine.objects.filter(here)).order_by("-pk")[:50]]


def of_parcel(parcel_id: int) -> list[Lost]:
    return [_lost(short) for short in _with_orders(ShortLine.objects.filter(fulfilment=parcel_id))]


def of_order(order: Order) -> list[Lost]:
    return [_lost(short) for short in _with_orders(ShortLine.objects.filter(fulfilment__order=order))]


def open_number(user: User) -> int:
    """Cases that need people, and shoppers who have not got their pieces yet."""
    waiting = ShortLine.objects.waiting().filter(fulfilment__location__in=places.mine(user))
    return cases_of(user, closed=False).count() + waiting.count()


def _with_orders(found: QuerySet[ShortLine]) -> QuerySet[ShortLine]:
    return found.select_related("fulfilment__order", "fulfilment__location", "found_at", "line").order_by("pk")


def _lost(short: ShortLine) -> Lost:
    return Lost(short, short.line.title, f"{_aside(short)} {_said(short)}".strip(), short.closed_at is None)


def _aside(short: ShortLine) -> str:
    """What is not to be packed, although it lies there."""
    if short.recalled_lot:
        return _("Lot %(lot)s is recalled: none of it may be handed over.") % {"lot": short.recalled_lot}
    if short.good_until:
        day = {"day": f"{short.good_until:%d/%m/%Y}"}
        return _("Would have had to reach the shopper by %(day)s to keep long enough; free for others now.") % day
    return ""


def _said(short: ShortLine) -> str:
    """What was done, and how it ended."""
    if short.outcome == Outcome.MOVED and short.found_at:
        return _("Comes from %(place)s instead.") % {"place": short.found_at.name}
    if short.outcome == Outcome.CAME:
        return _("Is there again.")
    if short.outcome == Outcome.MONEY_BACK:
        asked = short.chosen == Choice.MONEY
        return _("Taken off, as the shopper chose.") if asked else _("Taken off: nobody had them in time.")
    if short.outcome == Outcome.CANCELLED:
        return _("The order was cancelled.")
    if short.chosen == Choice.WAIT:
        return _("No place has them. The shopper has chosen to wait.")
    return _("No place has them. The shopper was asked and has not answered yet.")


def _who(case: Case, names: dict[int, str]) -> str:
    """The till by its name, or the person who wrote units off or counted."""
    number = case.device.removeprefix("till:")
    return names.get(int(number), case.device) if number.isdigit() else case.by or case.device


def _stands(case: Case, lost: Sequence[Lost]) -> str:
    if case.closed_at is None and case.recalled:
        return _("Others are being looked for.")
    if case.closed_at is None:
        return _("Only parcels that wait for their buyers are left here: please count what is on the shelf.") if not lost else _("Others are being looked for.")  # fmt: skip
    return _("Settled: the place has all that it promises.") if not lost else _("Settled: the orders are looked after.")
