"""A till of which nothing is heard while its place is open: the point and the office know, each silence once."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.locations.models import OpeningHours
from marketplace.notices.models import Notice
from marketplace.tills import actions, tasks
from marketplace.tills.models import Till
from tests import make, people
from tests.concurrency import at_once

NOW = make.NOW  # 10 o'clock


@pytest.fixture
def till(db: None) -> Till:
    """Its point is open from 7 to 19. Last heard an hour before it closed yesterday."""
    people.tam()
    till = make.till()[0]
    OpeningHours.objects.bulk_create(
        OpeningHours(location=till.location, weekday=day, opens=time(7), closes=time(19)) for day in range(7)
    )
    spoke(till, hours=16)
    return till


def spoke(till: Till, *, hours: float) -> None:
    Till.objects.filter(pk=till.pk).update(last_contact_at=NOW - timedelta(hours=hours))


def told() -> list[Any]:
    return [row.user for row in Notice.objects.filter(kind="till_silent").order_by("pk")]


def test_the_night_does_not_count(till: Till) -> None:
    spoke(till, hours=15)  # at 19 o'clock; three hours of this morning
    assert actions.watch(at=NOW) == 0
    assert actions.watch(at=NOW + timedelta(hours=1)) == 2


def test_the_point_and_the_office_hear_once_of_each_silence(till: Till) -> None:
    assert actions.watch(at=NOW) == 2
    assert told() == [people.mai(), people.tam()] or told() == [people.tam(), people.mai()]
    facts = Notice.objects.first().facts
    assert facts["tills"] == [["Quầy 1", till.location.name, "18:00, 19/11/2026"]]
    for later in (timedelta(0), timedelta(hours=3), timedelta(days=3)):
        assert actions.watch(at=NOW + later) == 0
    spoke(till, hours=-24)  # it spoke again, and fell silent again
    assert actions.watch(at=NOW + timedelta(days=2)) == 2


def test_one_letter_a_day_with_all_of_it(till: Till) -> None:
    others = [make.till()[0] for _ in range(3)]
    for other in others[:2]:
        spoke(other, hours=30)
    actions.watch(at=NOW)
    spoke(others[2], hours=30)
    assert actions.watch(at=NOW + timedelta(minutes=30)) == 0  # another one: tomorrow
    actions.watch(at=NOW + timedelta(days=1))
    numbers = {row.user: [] for row in Notice.objects.all()}
    for row in Notice.objects.order_by("pk"):
        numbers[row.user].append(len(row.facts["tills"]))
    assert numbers[people.tam()] == [3, 1] == numbers[people.mai()]


@pytest.mark.parametrize("changed", [
    {"revoked_at": NOW}, {"kind": "upload"}, {"last_contact_at": NOW - timedelta(hours=2)},
])  # fmt: skip
def test_nobody_waits_for_these(till: Till, changed: dict[str, Any]) -> None:
    Till.objects.filter(pk=till.pk).update(**changed)
    assert actions.watch(at=NOW) == 0 and not told()


def test_nobody_waits_for_a_place_that_is_closed_for_good(till: Till) -> None:
    till.location.active = False
    till.location.save(update_fields=["active"])
    assert actions.watch(at=NOW) == 0


def test_a_till_that_never_spoke_is_told_of(till: Till) -> None:
    Till.objects.filter(pk=till.pk).update(last_contact_at=None, created_at=NOW - timedelta(days=1))
    assert actions.watch(at=NOW) == 2
    assert Notice.objects.first().facts["tills"][0][2] == ""


def test_the_limit_is_a_setting(till: Till, settings: Any) -> None:
    settings.TILL_SILENT_HOURS = 5
    assert actions.watch(at=NOW) == 0


def test_the_queries_do_not_grow_with_tills(till: Till, django_assert_max_num_queries: Any) -> None:
    for _more in range(8):
        spoke(make.till()[0], hours=40)
    with django_assert_max_num_queries(10):
        assert actions.watch(at=NOW) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(till: Till) -> None:
    assert all(isinstance(found, int) for found in at_once(4, lambda _: actions.watch(at=NOW)))
    assert len(told()) == 2


def test_the_task_watches(till: Till) -> None:
    Till.objects.filter(pk=till.pk).update(last_contact_at=timezone.now() - timedelta(days=4))
    tasks.watch()
    tasks.watch()
    assert len(told()) == 2
