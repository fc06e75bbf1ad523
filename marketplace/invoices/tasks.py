"""The bells of the invoices."""

from celery import shared_task
from django.utils import timezone

from marketplace.errors import one_by_one
from marketplace.notices.tasks import ring

from . import actions, queries
from .models import Invoice

AT_ONCE = 100


@shared_task
def issue(invoice_id: int) -> None:
    """The provider is asked."""
    actions.issue(invoice_id=invoice_id, at=timezone.now())


@shared_task
def issue_due() -> None:
    """What was completed has its invoices, what was given back its adjustments, and what is due is asked for."""
    now = timezone.now()
    one_by_one(queries.to_prepare(AT_ONCE), lambda pk: actions.prepare(order_id=pk, at=now))
    one_by_one(queries.to_adjust(AT_ONCE), lambda pk: actions.adjust(order_id=pk, at=now))
    for invoice_id in Invoice.objects.due(now).values_list("pk", flat=True)[:AT_ONCE]:
        ring(issue, invoice_id)
