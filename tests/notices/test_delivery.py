import smtplib
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from marketplace.notices import actions, tasks
from marketplace.notices.actions import NotFailed, Recipient, deliver, resend, tell
from marketplace.notices.models import Delivery, Notice
from tests import people

NOW = timezone.now()
REFUSING = f"{__name__}.Refusing"


class Refusing(BaseEmailBackend):
    """A mail server that says no, as `error` says it."""

    error: Exception = smtplib.SMTPServerDisconnected("gone for lunch")

    def send_messages(self, messages: Any) -> int:
        raise self.error


def greet(key: str = "1", language: str = "vi") -> Delivery:
    tell(
        kind="greeted",
        key=key,
        to=Recipient(email="lan@example.vn", language=language),
        facts={"name": "Lan & Mai"},
        at=NOW,
    )
    return Delivery.objects.get(notice__key=f"greeted:{key}")


@pytest.mark.django_db
def test_one_event_told_twice_is_one_letter(words: Path) -> None:
    delivery = greet()
    assert greet() == delivery
    deliver(delivery_id=delivery.pk, at=NOW)
    deliver(delivery_id=delivery.pk, at=NOW)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.sent_at) == (Delivery.Status.SENT, NOW)
    assert [a.sent for a in delivery.attempts.all()] == [True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_letter_has_one_subject_line_text_and_html(words: Path, settings: Settings) -> None:
    settings.SITE_URL = "https://cho.example.vn"
    deliver(delivery_id=greet().pk, at=NOW)
    letter = mail.outbox[0]
    assert (letter.subject, letter.to) == ("Lan & Mai, chào", ["lan@example.vn"])
    assert letter.body.startswith("Lan & Mai Tháng")
    assert "https://cho.example.vn/x/" in letter.body
    assert letter.alternatives[0].content == "<p>Lan &amp; Mai</p>"
    assert letter.extra_headers["Message-ID"].endswith("@cho.example.vn>")


@pytest.mark.django_db
def test_a_letter_speaks_its_readers_language(words: Path) -> None:
    deliver(delivery_id=greet(language="en").pk, at=NOW)
    assert mail.outbox[0].subject == "Lan & Mai, hello"


@pytest.mark.django_db
def test_without_an_address_the_notice_is_kept_and_nothing_sent() -> None:
    tell(kind="greeted", key="2", to=Recipient(phone="+84912345678"), facts={})
    assert Notice.objects.count() == 1
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_tries_grow_rarer_and_finally_fail(words: Path, settings: Settings) -> None:
    settings.EMAIL_BACKEND = REFUSING
    delivery, at = greet(), NOW
    for wait in actions.WAITS:
        deliver(delivery_id=delivery.pk, at=at)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.next_try_at) == (Delivery.Status.WAITING, at + wait)
        deliver(delivery_id=delivery.pk, at=at + wait - timedelta(seconds=1))  # too early: no attempt
        at += wait
    deliver(delivery_id=delivery.pk, at=at)
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.FAILED
    assert delivery.attempts.count() == len(actions.WAITS) + 1
    assert "gone for lunch" in delivery.attempts.first().answer


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_not_tried_again(words: Path, settings: Settings, monkeypatch: Any) -> None:
    settings.EMAIL_BACKEND = REFUSING
    monkeypatch.setattr(Refusing, "error", smtplib.SMTPRecipientsRefused({"lan@example.vn": (550, b"no such user")}))
    delivery = greet()
    deliver(delivery_id=delivery.pk, at=NOW)
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.FAILED


@pytest.mark.django_db
def test_missing_words_are_a_failed_try() -> None:
    delivery = greet()
    deliver(delivery_id=delivery.pk, at=NOW)
    assert "TemplateDoesNotExist" in delivery.attempts.get().answer


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ImproperlyConfigured("no folder"), ValueError("header"), AttributeError("x")])
def test_one_that_breaks_is_a_failed_try_and_stops_no_other(
    words: Path, monkeypatch: Any, error: Exception, caplog: Any
) -> None:
    broken, other, send = greet("1"), greet("2"), actions.CHANNELS["email"]

    def breaks(notice: Notice) -> Any:
        if notice.key == broken.notice.key:
            raise error
        return send(notice)

    monkeypatch.setitem(actions.CHANNELS, "email", breaks)
    tasks.deliver_due("email")
    broken.refresh_from_db(), other.refresh_from_db()
    assert (broken.status, broken.attempts.get().answer) == ("waiting", type(error).__name__)
    assert other.status == "sent" and f"delivery {broken.pk}" in caplog.text and str(error) in caplog.text


@pytest.mark.django_db
def test_a_person_may_send_again_only_what_failed(words: Path) -> None:
    tam, delivery = people.tam(), greet()
    with pytest.raises(NotFailed):
        resend(delivery=delivery, by=tam, at=NOW)
    Delivery.objects.update(status=Delivery.Status.FAILED)
    resend(delivery=delivery, by=tam, at=NOW)
    deliver(delivery_id=delivery.pk, at=NOW)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_delivery_in_other_hands_is_left_alone(words: Path) -> None:
    delivery = greet()

    def another_worker() -> None:
        deliver(delivery_id=delivery.pk, at=NOW)
        connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=delivery.pk)
        thread = Thread(target=another_worker)
        thread.start()
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert not mail.outbox
    assert not delivery.attempts.exists()


@pytest.mark.django_db
def test_the_sweep_sends_what_bells_forgot(words: Path) -> None:
    greet("1"), greet("2")
    tasks.deliver_due("email")
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_broker_away_breaks_nothing(
    words: Path, monkeypatch: Any, caplog: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    from config.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)  # an open connection would still reach the one that is there
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    with django_capture_on_commit_callbacks(execute=True):
        greet()
    assert len([line for line in caplog.messages if "broker away" in line]) == 1
    assert Delivery.objects.get().status == Delivery.Status.WAITING


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "tried"), [(TimeoutError("timed out"), 1), (smtplib.SMTPServerDisconnected("gone for lunch"), 2)]
)
def test_a_sweep_ends_where_the_mail_server_does_not_answer(
    words: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, tried: int
) -> None:
    settings.EMAIL_BACKEND = REFUSING
    monkeypatch.setattr(Refusing, "error", error)
    both = [greet("1"), greet("2")]
    tasks.deliver_due("email")
    assert sum(one.attempts.count() for one in both) == tried
