"""People say how they want to hear; the night is quiet; the inbox keeps what was written."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from marketplace.journal.models import Entry
from marketplace.notices import actions
from marketplace.notices.actions import NoWayLeft, Recipient, deliver, mark_read, prefer, tell
from marketplace.notices.letters import sample
from marketplace.notices.models import Attempt, Delivery, Notice, Preference
from marketplace.notices.queries import bounced, bounces, unread
from tests import people
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
EVENING = timezone.make_aware(datetime(2026, 11, 20, 22, 15))
MORNING = timezone.make_aware(datetime(2026, 11, 21, 7, 0))


@pytest.fixture(autouse=True)
def _channels(settings: Settings, tmp_path: Any) -> None:
    settings.SMS_URL, settings.ZNS_URL = f"file://{tmp_path}/sms", f"file://{tmp_path}/zns"
    settings.QUIET_HOURS = "21:00-07:00"


def told(kind: str = "order_shipped", key: str = "1", at: datetime = EVENING, to: Recipient | None = None) -> Notice:
    tell(kind=kind, key=key, to=to or Recipient.of(people.lan()), facts=sample(kind, "vi").facts, at=at)
    return Notice.objects.get(key=f"{kind}:{key}")


def ways(notice: Notice) -> list[str]:
    return list(notice.deliveries.order_by("pk").values_list("channel", flat=True))


def choose(**wishes: Any) -> None:
    lan = people.lan()
    prefer(of={"user": lan}, wishes=wishes, email=lan.email or "", phone=lan.phone or "", by=lan)


def test_usual_is_e_mail_and_zalo_for_orders_and_e_mail_for_work() -> None:
    assert ways(told()) == ["email", "zns"]
    assert ways(told("stock_low")) == ["email"]


def test_wishes_hold_from_the_next_message_on() -> None:
    before = told()
    choose(orders_email=False, orders_phone="sms", work_email=False)
    assert ways(told(key="2")) == ["sms"] and ways(told("stock_low")) == []
    assert ways(told()) == ways(before) == ["email", "zns"]  # told again: it went its ways
    assert Entry.objects.get(action="preference.changed").facts["orders_phone"] == "sms"


def test_the_wishes_of_a_guests_order_are_its_own() -> None:
    guest = {"email": "g@example.vn", "phone": "+84912000009"}
    prefer(of={"about": "AG7"}, wishes={"orders_email": False, "orders_phone": "sms"}, by=None, **guest)
    assert ways(told(to=Recipient(**guest, about="AG7"))) == ["sms"]
    assert ways(told(key="2", to=Recipient(**guest, about="AG8"))) == ["email", "zns"]


@pytest.mark.parametrize("wishes", [{"orders_email": False, "orders_phone": ""}])
def test_of_an_order_one_must_hear(wishes: dict[str, Any]) -> None:
    people.lan()
    before = everything()
    with pytest.raises(NoWayLeft):
        choose(**wishes)
    assert changed(before) == set()


def test_who_gave_no_e_mail_cannot_switch_the_phone_off() -> None:
    with pytest.raises(NoWayLeft):
        prefer(of={"about": "AG7"}, wishes={"orders_phone": ""}, email="", phone="+84912000009", by=None)


@pytest.mark.parametrize(
    "row",
    [
        {"about": "AG7", "orders_email": False, "orders_phone": ""}, {"about": "AG7", "quiet_from": time(21)},
        {"about": "AG7", "orders_phone": "fax"}, {},
    ],
)  # fmt: skip
def test_the_database_keeps_no_impossible_wishes(row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(**row)


def test_the_night_is_quiet_and_the_morning_brings_it() -> None:
    notice = told()
    for delivery in notice.deliveries.all():
        deliver(delivery_id=delivery.pk, at=EVENING)
    assert set(notice.deliveries.values_list("status", "next_try_at")) == {("waiting", MORNING)}
    assert not Attempt.objects.exists() and not mail.outbox
    assert unread(people.lan()) == 1  # the inbox rings nobody
    for delivery in notice.deliveries.all():
        deliver(delivery_id=delivery.pk, at=MORNING)
    assert set(notice.deliveries.values_list("status", flat=True)) == {"sent"} and len(mail.outbox) == 1


@pytest.mark.parametrize("kind", ["order_ready", "password_reset_asked", "order_placed", "lot_recalled"])
def test_what_is_urgent_comes_at_night(kind: str) -> None:
    for delivery in told(kind).deliveries.all():
        deliver(delivery_id=delivery.pk, at=EVENING)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_a_retry_keeps_quiet_too(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.notices.test_delivery.Refusing"
    delivery = told("stock_low", at=EVENING - timedelta(hours=2)).deliveries.get()
    deliver(delivery_id=delivery.pk, at=timezone.make_aware(datetime(2026, 11, 20, 20, 59, 30)))
    deliver(delivery_id=delivery.pk, at=timezone.make_aware(datetime(2026, 11, 20, 21, 0, 30)))
    delivery.refresh_from_db()
    assert (delivery.next_try_at, delivery.attempts.count()) == (MORNING, 1)


@pytest.mark.parametrize(("begins", "ends", "status"), [(time(5), time(5), "sent"), (time(22), time(23), "waiting")])
def test_quiet_hours_are_ones_own(begins: time, ends: time, status: str) -> None:
    choose(quiet_from=begins, quiet_until=ends)
    delivery = told("stock_low").deliveries.get()
    deliver(delivery_id=delivery.pk, at=EVENING)
    delivery.refresh_from_db()
    assert delivery.status == status


def test_the_inbox_is_read_once_and_by_its_owner_alone() -> None:
    lan, khoa = people.lan(), people.khoa()
    first = told()
    told("order_paid"), told("password_reset_asked")
    assert unread(lan) == 2 and unread(khoa) == 0  # a link for a new password is no reading matter
    assert mark_read(user=khoa, pk=first.pk, at=EVENING) == 0
    assert [mark_read(user=lan, pk=first.pk, at=EVENING) for _twice in range(2)] == [1, 0]
    assert mark_read(user=lan, at=EVENING) == 1 and unread(lan) == 0


def test_an_address_bounces_until_a_letter_gets_through() -> None:
    def tried(key: str, *, sent: bool, final: bool) -> None:
        delivery = told("order_paid", key).deliveries.get(channel="email")
        actions._record(delivery, sent=sent, answer="550", final=final, at=EVENING)

    lan = people.lan()
    tried("1", sent=False, final=False)
    assert not bounces(lan.email)
    tried("2", sent=False, final=True)
    assert bounces(lan.email) and not bounces("") and bounced().get().delivery.notice.user == lan
    tried("3", sent=True, final=False)
    assert not bounces(lan.email)
