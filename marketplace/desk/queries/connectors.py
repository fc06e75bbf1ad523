"""Tills that are asked: when they answered last, and why not since."""

from django.db.models import Count, Q, QuerySet

from marketplace.errors import Refused
from marketplace.tills.gateways import ERRORS
from marketplace.tills.models import Connector, TillEvent

from .places import REASONS


def connectors() -> QuerySet[Connector]:
    """Each with how many events it brought, and how many of them somebody must look at."""
    parked = Q(till__events__status__literally=TillEvent.Status.PARKED)
    rows = Connector.objects.select_related("till__location").order_by("till__location__name", "till__name")
    return rows.annotate(told=Count("till__events"), parked=Count("till__events", filter=parked))


def trouble(connector: Connector) -> str:
    """The last error as a sentence; nothing when the last question went well."""
    if not connector.error:
        return ""
    refusal = (ERRORS | REASONS).get(connector.error["code"], Refused)
    return str(refusal(**connector.error.get("facts", {})))
