"""A till is asked what has happened since the cursor; its events and the new cursor are kept together, or neither."""

import logging
import os
import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.tills import actions as tills
from marketplace.tills.gateways import ForbiddenAddress, NoToken, TillError, addresses, http
from marketplace.tills.models import Connector, Till, TillEvent
from marketplace.tokens import hashed

from . import mapping
from .pacing import pause as pause_after

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)  # nobody else asks meanwhile; a worker that dies leaves the connector due again
MOST_PAGES, PER_PAGE, MOST_PER_PAGE = 10, 200, 500
BUDGET = 8.0  # seconds in which another page is asked for; the last may take its own six
TOKEN_PREFIX = "TILL_TOKEN_"  # so that no other secret of the environment can be named


class WrongTokenName(Refused):
    sentence = _("The name of a token begins with %(prefix)s, followed by capital letters, digits and underscores.")
    code = "wrong_token_name"


@dataclass(frozen=True)
class Setup:
    """What the office says of a connector. `token_name` is a variable of the environment, never the token itself."""

    url: str
    token_name: str
    every: int
    fields: Mapping[str, str]
    cursor: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """Columns of the row."""
        return asdict(self) | {"fields": dict(self.fields)}


@transaction.atomic
def connect(*, location: Location, name: str, setup: Setup, by: Any, at: datetime) -> Connector:
    """The till is asked from now on."""
    _check(setup)
    hidden = hashed(secrets.token_urlsafe(32))  # nobody holds a token of this till: it does not report by itself
    till = Till.objects.create(kind=Till.Kind.POLLED, location=location, name=name, token_hash=hidden)
    connector = Connector.objects.create(till=till, next_try_at=at, **setup.facts)
    note(connector, "connector.made", by=by, token_name=setup.token_name)
    return connector


@transaction.atomic
def change(*, connector: Connector, name: str, setup: Setup, by: Any, at: datetime) -> None:
    """The till is asked as said now, at once; what it told stays."""
    _check(setup)
    Till.objects.filter(pk=connector.till_id).update(name=name)
    Connector.objects.filter(pk=connector.pk).update(**setup.facts, next_try_at=at, failures=0, error={})
    note(connector, "connector.changed", by=by, token_name=setup.token_name)


def _check(setup: Setup) -> None:
    if not addresses.looks_callable(setup.url):
        raise ForbiddenAddress
    name = setup.token_name
    if name and not (name.startswith(TOKEN_PREFIX) and name.isascii() and name.isidentifier() and name == name.upper()):
        raise WrongTokenName(prefix=TOKEN_PREFIX)


@transaction.atomic
def pause(*, connector: Connector, by: Any, at: datetime) -> None:
    """The till is asked no more."""
    if Connector.objects.filter(pk=connector.pk, paused_at__isnull=True).update(paused_at=at):
        note(connector, "connector.paused", by=by)


@transaction.atomic
def resume(*, connector: Connector, by: Any, at: datetime) -> None:
    """The till is asked again, from where it stopped."""
    facts = {"paused_at": None, "next_try_at": at, "failures": 0}
    if Connector.objects.filter(pk=connector.pk, paused_at__isnull=False).update(**facts):
        note(connector, "connector.resumed", by=by)


def hasten(*, connector: Connector, at: datetime) -> None:
    """The till is due now, whatever it waited for."""
    Connector.objects.filter(pk=connector.pk, paused_at__isnull=True).update(next_try_at=at)


@dataclass(frozen=True)
class Kept:
    """What a page brought: events that were new, whether there are more behind it, what the till told otherwise than before."""

    fresh: int
    more: bool
    error: dict[str, Any]


def poll(*, connector_id: int, at: datetime) -> int:
    """What the till told since the cursor is in the inbox, page by page; or the connector waits, with the reason.

    No row is locked while the till thinks. Returns how many events were new.
    """
    if not Connector.objects.due(at).filter(pk=connector_id).update(next_try_at=at + LEASE, asked_at=at):
        return 0
    begun = time.monotonic()
    pages: list[Kept] = []
    try:
        while not pages or (pages[-1].more and len(pages) < MOST_PAGES and time.monotonic() - begun < BUDGET):
            pages.append(_next_page(connector_id, at))
    except TillError as error:
        _failed(connector_id, error, at)
    else:
        _went_well(connector_id, pages, at)
    return sum(page.fresh for page in pages)


