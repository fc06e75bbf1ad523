"""Orders on the telephone: by Zalo, by SMS, as files in development and over HTTP; and what else is tried when one fails."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings
from urllib3 import Timeout

from marketplace.notices import actions, gsm, tasks
from marketplace.notices.actions import Recipient, Telling, deliver, tell_all
from marketplace.notices.gateways import http, zns
from marketplace.notices.kinds import KINDS, Group
from marketplace.notices.letters import sample, short, template_words
from marketplace.notices.models import Attempt, Delivery, Notice
from marketplace.notices.proofs import RULES
from tests.notices.provider import Provider, provider
from tests.notices.test_delivery import REFUSING, Refusing

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def folders(tmp_path: Path, settings: Settings) -> Path:
    """SMS and Zalo are files, as in development."""
    settings.SMS_URL, settings.ZNS_URL = f"file://{tmp_path}/sms", f"file://{tmp_path}/zns"
    return tmp_path


@pytest.fixture
def sms(settings: Settings) -> Iterator[Provider]:
    with provider() as server:
        settings.SMS_URL, settings.SMS_TOKEN = server.url, "secret-of-the-shop"
        yield server


def ready(key: str = "1", *, email: str = "", phone: str = "+84912000001", **fields: Any) -> Notice:
    """A buyer is told that an order waits."""
    to = Recipient(email, phone, about="AG1", **fields)
    tell_all(tellings=[Telling("order_ready", key, to, sample("order_ready", "vi").facts)], at=NOW)
    return Notice.objects.get(key=f"order_ready:{key}")


def go(notice: Notice, at: Any = NOW) -> dict[str, str]:
    """Everything due is tried; how each way stands."""
    for delivery in notice.deliveries.order_by("pk"):
        deliver(delivery_id=delivery.pk, at=at)
    return dict(notice.deliveries.order_by("pk").values_list("channel", "status"))


def test_a_buyer_with_a_phone_alone_hears_of_the_order(folders: Path) -> None:
    assert go(ready()) == {"zns": "sent"}
    [file] = (folders / "zns").iterdir()
    said = file.read_text()
    assert "To: +84912000001" in said and "Template: order_ready" in said and "code: 407812" in said
    assert not [row for rule in RULES for row in rule(NOW)]


def test_by_e_mail_and_by_phone_each_once(folders: Path) -> None:
    notice = ready(email="lan@example.vn")
    assert ready(email="lan@example.vn") == notice  # told twice
    for channel in ("email", "zns", "sms"):
        tasks.deliver(channel, [notice.pk])
        tasks.deliver_due(channel)
    assert go(notice) == {"email": "sent", "zns": "sent"}
    assert len(mail.outbox) == 1 and len(list((folders / "zns").iterdir())) == 1


def test_without_an_approved_template_it_goes_by_sms(folders: Path, settings: Settings) -> None:
    settings.ZNS_URL, settings.ZNS_TEMPLATES = "https://zns.example.vn/send", {"order_paid": "301234"}
    assert go(ready()) == {"sms": "sent"}
    [file] = (folders / "sms").iterdir()
    text = file.read_text()
    assert text.isascii() and f"Segments: {gsm.segments(text.splitlines()[-1])}" in text and "407812" in text


def test_without_phone_channels_nothing_is_promised_to_phones() -> None:
    assert go(ready(email="lan@example.vn")) == {"email": "sent"}
    assert go(ready("2")) == {}


def test_a_provider_gets_the_text_with_our_token_and_our_number(sms: Provider) -> None:
    notice = ready()
    assert go(notice) == {"sms": "sent"}
    [(headers, body)] = sms.asked
    assert headers["Authorization"] == "Bearer secret-of-the-shop" and headers["Idempotency-Key"] == body["reference"]
    assert body == {"to": "+84912000001", "text": short(notice).text, "reference": f"notice-{notice.pk}"}
    assert Attempt.objects.get().answer == "200 m-1"


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 409, 429, 500, 503])
def test_what_may_pass_is_tried_again_with_the_same_number(sms: Provider, status: int) -> None:
    sms.answers = [status]
    notice = ready()
    assert go(notice) == {"sms": "waiting"}
    attempt = Attempt.objects.get()
    assert not attempt.sent and not attempt.final and attempt.answer.startswith(str(status))
    assert go(notice, NOW + actions.WAITS[0]) == {"sms": "sent"}
    assert len({headers["Idempotency-Key"] for headers, _body in sms.asked}) == 1 and len(sms.asked) == 2


@pytest.mark.parametrize("status", [400, 410, 422])
def test_what_is_wrong_with_the_message_itself_stays_wrong(sms: Provider, status: int) -> None:
    sms.answers = [status]
    assert go(ready()) == {"sms": "failed"}
    assert Attempt.objects.get().final


def test_a_provider_that_is_not_there_is_tried_again(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9/v1"
    assert go(ready()) == {"sms": "waiting"}


def test_one_that_hangs_is_waited_for_once_in_a_sweep(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings.SMS_URL = "http://127.0.0.1:{1}".format(*hanging.getsockname())
        ready(), ready("2")
        tasks.deliver_due("sms")
    assert Attempt.objects.count() == 1


def test_zalo_gets_its_own_json(sms: Provider, settings: Settings) -> None:
    settings.ZNS_URL, settings.ZNS_TOKEN, settings.ZNS_TEMPLATES = sms.url, "zalo", {"order_ready": "301234"}
    notice = ready()
    assert go(notice) == {"zns": "sent"}
    [(_headers, body)] = sms.asked
    assert (body["phone"], body["template_id"], body["tracking_id"]) == ("84912000001", "301234", f"notice-{notice.pk}")
    assert set(body["template_data"]) == {*KINDS["order_ready"].parameters, "url"}
    assert all(isinstance(value, str) and value for value in body["template_data"].values())


def test_zalos_own_number_of_the_message_is_kept(sms: Provider, settings: Settings) -> None:
    settings.ZNS_URL, settings.ZNS_TEMPLATES = sms.url, {"order_ready": "301234"}
    sms.answers = [{"error": 0, "message": "Success", "data": {"msg_id": "a4d0243feb5b", "sent_time": "1626926349402"}}]
    assert go(ready()) == {"zns": "sent"}
    assert Attempt.objects.get().answer == "200 a4d0243feb5b"


@pytest.mark.parametrize("code", zns.PASSING)
def test_what_passes_at_zalo_is_tried_again(sms: Provider, settings: Settings, code: int) -> None:
    settings.ZNS_URL, settings.ZNS_TEMPLATES = sms.url, {"order_ready": "301234"}
    sms.answers = [{"error": code, "message": "no"}]
    notice = ready()
    assert go(notice) == {"zns": "waiting"}
    assert Attempt.objects.get().answer == f"{code} no"
    assert go(notice, NOW + actions.WAITS[0]) == {"zns": "sent"}


@pytest.mark.parametrize("answer", [422, {"error": -118, "message": "Zalo account not existed"}])
def test_who_has_no_zalo_gets_an_sms_instead(sms: Provider, settings: Settings, folders: Path, answer: Any) -> None:
    """Zalo itself refuses with HTTP 200."""
    settings.ZNS_URL, settings.ZNS_TEMPLATES = sms.url, {"order_ready": "301234"}
    settings.SMS_URL = f"file://{folders}/sms"
    sms.answers = [answer]
    notice = ready()
    assert go(notice) == {"zns": "failed", "sms": "waiting"}
    assert go(notice) == {"zns": "failed", "sms": "sent"}


def test_a_mailbox_that_does_not_exist_is_made_good_by_phone(
    folders: Path, settings: Settings, monkeypatch: Any
) -> None:
    """The buyer wanted e-mail alone; what happens to the order is heard of all the same."""
    actions.prefer(
        of={"about": "AG1"}, wishes={"orders_phone": ""}, email="x@example.vn", phone="+84912000001", by=None
    )
    settings.EMAIL_BACKEND = REFUSING
    monkeypatch.setattr(Refusing, "error", smtplib.SMTPRecipientsRefused({"x@example.vn": (550, b"no such user")}))
    notice = ready(email="x@example.vn")
    assert go(notice) == {"email": "failed", "zns": "waiting"}
    assert go(notice) == {"email": "failed", "zns": "sent"}


def test_an_account_that_is_erased_meanwhile_gets_nothing(folders: Path) -> None:
    notice = ready(email="lan@example.vn")
    Notice.objects.update(email="", phone="", facts={})
    assert go(notice) == {"email": "failed", "zns": "failed"}
    assert not mail.outbox and not (folders / "zns").exists()


def test_a_day_without_broker_or_worker_costs_nothing_and_doubles_nothing(
    folders: Path, monkeypatch: Any, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Rows are written while nobody can be rung; an hour later beat sweeps, twice for each channel."""
    from config.celery import app

    with monkeypatch.context() as away:
        away.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
        away.setattr(app, "_pool", None)
        away.setattr(app.amqp, "_producer_pool", None)
        with django_capture_on_commit_callbacks(execute=True):
            for number in range(3):
                ready(str(number), email="lan@example.vn")
    assert sum("broker away" in line for line in caplog.messages) == 6  # a bell for each way
    assert not mail.outbox
    Delivery.objects.update(next_try_at=NOW - timedelta(hours=1))
    for channel in ("email", "sms", "zns") * 2:
        tasks.deliver_due(channel)
    assert len(mail.outbox) == 3 and len(list((folders / "zns").iterdir())) == 3
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert Attempt.objects.count() == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_two_ways_that_fail_side_by_side_do_not_wait_for_each_other(
    folders: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """The control: without the lock each believes that the other still carries it."""
    if not locked:
        monkeypatch.setattr(actions, "_lock", lambda notice: None)
    notice = ready(email="x@example.vn")
    email, zalo = notice.deliveries.order_by("channel")
    failed: dict[str, Any] = {"sent": False, "answer": "no", "final": True, "at": NOW}

    def beside() -> None:
        actions._record(zalo, **failed)
        connection.close()

    thread = Thread(target=beside)
    with transaction.atomic():
        actions._record(email, **failed)
        thread.start()
        thread.join(1)  # with the lock it waits for our end
    thread.join(10)
    assert notice.deliveries.filter(channel="sms").exists() == locked


# --- the words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.group != Group.SECURITY])
def test_every_kind_is_short_enough(kind: str, language: str, settings: Settings) -> None:
    """One or two parts as SMS with nothing cut, 400 signs on Zalo, at the address of a real shop."""
    settings.SITE_URL = "https://cho-ocop.angiang.example.vn"
    told = short(sample(kind, language))
    assert gsm.segments(told.text) <= 2 and gsm.DOTS not in told.text, told.text
    assert len(told.whole) <= 400 and told.link in told.text
    assert all(f"<{name}>" in template_words(kind, language) for name in (*KINDS[kind].parameters, "url"))
    assert all(value in told.words for value in told.parameters.values())
    assert "<" not in told.words and "  " not in told.words


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_differ_by_language(kind: str) -> None:
    if KINDS[kind].parameters:
        assert template_words(kind, "vi") != template_words(kind, "en")
