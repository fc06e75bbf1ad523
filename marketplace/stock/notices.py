"""What producers, points and the office hear about stock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from marketplace.locations.models import Location
from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.notices.queries import daily
from marketplace.partner.models import StockRecord
from marketplace.people.models import User

from .ageing import Stage
from .models import Balance, Lot, Shortage, Transfer, TransferLine
from .queries.watched import Ageing, Scarce


def stock_low(left: Mapping[int, int], *, at: datetime) -> None:
    """The producer's people hear, once per product and day, that so little is `left` (stock record → pieces)."""
    rows = StockRecord.objects.filter(pk__in=left).select_related("product", "partner")
    told = []
    for record in rows.prefetch_related("partner__users"):
        facts = {"product": record.product.title, "left": left[record.pk], "threshold": record.low_stock_threshold}
        occasion = f"{record.product_id}:{timezone.localdate(at)}"
        for user in _active(record.partner.users.all()):
            url = link("desk:listing", record.product_id, language=user.language)
            told.append(_telling("stock_low", f"{occasion}:{user.pk}", user, facts | {"url": url}))
    tell_all(tellings=told, at=at)


def stock_short(shortages: Iterable[Shortage], *, at: datetime) -> None:
    """The point and the office hear that a place has promised more than it has."""
    opened = [shortage.pk for shortage in shortages]
    if not opened:
        return
    rows = Shortage.objects.filter(pk__in=opened).select_related("balance__lot__product", "balance__location")
    office, told = _office(), []
    for shortage in rows.prefetch_related("balance__location__staff"):
        for user in {*_active(shortage.balance.location.staff.all()), *office}:
            facts = _facts(shortage.balance, user) | {"quantity": shortage.quantity}
            told.append(_telling("stock_short", f"{shortage.pk}:{user.pk}", user, facts))
    tell_all(tellings=told, at=at)


def stock_uncounted(balances: Sequence[Balance], *, at: datetime) -> None:
    """The point is asked, once per product and day, to count what its till sold beyond the books."""
    if not balances:
        return
    rows = Balance.objects.filter(pk__in=[b.pk for b in balances]).select_related("lot__product", "location")
    told = []
    for balance in rows.prefetch_related("location__staff"):
        occasion = f"{balance.pk}:{timezone.localdate(at)}"
        staff = _active(balance.location.staff.all())
        told += [_telling("stock_uncounted", f"{occasion}:{x.pk}", x, _facts(balance, x)) for x in staff]
    tell_all(tellings=told, at=at)


def _facts(balance: Balance, user: User) -> dict[str, Any]:
    url = link("desk:stock", balance.location_id, language=user.language)
    return {"product": balance.lot.product.title, "location": balance.location.name, "url": url}


def _telling(kind: str, key: str, user: User, facts: dict[str, Any]) -> Telling:
    return Telling(kind, key, Recipient.of(user), {"name": user.get_full_name()} | facts)


def transfer_sent(transfer: Transfer, lines: Iterable[TransferLine], *, at: datetime) -> None:
    """Those who work where the goods are going know what comes, and when."""
    facts = _of_transfer(transfer) | {
        "expected_on": transfer.expected_on and transfer.expected_on.isoformat(),
        "lines": [[line.quantity, _name(line)] for line in lines],
    }
    tell_all(tellings=_about(transfer, "transfer_sent", people_of([transfer.target_id]), facts), at=at)


def transfer_short(transfer: Transfer, lines: Iterable[TransferLine], *, at: datetime) -> None:
    """The source and the office know what did not arrive, and why."""
    missing = [[line.missing, _name(line), line.reason] for line in lines]
    facts = _of_transfer(transfer) | {"lines": missing}
    people = {*people_of([transfer.source_id]), *_office()}
    tell_all(tellings=_about(transfer, "transfer_short", people, facts), at=at)


def transfers_wanted(order_id: int, *, at: datetime, longer: Mapping[int, bool] | None = None) -> None:
    """Those who have goods that a pickup point lacks for an order which nothing holds up any more.

    `longer`: of these places alone, whose lists have grown; true where people had the shorter one. A list is written
    anew when it grows, so its newest line says whether this has been told.
    """
    rows = Transfer.objects.filter(order_id=order_id, status=Transfer.Status.DRAFT).select_related("source", "target")
    rows = rows if longer is None else rows.filter(source__in=longer)
    told: list[Telling] = []
    for transfer in rows.prefetch_related("lines__lot__product").order_by("pk"):
        lines = list(transfer.lines.all())
        facts = _of_transfer(transfer) | {
            "expected_on": transfer.expected_on and transfer.expected_on.isoformat(),
            "lines": [[line.quantity, _name(line)] for line in lines],
            "longer": (longer or {}).get(transfer.source_id, False),
        }
        newest = max((line.pk for line in lines), default=0)
        told += _about(transfer, "transfer_wanted", people_of([transfer.source_id]), facts, f":{newest}")
    if told:
        tell_all(tellings=told, at=at)