def _next_page(connector_id: int, at: datetime) -> Kept:
    connector = Connector.objects.get(pk=connector_id)
    answer = http.ask(url=connector.url, token=_token(connector), cursor=connector.cursor, limit=PER_PAGE)
    page = mapping.page(
        answer=answer, fields=connector.fields, till_id=connector.till_id, cursor=connector.cursor,
        most=MOST_PER_PAGE, at=at,
    )  # fmt: skip
    return _keep(connector, page, at)


def _token(connector: Connector) -> str:
    name = connector.token_name
    if not name:
        return ""
    if not os.environ.get(name):
        raise NoToken(name=name)
    return os.environ[name].strip()


@transaction.atomic
def _keep(connector: Connector, page: mapping.Page, at: datetime) -> Kept:
    """The events are in the inbox, and the cursor stands behind them.

    Where another worker has kept this page first the cursor has moved, and nothing is done.
    """
    till = Till.objects.select_for_update(no_key=True).get(pk=connector.till_id)
    asked = Connector.objects.filter(pk=connector.pk, cursor=connector.cursor)
    if not asked.update(cursor=page.cursor, answered_at=at):
        return Kept(0, more=False, error={})
    reports, new = _numbered(till, page)
    receipt = tills.accept(till=till, reports=reports, at=at)
    _park([told for told in page.events if told.refusal and told.uuid in new])
    refused = next((answer for answer in receipt.answers if answer.status == "refused"), None)
    error = {"code": refused.code, "facts": refused.facts} if refused else {}
    return Kept(len(new), more=bool(page.events) and page.cursor != connector.cursor, error=error)


def _numbered(till: Till, page: mapping.Page) -> tuple[list[tills.Report], set[UUID]]:
    """What is new gets the till's next numbers, for such a till has none of its own; and which these are."""
    told = [event.uuid for event in page.events]
    known = set(TillEvent.objects.filter(uuid__in=told).values_list("uuid", flat=True))
    last = till.events.aggregate(last=Max("sequence"))["last"] or 0
    new = {uuid: last + 1 + n for n, uuid in enumerate(uuid for uuid in dict.fromkeys(told) if uuid not in known)}
    reports = [tills.Report(e.uuid, new.get(e.uuid, 0), e.kind, e.occurred_at, e.body) for e in page.events]
    return reports, set(new)


def _park(unreadable: list[mapping.Told]) -> None:
    """What cannot be read waits for a person from the first moment; the others go on."""
    for told in unreadable:
        assert told.refusal
        why = {"code": told.refusal.code, "facts": told.refusal.facts}
        TillEvent.objects.filter(uuid=told.uuid).update(status=TillEvent.Status.PARKED, answer=why)


def _went_well(connector_id: int, pages: list[Kept], at: datetime) -> None:
    """What the till told otherwise than it did before is shown; what it said first stays."""
    every = Connector.objects.values_list("every", flat=True).get(pk=connector_id)
    due = at if pages[-1].more else at + timedelta(seconds=every)
    error = next((page.error for page in pages if page.error), {})
    Connector.objects.filter(pk=connector_id).update(failures=0, next_try_at=due, error=error)


def _failed(connector_id: int, error: TillError, at: datetime) -> None:
    """Asked again later and later."""
    log.warning("connector %s: %s %s", connector_id, error.code, error.facts)
    connector = Connector.objects.get(pk=connector_id)
    failures = connector.failures + 1
    wait = pause_after(failures=failures, every=timedelta(seconds=connector.every), share=random.random())
    told = {"failures": failures, "error": {"code": error.code, "facts": error.facts}, "next_try_at": at + wait}
    Connector.objects.filter(pk=connector_id).update(**told)
