"""The parcels of an order before it is one, as the shopper reads and chooses them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from marketplace.errors import Refused
from marketplace.locations.models import Location
from marketplace.locations.promise import spoken
from marketplace.money import ZERO
from marketplace.order.drafts import DraftLine

from ..details import Details
from .drafting import Proposal, propose
from .planning import Planned, shared


@dataclass(frozen=True)
class Shown:
    """From where, what is in it, when it is there, and what its delivery costs. `fee` is None for what is collected."""

    title: str
    goods: list[str]
    pieces: int
    when: str
    fee: Decimal | None


@dataclass(frozen=True)
class Choice:
    """How the delivery could come: `value` is "one" parcel or "fast"."""

    value: str
    label: str
    when: str
    fee: Decimal
    chosen: bool


def shown(proposal: Proposal, *, at: datetime) -> list[Shown]:
    """One query, for the names of the places."""
    found = proposal.parcels
    ids = {pk for one in found for pk in (one.opening.parcel.location_id, *one.opening.parcel.sources)}
    names = dict(Location.objects.filter(pk__in=ids).values_list("pk", "name"))
    fees = [opening.fee for opening in shared(found, proposal.draft.shipping)]
    titles = {number: _titled(line) for number, line in enumerate(proposal.draft.lines)}
    return [_shown(one, fee, names, titles, at) for one, fee in zip(found, fees, strict=True)]


def _shown(one: Planned, fee: Decimal, names: dict[int, str], titles: dict[int, str], at: datetime) -> Shown:
    parcel, ready = one.opening.parcel, one.opening.promised_at
    facts = {"place": names[parcel.location_id]}
    sources = [names[pk] for pk in parcel.sources]
    if not one.sent:
        when = spoken(ready, at=at, sources=sources) if ready else ""
        return Shown(_("You collect at %(place)s") % facts, _goods(one, titles), _pieces(one), when, None)
    when = there(one.opening.arrives_on, sources=sources)
    return Shown(_("Parcel from %(place)s") % facts, _goods(one, titles), _pieces(one), when, fee)


def _goods(one: Planned, titles: dict[int, str]) -> list[str]:
    return [f"{units} × {titles[number]}" for number, units in one.opening.parcel.lines]


def _titled(line: DraftLine) -> str:
    """With the gift box that it belongs into."""
    return f"{line.product.title} ({line.box.title})" if line.box else str(line.product.title)


def _pieces(one: Planned) -> int:
    return sum(units for _line, units in one.opening.parcel.lines)


def there(day: date | None, *, sources: Sequence[str] = ()) -> str:
    """By when a parcel is at the door, and what is brought to it from elsewhere."""
    if day is None:
        return ""
    facts = {"day": f"{formats.date_format(day, 'l')}, {day:%d/%m}", "places": ", ".join(sources)}
    return _("at your door by %(day)s, with goods brought from %(places)s") % facts if sources else _("at your door by %(day)s") % facts  # fmt: skip


def choices(basket: Any, proposal: Proposal, *, user: Any, at: datetime) -> list[Choice]:
    """Several parcels soon, or one later, where there is that choice; else none."""
    details = proposal.details
    other = _other(basket, proposal, user, at) if _may_differ(proposal) else None
    if other is None or _sent(other) == _sent(proposal):
        return []
    both = (other, proposal) if details.one_parcel else (proposal, other)
    return [_choice(one, details) for one in both]


def _may_differ(proposal: Proposal) -> bool:
    """More than one parcel, or one into which several were gathered."""
    sent = [one.opening for one in proposal.parcels if one.sent]
    return len(sent) > 1 or any(one.gathers for one in sent)


def _other(basket: Any, proposal: Proposal, user: Any, at: datetime) -> Proposal | None:
    """None where that may not be ordered: it may cost more than can be paid this way."""
    otherwise = replace(proposal.details, one_parcel=not proposal.details.one_parcel)
    with suppress(Refused):
        return propose(basket, user=user, details=otherwise, at=at)
    return None


def _sent(proposal: Proposal) -> int:
    return sum(one.sent for one in proposal.parcels)


def _choice(proposal: Proposal, now: Details) -> Choice:
    days = [one.opening.arrives_on for one in proposal.parcels if one.opening.arrives_on]
    number = _sent(proposal)
    label = _("One parcel, later") if number == 1 else _("%(n)s parcels, as soon as possible") % {"n": number}
    value = "one" if proposal.details.one_parcel else "fast"
    chosen = proposal.details.one_parcel == now.one_parcel
    return Choice(value, label, there(max(days, default=None)), proposal.draft.shipping or ZERO, chosen)
