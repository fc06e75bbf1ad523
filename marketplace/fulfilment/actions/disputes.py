"""Nothing leaves the house while the bank may take the money for it."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.order.models import Order
from marketplace.payment.disputes.queries import holds

from ..models import Fulfilment

Status = Fulfilment.Status
HERE = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY)  # nobody but us has the goods


class PaymentDisputed(Refused):
    """Who has the goods and the money back has both."""

    sentence = _(
        "The payment of this order is disputed at the bank. It waits here until that is settled; the office knows."
    )
    code = "fulfilment_payment_disputed"


def refuse_disputed(*, fulfilment: Fulfilment) -> None:
    """Says no as long as the locked order's payment is disputed, unless the office lets it go on."""
    if holds(fulfilment.order_id):
        raise PaymentDisputed


def go_on(*, order: Order, at: datetime) -> None:
    """What waited at a counter is kept once more for as many days as before: nobody could collect it meanwhile."""
    if holds(order.pk):
        return
    for parcel in Fulfilment.objects.filter(order=order, status=Status.READY).select_related("location"):
        last = timezone.localdate(at) + timedelta(days=parcel.location.pickup_days)
        Fulfilment.objects.filter(pk=parcel.pk, collect_by__lt=last).update(collect_by=last)
