"""Why a place serves an order."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why this place: kept with the parcel (its value) and shown to people (its label)."""

    PICKUP = "pickup", _("The shopper collects here")
    ONLY = "only", _("The only place that has everything")
    EXPIRES = "expires", _("Has the lots that expire first")
    NEAREST = "nearest", _("The nearest place that has everything")
    LEAST_BUSY = "least-busy", _("The least busy of equally near places")
    EQUAL = "equal", _("One of several equally good places")
    BROUGHT = ("brought", _("The shopper collects here; what is missing comes from elsewhere"))
    GATHERED = ("gathered", _("The shopper wants one parcel; what is missing comes from elsewhere"))
    FEWEST = ("fewest", _("No single place has everything; this makes the fewest parcels"))
