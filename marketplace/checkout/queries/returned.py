"""The money for goods that came back."""

from marketplace.fulfilment.models import Return
from marketplace.payment.models import Refund, Transaction


def refund_of(asked: Return) -> Refund | None:
    """What goes back for the return, by its key; nothing where the buyer had still to pay as much."""
    rows = Refund.objects.filter(source__order=asked.fulfilment.order_id, reason="returned")
    return (
        rows.filter(key__endswith=f"-returned-{asked.pk}")
        .select_related("source__order", "source__source_type")
        .first()
    )


def paid_out(asked: Return) -> Transaction | None:
    """The cash for it out of the drawer of its place, if that was the way."""
    rows = Transaction.objects.filter(source__order=asked.fulfilment.order_id, txn_type=Transaction.REFUND)
    return rows.filter(location=asked.fulfilment.location_id, reference__endswith=f"-returned-{asked.pk}").first()
