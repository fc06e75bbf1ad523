"""Two words about one parcel at the same moment. Each race has its twin without the locks, which must go wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from marketplace.errors import Refused
from marketplace.fulfilment import actions
from marketplace.fulfilment.actions import steps, tracking
from marketplace.fulfilment.actions.status_files import take_file
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.order import actions as orders
from marketplace.order.models import Order
from tests import people
from tests.checkout.rules import broken
from tests.concurrency import at_once, in_step, when_another_is_in_step

from .carried import NOW, carrier, hear, packed, sent

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=2)
HEADING = "Mã vận đơn;Trạng thái;Thời gian\n"
Deeds = list[Callable[[], Any]]


def two_files() -> Deeds:
    """The same parcel is delivered in both, a minute apart."""
    sent()
    by, tam = carrier(), people.tam()

    def one(minute: int) -> Callable[[], Any]:
        rows = f"BN1;Đang giao hàng;21/11/2026 08:00\nBN1;Giao thành công;21/11/2026 09:0{minute}\n"
        return lambda: take_file(carrier=by, name="a.csv", data=(HEADING + rows).encode(), by=tam, at=LATER)

    return [one(0), one(1)]


def marked_by_hand_meanwhile() -> Deeds:
    parcel, mai = sent(), people.mai()
    return [
        lambda: hear("delivered", 3),
        lambda: actions.delivered(fulfilment=Fulfilment.objects.get(pk=parcel.pk), by=mai, at=LATER),
    ]


def failed_by_hand_while_delivered() -> Deeds:
    parcel, mai = sent(), people.mai()
    return [
        lambda: hear("delivered", 3),
        lambda: actions.fail(fulfilment=Fulfilment.objects.get(pk=parcel.pk), by=mai, reason="vắng", at=LATER),
    ]


RACES = [two_files, marked_by_hand_meanwhile, failed_by_hand_while_delivered]


def ended() -> int:
    """How often a parcel was ended."""
    return Entry.objects.filter(action__in=("fulfilment.delivered", "fulfilment.failed")).count()


def run(race: Callable[[], Deeds], unlock: Callable[[], None] = lambda: None) -> list[Any]:
    deeds = race()
    unlock()
    return at_once(len(deeds), lambda number: deeds[number]())


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_parcel_ends_once_whoever_comes_first(race: Callable[[], Deeds]) -> None:
    answers = run(race)
    errors = [one for one in answers if isinstance(one, Exception)]
    assert [one for one in errors if not isinstance(one, Refused)] == [] and len(errors) <= 1
    assert ended() == 1 and broken(LATER) == []
    assert Notice.objects.filter(kind__in=("order_handed_over", "order_undelivered")).count() == 1


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_without_the_locks_it_ends_twice(race: Callable[[], Deeds], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""

    move = steps._move

    def slowly(*args: Any, **facts: Any) -> None:
        in_step()
        move(*args, **facts)

    def unlock() -> None:
        monkeypatch.setattr(orders, "lock", lambda order_id: Order.objects.get(pk=order_id))
        monkeypatch.setattr(steps, "_move", slowly)
        monkeypatch.setattr(tracking, "one_at_a_time", lambda **_facts: None)

    def goes_wrong() -> bool:
        before = ended()
        answers = run(race, unlock)
        monkeypatch.undo()
        wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]
        went_wrong = ended() - before > 1 or bool(wrong) or bool(broken(LATER))
        ParcelEvent.objects.all().delete()
        Fulfilment.objects.update(by_carrier=None)
        return went_wrong

    assert any(goes_wrong() for _ in range(5)), "by luck once, not five times"


def _told_while_it_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand-over takes its time; meanwhile the carrier tells of the number, which nobody knows yet."""
    parcel, by, mai = packed(), carrier(), people.mai()
    caught_up = tracking.catch_up

    def slowly(**facts: Any) -> None:
        caught_up(**facts)
        in_step()

    monkeypatch.setattr(tracking, "catch_up", slowly)

    def one(number: int) -> None:
        if number:
            when_another_is_in_step()
            hear("taken", 1)
        else:
            actions.ship(fulfilment=parcel, by=mai, carrier=by.name, tracking_number="BN1", at=NOW)

    assert at_once(2, one) == [None, None]


def test_a_word_that_comes_while_its_parcel_goes_out_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_while_it_goes_out(monkeypatch)
    assert ParcelEvent.objects.get().outcome == "noted" and broken(LATER) == []


def test_without_the_lock_it_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "one_at_a_time", lambda **_facts: None)
    _told_while_it_goes_out(monkeypatch)
    assert ParcelEvent.objects.get().outcome == "unknown" and len(broken(LATER)) == 1
