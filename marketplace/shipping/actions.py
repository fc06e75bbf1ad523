"""Changes to carriers and tariffs. Orders placed keep the fee that they were placed with."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.people.models import User

from .models import Carrier, FreeDelivery, Tariff, TariffStep, Zone
from .queries import hashed

FIELDS = ("name", "name_en", "days", "elsewhere")
OF_CARRIER = ("name", "phone", "tracking_url", "gateway", "divisor", "cooled", "active", "mapping")


class ProvinceTwice(Refused):
    """Two zones for one province: nobody could say what delivery costs."""

    sentence = _("%(provinces)s already belongs to another zone.")
    code = "province_twice"


class StepTwice(Refused):
    sentence = _("Each weight may stand in a tariff once.")
    code = "tariff_step_twice"


class NoSteps(Refused):
    sentence = _("A tariff needs at least one step with its price.")
    code = "no_tariff_steps"


class TariffPast(Refused):
    """What shoppers were asked yesterday is not rewritten."""

    sentence = _("A tariff begins today or later; what was asked before stays as it was.")
    code = "tariff_past"


class TariffInForce(Refused):
    sentence = _("This tariff is in force. Enter another from today on, or take the carrier out of use.")
    code = "tariff_in_force"


class ElsewhereNeeded(Refused):
    """A province in no zone needs somewhere to fall."""

    sentence = _("The zone for all other provinces is needed; it cannot be removed.")
    code = "elsewhere_needed"


class NoApi(Refused):
    sentence = _("%(carrier)s does not report by itself; change that first.")
    code = "carrier_without_api"


@transaction.atomic
def save_zone(*, zone: Zone, provinces: Iterable[Any], by: User) -> Zone:
    """The zone has these provinces, from the next basket on. `zone` may be new; its tariffs are entered by themselves."""
    chosen = list(provinces)
    taken = [str(one) for one in chosen if one.shipping_zones.exclude(pk=zone.pk).exists()]
    if taken:
        raise ProvinceTwice(provinces=", ".join(taken))
    if zone.pk:
        zone.save(update_fields=FIELDS)
    else:
        zone = Zone.objects.create(**{name: getattr(zone, name) for name in FIELDS})
    zone.provinces.set(chosen)
    note(zone, "zone.saved", by=by, provinces=[one.code for one in chosen])
    return zone


@transaction.atomic
def remove_zone(*, zone: Zone, by: User) -> None:
    """Its provinces cost what all others cost."""
    if zone.elsewhere:
        raise ElsewhereNeeded
    note(zone, "zone.removed", by=by, name=zone.name)
    zone.delete()


@transaction.atomic
def save_tariff(
    *, zone: Zone, carrier: Carrier, valid_from: date, hours: int | None, steps: Iterable[Mapping[str, Any]], by: User,
    at: datetime,
) -> Tariff:  # fmt: skip
    """From that day on the carrier takes this to the zone; one entered for the same day before is replaced."""
    wanted = [dict(step) for step in steps]
    if not wanted:
        raise NoSteps
    if len({step["up_to_grams"] for step in wanted}) < len(wanted):
        raise StepTwice
    if valid_from < timezone.localdate(at):
        raise TariffPast
    Carrier.objects.select_for_update(no_key=True).get(pk=carrier.pk)  # two of one day come one after the other
    key: dict[str, Any] = {"zone": zone, "carrier": carrier, "valid_from": valid_from}
    tariff, _new = Tariff.objects.update_or_create(**key, defaults={"hours": hours})
    tariff.steps.all().delete()
    TariffStep.objects.bulk_create(TariffStep(tariff=tariff, **step) for step in wanted)
    told = [[step["up_to_grams"], int(step["price"]), int(step["extra"])] for step in wanted]
    note(tariff, "tariff.saved", by=by, valid_from=valid_from.isoformat(), hours=hours, steps=told)
    return tariff


@transaction.atomic
def drop_tariff(*, tariff: Tariff, by: User, at: datetime) -> None:
    """A tariff that has not begun will not begin."""
    if tariff.valid_from <= timezone.localdate(at):
        raise TariffInForce
    note(tariff, "tariff.dropped", by=by, tariff=str(tariff))
    tariff.delete()


@transaction.atomic
def save_free(*, free: FreeDelivery, by: User) -> None:
    """From its first day to its last, goods for so much are brought free of charge."""
    names = ("zone", "least", "valid_from", "valid_until")
    made = FreeDelivery.objects.create(**{name: getattr(free, name) for name in names})
    note(made, "free_delivery.saved", by=by, least=int(made.least), zone=str(made.zone or ""))


@transaction.atomic
def remove_free(*, free: FreeDelivery, by: User) -> None:
    """From the next basket on it counts no more."""
    note(free, "free_delivery.removed", by=by, least=int(free.least), zone=str(free.zone or ""))
    free.delete()


@transaction.atomic
def save_carrier(*, carrier: Carrier, by: User) -> Carrier:
    """The carrier is known as told. One that no longer reports by itself has no token."""
    if carrier.pk:
        carrier.token_hash = carrier.token_hash if carrier.gateway == Carrier.Gateway.API else None
        carrier.save(update_fields=[*OF_CARRIER, "token_hash"])
    else:
        carrier = Carrier.objects.create(**{name: getattr(carrier, name) for name in OF_CARRIER})
    note(carrier, "carrier.saved", by=by, active=carrier.active, gateway=carrier.gateway)
    return carrier


@transaction.atomic
def new_token(*, carrier: Carrier, by: User) -> str:
    """The carrier reports with this token, which is shown this once; the one before opens nothing any more."""
    if carrier.gateway != Carrier.Gateway.API:
        raise NoApi(carrier=carrier.name)
    token = secrets.token_urlsafe(32)
    carrier.token_hash = hashed(token)
    carrier.save(update_fields=["token_hash"])
    note(carrier, "carrier.token", by=by)
    return token
