"""Goods that a buyer gives back, in words to the buyer and to the place that answers."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from marketplace.fulfilment.models import Return
from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.order.models import Order
from marketplace.order.notices import for_buyer, tell_buyer
from marketplace.people.models import User
from marketplace.people.phones import spoken


def return_asked(order: Order, asked: Return) -> None:
    """The buyer, that it has come; the place, that somebody waits for its answer."""
    days = settings.RETURN_ANSWER_DAYS
    noted = for_buyer(order, "return_noted", str(asked.pk), **_returned(asked) | {"days": days})
    tell_all(tellings=[noted, *_telling("return_asked", asked, _people_of(asked))])


def return_waiting(asked: Return, *, on: date) -> None:
    """The place once more, and the office with it."""
    people = _people_of(asked, also=Q(is_staff=True))
    tell_all(tellings=_telling("return_waiting", asked, people, f":{on.isoformat()}"))


def return_accepted(asked: Return) -> None:
    tell_buyer(asked.fulfilment.order, "return_accepted", str(asked.pk), **_returned(asked) | _way(asked))


def return_due(asked: Return) -> None:
    """The last day to send them is near."""
    tell_buyer(asked.fulfilment.order, "return_due", str(asked.pk), **_returned(asked) | _way(asked))


def return_declined(asked: Return) -> None:
    facts = _returned(asked) | {"answer": asked.answer}
    tell_buyer(asked.fulfilment.order, "return_declined", str(asked.pk), **facts)


def return_expired(asked: Return) -> None:
    tell_buyer(asked.fulfilment.order, "return_expired", str(asked.pk), **_returned(asked))


def return_settled(asked: Return) -> None:
    """What came, or need not come, and the money for it."""
    facts: dict[str, Any] = {
        "pieces": _pieces_of(asked, "came"), "amount": int(asked.refunded), "less": int(asked.less), "fee": int(asked.fee),
        "keep": asked.way == Return.Way.KEEP, "answer": asked.answer if asked.way == Return.Way.KEEP else "",
        "place": asked.fulfilment.location.name,
    }  # fmt: skip
    tell_buyer(asked.fulfilment.order, "return_settled", str(asked.pk), **facts)


def _returned(asked: Return) -> dict[str, Any]:
    place = asked.fulfilment.location
    return {
        "pieces": _pieces_of(asked, "quantity"), "why": asked.reason, "place": place.name,
        "place_phone": spoken(place.phone) if place.phone else "",
    }  # fmt: skip


def _way(asked: Return) -> dict[str, Any]:
    """How the goods come back, and by when."""
    place, by = asked.fulfilment.location, asked.send_by
    address = ", ".join(part for part in (place.street, str(place.commune or "")) if part)
    return {"way": asked.way, "answer": asked.answer, "send_by": by and by.isoformat(), "address": address}


def _pieces_of(asked: Return, how_many: str) -> list[list[Any]]:
    rows = asked.lines.order_by("pk").values_list("line__title", how_many)
    return [[title, pieces] for title, pieces in rows if pieces]


def _people_of(asked: Return, also: Q | None = None) -> QuerySet[User]:
    """The staff of the place; at a producer's store the producer's people. Nobody whose account is closed."""
    place = asked.fulfilment.location_id
    theirs = Q(locations=place) | Q(partners__store=place)
    return User.objects.filter(theirs | also if also else theirs, is_active=True).distinct().order_by("pk")


def _telling(kind: str, asked: Return, people: Iterable[User], occasion: str = "") -> Iterator[Telling]:
    facts = _returned(asked) | {
        "number": asked.fulfilment.order.number, "words": asked.words, "since": asked.asked_at.isoformat(),
        "sent": asked.sent_at.isoformat() if asked.sent_at else None, "tracking": asked.tracking,
    }  # fmt: skip
    for one in people:
        more = {"name": one.get_full_name(), "url": link("desk:return", asked.pk, language=one.language)}
        yield Telling(kind, f"{asked.pk}:{one.pk}{occasion}", Recipient.of(one), facts | more)
