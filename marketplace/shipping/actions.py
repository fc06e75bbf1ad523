"""Changes to the delivery tariff. Orders placed keep the fee that they were placed with."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.people.models import User

from .models import TariffStep, Zone

FIELDS = ("name", "name_en", "days", "elsewhere")


class ProvinceTwice(Refused):
    """Two zones for one province: nobody could say what delivery costs."""

    sentence = _("%(provinces)s already belongs to another zone.")
    code = "province_twice"


class StepTwice(Refused):
    sentence = _("Each weight may stand in a zone once.")
    code = "tariff_step_twice"


class NoSteps(Refused):
    sentence = _("A zone needs at least one step with its price.")
    code = "no_tariff_steps"


class ElsewhereNeeded(Refused):
    """A province in no zone needs somewhere to fall."""

    sentence = _("The zone for all other provinces is needed; it cannot be removed.")
    code = "elsewhere_needed"


@transaction.atomic
def save_zone(*, zone: Zone, provinces: Iterable[Any], steps: Iterable[Mapping[str, Any]], by: User) -> None:
    """The zone has these provinces and these steps, from the next basket on. `zone` may be new."""
    chosen, wanted = list(provinces), [dict(step) for step in steps]
    taken = [str(one) for one in chosen if one.shipping_zones.exclude(pk=zone.pk).exists()]
    if taken:
        raise ProvinceTwice(provinces=", ".join(taken))
    if not wanted:
        raise NoSteps
    if len({step["up_to_grams"] for step in wanted}) < len(wanted):
        raise StepTwice
    if zone.pk:
        zone.save(update_fields=FIELDS)
    else:
        zone = Zone.objects.create(**{name: getattr(zone, name) for name in FIELDS})
    zone.provinces.set(chosen)
    zone.steps.all().delete()
    TariffStep.objects.bulk_create(TariffStep(zone=zone, **step) for step in wanted)
    told = [[step["up_to_grams"], int(step["price"]), int(step["extra"])] for step in wanted]
    note(zone, "tariff.saved", by=by, provinces=[one.code for one in chosen], steps=told)


@transaction.atomic
def remove_zone(*, zone: Zone, by: User) -> None:
    """Its provinces cost what all others cost."""
    if zone.elsewhere:
        raise ElsewhereNeeded
    note(zone, "tariff.removed", by=by, name=zone.name)
    zone.delete()
