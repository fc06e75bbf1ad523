"""A worker carries the inbox into the ledger: a run of a till's events at a time, and one by one where a run breaks."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from marketplace import rows
from marketplace.errors import Refused
from marketplace.stock import actions as stock
from marketplace.tills.models import Till, TillEvent
from marketplace.tills.queries import products_by_code

log = logging.getLogger(__name__)
Status = TillEvent.Status
Faults = tuple[type[Exception], ...]
AT_ONCE = 1000  # events in one transaction: for so long the balances they touch are locked
ONE_BY_ONE = 100
ALONE = 7211  # the class of our advisory locks, one for each till
DISK = "synchronous_commit"
AWAY: Faults = (OperationalError, InterfaceError)  # the database, not the events: the next bell tries again
Products = Mapping[str, set[int]]


class UnknownCode(Refused):
    sentence = _("No product has the code “%(product_code)s”.")
    code = "unknown_code"


class AmbiguousCode(Refused):
    sentence = _("Several products have the code “%(product_code)s”; the shop's own code is needed.")
    code = "ambiguous_code"


class NotRecorded(Refused):
    """Something of ours went wrong; the log says what."""

    sentence = _("This event could not be recorded. The office has been asked to look.")
    code = "not_recorded"


class Waiting(NamedTuple):
    """An event in the inbox that nobody has recorded."""

    pk: int
    uuid: UUID
    kind: str
    occurred_at: datetime
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """Of what it moves. By its number in the inbox: the ledger's index then grows at its end, not everywhere."""
        return f"till:{self.pk}"


def record_next(*, till_id: int, at: datetime, interruptions: Faults = ()) -> bool:
    """The till's next waiting events are in the ledger, or parked with their reasons; False when there are none to take.

    A run is one transaction. One that breaks is undone and begun again event by event, so that only the event at
    fault is parked. `interruptions` are no event's fault.
    """
    nobodys = (*AWAY, *interruptions)
    try:
        return _record(till_id, at, AT_ONCE, nobodys) > 0
    except nobodys:
        raise
    except Exception:
        log.exception("till %s: a run of events broke", till_id)
    return sum(_record(till_id, at, 1, nobodys) for _ in range(ONE_BY_ONE)) > 0


@transaction.atomic
def _record(till_id: int, at: datetime, most: int, nobodys: Faults) -> int:
    """So many of the till's events were dealt with, in their order. Another worker at the same till leaves it alone."""
    events = _waiting(till_id, most) if _alone(till_id) else []
    if not events:
        return 0
    try:
        with transaction.atomic():
            said = _say(Till.objects.get(pk=till_id), events, at)
    except nobodys:
        raise
    except Exception:
        if most > 1:
            raise
        log.exception("till event %s", events[0].uuid)
        said = [NotRecorded()]
    recorded = [event.pk for event, no in zip(events, said, strict=True) if no is None]
    TillEvent.objects.filter(pk__among=recorded).update(status=Status.RECORDED, recorded_at=at)
    parked = [_parked(event, no) for event, no in zip(events, said, strict=True) if no is not None]
    rows.update(TillEvent, ["status", "answer"], parked)
    return len(events)


def _alone(till_id: int) -> bool:
    """Until the transaction ends nobody else records for this till; its reports come in meanwhile.

    The end waits for no disk: were the server to lose power in that instant, ledger and inbox would forget the run
    together, and the events, which are on disk, would still wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s), set_config(%s, 'off', true)", [ALONE, till_id, DISK])
        return bool(cursor.fetchone()[0])


def _waiting(till_id: int, most: int) -> list[Waiting]:
    events = TillEvent.objects.filter(till=till_id, status__literally=Status.WAITING).order_by("sequence")
    return [Waiting(*row) for row in events.values_list(*Waiting._fields)[:most]]


def _say(till: Till, events: Sequence[Waiting], at: datetime) -> list[Refused | None]:
    """What the ledger answers to each event."""
    products = products_by_code(line["code"] for event in events for line in event.body["lines"])
    read = [_read(event, products) for event in events]
    told = [one for one in read if not isinstance(one, Refused)]
    said = iter(stock.record(location_id=till.location_id, told=told, device=f"till:{till.pk}", at=at))
    return [one if isinstance(one, Refused) else next(said) for one in read]


def _read(event: Waiting, products: Products) -> stock.Told | Refused:
    """The event in the ledger's words; one code in doubt is a reason to park all of it."""
    meant = {}
    for line in event.body["lines"]:
        found = products[line["code"]]
        if len(found) != 1:
            return (AmbiguousCode if found else UnknownCode)(product_code=line["code"])
        [meant[line["code"]]] = found
    return READERS[event.kind](event, meant)


def _sale(event: Waiting, products: Mapping[str, int]) -> stock.Told:
    return stock.Sale(event.key, event.occurred_at, _lines(event, products))


def _return(event: Waiting, products: Mapping[str, int]) -> stock.Told:
    return stock.Return(event.key, event.occurred_at, _lines(event, products))


def _lines(event: Waiting, products: Mapping[str, int]) -> list[stock.Sold]:
    return [stock.Sold(products[x["code"]], x.get("lot"), x["quantity"]) for x in event.body["lines"]]


def _count(event: Waiting, products: Mapping[str, int]) -> stock.Told:
    counts = [
        stock.Counted(products[x["code"]], x["quantity"], f"{event.key}:{number}", x.get("lot"), x.get("seen"))
        for number, x in enumerate(event.body["lines"])
    ]
    return stock.Stocktaking(counts)


READERS: dict[str, Callable[[Waiting, Mapping[str, int]], stock.Told]] = {
    "sale": _sale, "return": _return, "count": _count,
}  # fmt: skip


def _parked(event: Waiting, no: Refused) -> tuple[int, str, str]:
    """Primary key, status, answer."""
    log.warning("till event %s parked: %s %s", event.uuid, no.code, no.facts)
    return event.pk, Status.PARKED, json.dumps({"code": no.code, "facts": no.facts})
