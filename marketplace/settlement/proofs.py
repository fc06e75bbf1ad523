"""What must hold of what is owed. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Lag

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, ReturnLine
from marketplace.money import ZERO
from marketplace.stock import queries as stock

from .models import Entry, Intake, Payout, PayoutLine, Statement
from .queries.moves import entries_of
from .queries.parcels import consigned, parts_of

AT_ONCE = 2000
MONEY = ("gross", "commission", "vat", "pit", "net")


def parcels_taken_in_have_exactly_their_entries(at: datetime) -> Iterator[str]:
    """A line in its buyer's hands is one entry of its producer's pieces; what the place had bought is none."""
    done = list(Fulfilment.objects.filter(settled_at__isnull=False).order_by("pk").values_list("pk", flat=True))
    entered = dict(Entry.objects.filter(key__startswith="sold:").values_list("key", "quantity"))
    for start in range(0, len(done), AT_ONCE):
        parts = parts_of(done[start : start + AT_ONCE])
        for line, pieces in consigned(parts).items():
            found = entered.pop(f"sold:{line}", 0)
            if found != pieces:
                yield f"parcel line {line}: {pieces} pieces are their producer's, {found} are entered"
    for key, pieces in entered.items():
        yield f"{key}: {pieces} pieces are entered of a parcel line that no buyer has"


def the_ledger_has_exactly_its_entries(at: datetime) -> Iterator[str]:
    """What tills sold and took back, and what was bought, as far as the ledger was taken in."""
    last, after = Intake.objects.values_list("movement_id", flat=True).first() or 0, 0
    while last and (moves := [move for move in stock.moved_after(after, AT_ONCE) if move.pk <= last]):
        after = moves[-1].pk
        wanted = {one.key: one.quantity for one in entries_of(moves)}
        found = dict(Entry.objects.filter(key__among=list(wanted)).values_list("key", "quantity"))
        for key, pieces in wanted.items():
            if found.get(key) != pieces:
                yield f"{key}: the ledger moved {pieces}, {found.get(key, 0)} are entered"


def returns_undo_their_sales_and_no_more(at: datetime) -> Iterator[str]:
    """Of what came back of a parcel line, its producer's pieces are taken off; with the last of them nothing is left of the sale."""
    rows = ReturnLine.objects.filter(asked__netted_at__isnull=False, came__gt=0)
    came = rows.values("asked__fulfilment", "line").annotate(n=Sum("came")).order_by()
    given = {(parcel, line): n for parcel, line, n in came.values_list("asked__fulfilment", "line", "n")}
    parts = FulfilmentLine.objects.filter(fulfilment__in={parcel for parcel, _line in given}).select_related(
        "fulfilment"
    )
    sold = {entry.key: entry for entry in Entry.objects.filter(key__among=[f"sold:{part.pk}" for part in parts])}
    undone = _undone()
    for part in parts:
        pieces, sale = given.get((part.fulfilment_id, part.line_id), 0), sold.get(f"sold:{part.pk}")
        back, *money = undone.pop((part.line_id, part.fulfilment.location_id), (0, ZERO))
        was = sale.quantity if sale else 0
        if not max(0, pieces - (part.quantity - was)) <= back <= min(pieces, was):
            yield f"parcel line {part.pk}: {pieces} pieces came back, {was} were owed for, {back} are taken off"
        elif sale and back == was and money != [-getattr(sale, name) for name in MONEY]:
            yield f"parcel line {part.pk}: all of it came back, and the sale is not undone"
    for (line, _place), (back, *_money) in undone.items():
        yield f"order line {line}: {back} pieces are taken off that no return brought"


def _undone() -> dict[tuple[int, int], tuple[Any, ...]]:
    """By (order line, place): pieces taken off, and the money with them."""
    rows = Entry.objects.filter(kind=Entry.Kind.ONLINE_BACK).order_by().values("order_line_id", "location_id")
    sums = rows.annotate(n=-Sum("quantity"), **{f"all_{name}": Sum(name) for name in MONEY})
    facts = sums.values_list("order_line_id", "location_id", "n", *(f"all_{name}" for name in MONEY))
    return {(line or 0, place): tuple(rest) for line, place, *rest in facts}


def statements_are_the_sum_of_their_entries(at: datetime) -> Iterator[str]:
    rows = Entry.objects.filter(statement=OuterRef("pk")).order_by().values("statement")
    sums = {f"all_{name}": Coalesce(Subquery(rows.annotate(all=Sum(name)).values("all")), ZERO) for name in MONEY}
    found = Statement.objects.annotate(**sums)
    for row in found.exclude(**{name: F(f"all_{name}") for name in MONEY}):
        yield f"statement {row.name}: says {row.net}, its entries add up to {row.all_net}"  # type: ignore[attr-defined]


def statements_open_with_what_the_one_before_closed_with(at: datetime) -> Iterator[str]:
    between: dict[str, Any] = {"partition_by": [F("producer"), F("location")], "order_by": "number"}
    rows = Statement.objects.annotate(
        last=Window(Lag("closing"), **between), nth=Window(Lag("number"), **between), until=Window(Lag("ends_on"), **between)
    )  # fmt: skip
    for row in rows.order_by("pk"):
        late = row.until is not None and row.starts_on <= row.until
        if row.opening != (row.last or ZERO) or row.number != (row.nth or 0) + 1 or late:
            yield f"statement {row.name}: opens with {row.opening}, the one before closed with {row.last or ZERO}"


def entries_stand_between_the_parties_of_their_statement(at: datetime) -> Iterator[str]:
    rows = Entry.objects.filter(statement__isnull=False)
    same = {"producer": F("statement__producer"), "location": F("statement__location")}
    for entry in rows.exclude(**same):
        yield f"{entry.key} stands on a statement of others"


def what_was_paid_out_is_entered_once(at: datetime) -> Iterator[str]:
    """A line of a paid batch is a payment of just so much, and the other way round."""
    lines = PayoutLine.objects.filter(payout__paid_at__isnull=False)
    paid = {f"paid:{pk}": -amount for pk, amount in lines.values_list("pk", "amount")}
    for key, net in Entry.objects.filter(kind=Entry.Kind.PAID).values_list("key", "net"):
        if paid.pop(key, None) != net:
            yield f"{key}: {net} is entered, which no pay-out has paid"
    for key, net in paid.items():
        yield f"{key}: {-net} was paid out, and is not entered"


def paid_statements_were_agreed(at: datetime) -> Iterator[str]:
    """What the bank is told to pay both sides have confirmed, and a cancelled batch pays nothing."""
    agreed = Statement.objects.agreed().values("pk")
    for line in PayoutLine.objects.filter(live=True).exclude(statement__in=agreed).select_related("statement"):
        yield f"statement {line.statement.name} is in a pay-out, and not both sides agree to it"
    for payout in Payout.objects.filter(cancelled_at__isnull=False, lines__live=True).distinct():
        yield f"pay-out {payout.name} is cancelled, and still pays"


RULES = (
    parcels_taken_in_have_exactly_their_entries,
    the_ledger_has_exactly_its_entries,
    returns_undo_their_sales_and_no_more,
    statements_are_the_sum_of_their_entries,
    statements_open_with_what_the_one_before_closed_with,
    entries_stand_between_the_parties_of_their_statement,
    what_was_paid_out_is_entered_once,
    paid_statements_were_agreed,
)