def transfers_fewer(known: Sequence[Transfer], *, at: datetime) -> set[int]:
    """Those who were told to send more for an order than is on its lists now, or than is left of them. Which places.

    `known`: the lists as their people know them.
    """
    rows = (
        TransferLine.objects.filter(transfer__in=known).select_related("lot__product").order_by("pk") if known else []
    )
    left: dict[int, list[TransferLine]] = {transfer.pk: [] for transfer in known}
    for line in rows:
        left[line.transfer_id].append(line)
    told, fewer = [], [one for one in known if _pieces(left[one.pk]) < _pieces(one.lines.all())]
    for one in fewer:
        lines = left[one.pk]
        facts = _of_transfer(one) | {"lines": [[line.quantity, _name(line)] for line in lines]}
        occasion = f":{max((line.pk for line in lines), default=0)}:{_pieces(lines)}"
        told += _about(one, "transfer_fewer", people_of([one.source_id]), facts, occasion, gone=not lines)
    tell_all(tellings=told, at=at)
    return {one.source_id for one in fewer}


def _pieces(lines: Iterable[TransferLine]) -> int:
    return sum(line.quantity for line in lines)


def lot_frozen(lot: Lot, *, at: datetime) -> None:
    """Everybody who has units of the lot to put aside, its producer and the office."""
    tell_all(tellings=_about_lot(lot, "lot_frozen", lot.frozen_because, at), at=at)


def lot_thawed(lot: Lot, reason: str, *, at: datetime) -> None:
    """The same people may sell it again."""
    tell_all(tellings=_about_lot(lot, "lot_thawed", reason, at), at=at)


def people_of(location_ids: Iterable[int]) -> list[User]:
    """Who works at these places; at a producer's store the producer's people."""
    ids = list(location_ids)
    here = Q(locations__in=ids) | Q(partners__store__in=ids)
    return list(User.objects.filter(here, is_active=True).distinct().order_by("pk"))


def _active(people: Iterable[User]) -> list[User]:
    """Of those who were asked for already; who has left the work hears nothing of it."""
    return [x for x in people if x.is_active]


def _office() -> list[User]:
    return list(User.objects.filter(is_staff=True, is_active=True))


def _name(line: TransferLine) -> str:
    return f"{line.lot.product.title} · {line.lot.code}"


def _of_transfer(transfer: Transfer) -> dict[str, Any]:
    return {"number": transfer.pk, "source": transfer.source.name, "target": transfer.target.name}


def _about(
    transfer: Transfer, kind: str, people: Iterable[User], facts: dict[str, Any], occasion: str = "", gone: bool = False
) -> list[Telling]:
    """With a link to its page or, where it is no more, to those that there are."""
    told = []
    for x in sorted(people, key=lambda x: x.pk):
        where: tuple[Any, ...] = ("desk:transfers",) if gone else ("desk:transfer", transfer.pk)
        url = link(*where, language=x.language)
        told.append(_telling(kind, f"{transfer.pk}{occasion}:{x.pk}", x, facts | {"url": url}))
    return told


def _about_lot(lot: Lot, kind: str, reason: str, at: datetime) -> list[Telling]:
    """One letter a person: the page of the lot where that is theirs to see, else that of a place of theirs."""
    holding = Q(balances__in=Balance.objects.filter(lot=lot).exclude(on_hand=0, held=0))
    coming = Q(received_transfers__lines__lot=lot, received_transfers__status__in=["sent", "partly"])
    places = (
        Location.objects.filter(holding | coming).distinct().order_by("pk").prefetch_related("staff", "producer__users")
    )
    owners = [*lot.product.producer.users.all(), *_office()] if lot.product.producer else _office()
    readers = {x: link("desk:lot", lot.pk, language=x.language) for x in owners}
    for place in places:
        for x in (*place.staff.all(), *(place.producer.users.all() if hasattr(place, "producer") else ())):
            readers.setdefault(x, link("desk:stock", place.pk, language=x.language))
    facts = {"product": lot.product.title, "lot": lot.code, "reason": reason}
    occasion = f"{lot.pk}:{at.isoformat()}"
    return [_telling(kind, f"{occasion}:{x.pk}", x, facts | {"url": readers[x]}) for x in _active(readers)]


def stock_reviewed(user: User, expiring: Sequence[Ageing], low: Sequence[Scarce], *, on: date) -> None:
    """One letter a day with all that the person should look at. Its `subjects` are what need not be said again."""
    past = [row for row in expiring if row.stage == Stage.PAST]
    facts = {
        "on": on.isoformat(),
        "subjects": [row.subject for row in expiring] + [row.subject for row in low],
        "past": [_ageing(row) for row in past],
        "soon": [_ageing(row) for row in expiring if row.stage != Stage.PAST],
        "low": [[row.left, row.title, row.location, row.safety_stock] for row in low],
        "url": link("desk:stocks", language=user.language),
    }
    tell_all(tellings=[_telling("stock_reviewed", daily(on, user.pk), user, facts)])


def _ageing(row: Ageing) -> list[Any]:
    return [row.pieces, f"{row.title} · {row.lot}", row.location, f"{row.best_before:%d/%m/%Y}"]
