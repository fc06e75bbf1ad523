"""Tâm sees what did not arrive and why, sends it again, and reads every kind as people will."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.journal.models import Entry
from marketplace.notices.actions import NotFailed, resend_all
from marketplace.notices.kinds import KINDS, Group
from marketplace.notices.models import Attempt, Delivery, Notice
from tests import make, people
from tests.rows import changed, everything

from .conftest import World
from .test_points import post, said


def failed(kind: str = "order_ready", channel: str = "email", number: int = 1, **fields: Any) -> list[Delivery]:
    """Messages that were tried twice in vain."""
    now, made = timezone.now(), []
    for each in range(number):
        notice = Notice.objects.create(
            kind=kind,
            key=f"{kind}:{channel}:{each}",
            email=f"lac{each}@example.vn",
            phone="+84912000001",
            about="AG9",
            **fields,
        )
        made.append(Delivery.objects.create(notice=notice, channel=channel, status="failed", next_try_at=now))
        for answer in ("greylisted", "no such user"):
            Attempt.objects.create(delivery=made[-1], at=now, sent=False, answer=answer, final=answer != "greylisted")
    return made


def page(tam: Client, **asked: str) -> Any:
    return tam.get(reverse("desk:letters"), asked)


def shown(tam: Client, **asked: str) -> list[int]:
    return [row.pk for row in page(tam, **asked).context["rows"]]


def test_what_failed_stands_there_with_every_attempt(world: World, tam: Client) -> None:
    [row] = failed()
    text = page(tam).content.decode()
    assert shown(tam) == [row.pk, world.letter.pk]
    assert all(one in text for one in ("greylisted", "no such user", "lac0@example.vn", "AG9"))


def test_the_list_is_narrowed(world: World, tam: Client) -> None:
    [mail], [text] = failed(), failed("order_shipped", "sms")
    assert shown(tam, kind="order_ready") == [mail.pk] and shown(tam, channel="sms") == [text.pk]
    assert shown(tam, q="LAC0@example.vn") == [text.pk, mail.pk] and shown(tam, q="AG9", channel="email") == [mail.pk]
    assert len(shown(tam, kind="' OR 1", channel="fax", q="\0")) == 3  # what says nothing narrows nothing
    assert shown(tam, show="again") == []
    Delivery.objects.filter(pk=mail.pk).update(status="waiting")
    assert shown(tam, show="again") == [mail.pk]


def test_all_of_a_kind_are_sent_again_and_the_journal_knows(world: World, tam: Client) -> None:
    rows, [other] = failed(number=3), failed("order_shipped", "sms")
    answer = tam.post(reverse("desk:letters-resend"), {"kind": "order_ready", "channel": "email"}, follow=True)
    assert said(answer) == ["success"]
    assert set(Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("status", flat=True)) == {"waiting"}
    other.refresh_from_db()
    assert other.status == "failed"
    notes = Entry.objects.filter(action="delivery.resent", by=people.tam())
    assert sorted(notes.values_list("subject_id", flat=True)) == [row.pk for row in rows]


def test_what_has_not_failed_is_not_sent_again(world: World, tam: Client) -> None:
    before = everything()
    with pytest.raises(NotFailed):
        resend_all(kind="order_shipped", channel="sms", by=people.tam(), at=timezone.now())
    assert changed(before) == set()
    assert said(tam.post(reverse("desk:letters-resend"), {"kind": "x", "channel": ""}, follow=True)) == ["error"]


def test_whose_letters_come_back_is_seen(world: World, tam: Client) -> None:
    assert not page(tam).context["bounces"]
    failed(user=people.lan())
    assert [one.delivery.notice.email for one in page(tam).context["bounces"]] == ["lac0@example.vn"]
    assert "Lan" in page(tam).content.decode()
    bad = make.order(
        (world.product, 1), payment="counter", location_id=world.point.pk, at=timezone.now(), email="lac0@example.vn"
    )
    warning = "Thư gửi đến lac0@example.vn bị trả lại"
    assert warning in tam.get(reverse("desk:order", args=[bad.pk])).content.decode()
    assert warning not in tam.get(reverse("desk:order", args=[world.order.pk])).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_looked_at(world: World, tam: Client, kind: str) -> None:
    text = tam.get(reverse("desk:letter-kind", args=[kind])).content.decode()
    assert 'sandbox src="' in text and ("Zalo" in text) == (KINDS[kind].group != Group.SECURITY)
    for language in ("vi", "en"):
        url = reverse("desk:letter-body", args=[kind, language])
        assert url in text
        letter = tam.get(url)
        assert "sandbox" in letter["Content-Security-Policy"] and f'lang="{language}"' in letter.content.decode()


def test_what_there_is_not_is_not_there(world: World, tam: Client) -> None:
    for url in ("words/khong_co/", "words/order_ready/de.html", "words/base/vi.html"):
        assert tam.get(f"/desk/letters/{url}").status_code == 404


def test_looking_keeps_nothing(world: World, tam: Client) -> None:
    before = Notice.objects.count()
    for name in ("letter-words", "letter-kind", "letter-body"):
        tam.get(reverse(f"desk:{name}", args=["order_ready", "en"][: ["words", "kind", "body"].index(name[7:])]))
    assert Notice.objects.count() == before


@pytest.mark.parametrize("more", [1, 5])
def test_the_page_asks_the_same_number_of_queries(
    world: World, tam: Client, django_assert_num_queries: Any, more: int
) -> None:
    failed(number=more)
    with django_assert_num_queries(13):
        page(tam)


def test_one_is_sent_again(world: World, tam: Client) -> None:
    assert said(post(tam, "letter-resend", world.letter.pk)) == ["success"]
    assert said(post(tam, "letter-resend", world.letter.pk)) == ["error"]
