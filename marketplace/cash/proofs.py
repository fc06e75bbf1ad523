"""What must hold of counted cash whatever happened. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Q, Sum

from marketplace.payment.models import Transaction

from .models import CashUp, CashUpEntry
from .queries import IN_CASH, IN_DRAWERS, into_drawer


def cash_ups_expect_what_their_payments_add_up_to(at: datetime) -> Iterator[str]:
    sums = Sum(into_drawer("entries__transaction__"), default=0)
    for one in CashUp.objects.annotate(sum=sums).exclude(expected=F("sum")):
        yield f"cash-up {one.pk} expects {one.expected}, its payments are {one.sum}"


def cash_is_counted_where_it_was_taken(at: datetime) -> Iterator[str]:
    """A point counts its own drawer, a carrier hands over what it took; each payment, to and fro, once."""
    here = Q(cash_up__location=F("transaction__location"), transaction__carrier="")
    theirs = Q(cash_up__location=None, cash_up__carrier=F("transaction__carrier"))
    in_cash = Q(transaction__in=Transaction.objects.filter(IN_DRAWERS))
    for entry in CashUpEntry.objects.exclude((here | theirs) & in_cash):
        yield f"payment {entry.transaction_id} is in cash-up {entry.cash_up_id}, which is not of its place"
    for row in CashUpEntry.objects.values("transaction").annotate(n=Count("pk")).filter(n__gt=1):
        yield f"payment {row['transaction']} is counted {row['n']} times"


def cash_for_parcels_says_where_it_was_taken(at: datetime) -> Iterator[str]:
    rows = Transaction.objects.filter(txn_type=Transaction.DEBIT, source__source_type__code__in=IN_CASH)
    lost = rows.filter(reference__startswith="fulfilment:").filter(Q(location=None) | Q(happened_at=None))
    for one in lost.select_related("source__order"):
        yield f"order {one.source.order.number}: {one.amount} in cash, taken nobody knows where or when"


RULES = [
    cash_ups_expect_what_their_payments_add_up_to,
    cash_is_counted_where_it_was_taken,
    cash_for_parcels_says_where_it_was_taken,
]
