"""Every till with how it does: heard of, complete, recorded; what could not be recorded is tried again."""

import html
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.models import Product
from marketplace.desk.queries import tills as page_of
from marketplace.journal.models import Entry
from marketplace.tills import actions, tasks
from marketplace.tills import queries as inbox
from marketplace.tills.connectors import actions as connectors
from marketplace.tills.connectors import mapping
from marketplace.tills.models import Connector, Till, TillEvent, UploadRow
from tests import make, people

from .conftest import World, parked
from .test_points import said


def tell(till: Till, product: Product, *sequences: int) -> None:
    events = [make.till_event(product, sequence=n) for n in sequences]
    reports = [actions.Report(UUID(e["uuid"]), e["sequence"], "sale", timezone.now(), e) for e in events]
    actions.accept(till=till, reports=reports, at=timezone.now())


def line(world: World, till: Till | None = None, person: Any = None) -> page_of.Line:
    lines = page_of.lines(person or people.mai(), at=timezone.now())
    return next(one for one in lines if one.till.pk == (till or world.till).pk)


def page(client: Client, query: str = "") -> str:
    return html.unescape(client.get(reverse("desk:tills") + query).content.decode())


def silence(till: Till, days: int = 3) -> None:
    Till.objects.filter(pk=till.pk).update(last_contact_at=timezone.now() - timedelta(days=days))


def test_gaps_are_shown_as_the_till_is_told_of_them(world: World, mai: Client) -> None:
    tell(world.till, world.product, 1, 2, 5, 6, 11)  # 7 and 8 were told before
    found = line(world)
    assert (found.gaps, found.missing, found.till.last_sequence) == ([(3, 4), (9, 10)], 4, 2)
    assert "3–4, 9–10" in page(mai)
    receipt = actions.accept(till=world.till, reports=[], at=timezone.now())
    assert receipt.missing == found.gaps
    tell(world.till, world.product, 3, 4, 9, 10)
    assert line(world).gaps == [] and line(world).till.last_sequence == 11


def test_gaps_far_beyond_are_left_for_later_like_in_the_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (inbox, actions.inbox):
        monkeypatch.setattr(module, "REMEMBERED", 2)
    tell(world.till, world.product, 20)
    assert line(world).gaps == [(1, 6)] == actions.accept(till=world.till, reports=[], at=timezone.now()).missing


def test_waiting_and_parked_are_counted(world: World) -> None:
    tell(world.till, world.product, 9, 10, 12)
    assert (line(world).waiting, line(world).parked) == (3, 2)
    tasks.record_waiting()
    assert (line(world).waiting, line(world).parked) == (0, 2)


def test_a_silent_till_is_flagged_and_can_be_asked_for_alone(world: World, tam: Client) -> None:
    quiet, _token = make.till(make.location("Điểm Châu Đốc"))
    fine, _token = make.till(make.location("Điểm Rạch Giá"))
    silence(quiet)
    assert line(world, quiet, people.tam()).silent and not line(world, fine, people.tam()).silent
    every, some = (page(tam, query).split(reverse("desk:till-new"))[0] for query in ("", "?look"))
    assert "Điểm Rạch Giá" in every and "Điểm Châu Đốc" in every
    assert "Điểm Châu Đốc" in some and "Điểm Rạch Giá" not in some


@pytest.mark.parametrize(("minutes", "said"), [
    (0, "0 minutes ago"), (1, "1 minute ago"), (119, "119 minutes ago"), (120, "2 hours ago"), (2879, "47 hours ago"),
    (2880, "2 days ago"), (-5, "0 minutes ago"),
])  # fmt: skip
def test_the_last_contact_is_told_from_now(world: World, minutes: int, said: str) -> None:
    now = timezone.now()
    Till.objects.filter(pk=world.till.pk).update(last_contact_at=now - timedelta(minutes=minutes))
    with translation.override("en"):
        found = {one.till.pk: one.ago for one in page_of.lines(people.mai(), at=now)}
    assert found[world.till.pk] == said


def test_a_till_that_is_asked_shows_how_it_answers(world: World, mai: Client, tam: Client) -> None:
    setup = connectors.Setup("https://pos.example.vn/api", "", 60, mapping.DEFAULTS)
    made = connectors.connect(location=world.point, name="Máy 4", setup=setup, by=people.tam(), at=timezone.now())
    Connector.objects.update(failures=2, error={"code": "till_not_reached", "facts": {}}, asked_at=timezone.now())
    found = line(world, made.till)
    assert found.trouble and found.to_look_at and found.trouble in page(mai)
    link = reverse("desk:connector", args=[made.pk])
    assert link in page(tam) and link not in page(mai)
    silence(made.till)
    connectors.pause(connector=made, by=people.tam(), at=timezone.now())
    assert not line(world, made.till).silent


def test_files_of_a_place_show_the_last_one(world: World, mai: Client) -> None:
    mai.post(reverse("desk:upload-book", args=[world.upload.pk]))
    till = Till.objects.get(kind="upload")
    silence(till, days=300)
    assert line(world, till).upload == world.upload and line(world, till).to_look_at  # a row has a strange code
    assert reverse("desk:upload", args=[world.upload.pk]) in page(mai)
    UploadRow.objects.update(refusal={})
    assert not line(world, till).to_look_at and not line(world, till).silent


def test_all_of_one_reason_are_tried_again_and_only_those(world: World, mai: Client) -> None:
    for sequence in (20, 21):
        parked(world.till, world.product, sequence=sequence)
    other, _token = make.till(make.location("Điểm khác", staff=people.khoa()))
    foreign = parked(other, world.product, sequence=1)
    [reason] = page_of.reasons(people.mai())
    assert (reason.events, reason.example) == (3, world.event.pk) and "SP-LA" in reason.why
    Product.objects.filter(pk=world.product.pk).update(upc="SP-LA")
    answer = mai.post(reverse("desk:event-replay-alike", args=[world.event.pk]), follow=True)
    assert said(answer) == ["success"]
    tasks.record_waiting()
    left = TillEvent.objects.filter(status="parked").order_by("pk").values_list("pk", flat=True)
    assert list(left) == [world.alike.pk, foreign.pk]
    assert Entry.objects.filter(action="till_event.replayed_alike", facts__events=3, by=people.mai()).count() == 1


def test_what_cannot_be_read_is_never_tried_again(world: World, mai: Client) -> None:
    told = {"kind": mapping.UNREADABLE, "answer": {"code": "event_not_read", "facts": {"where": "quantity"}}}
    TillEvent.objects.filter(pk__in=[world.event.pk, world.alike.pk]).update(**told)
    assert page_of.reasons(people.mai()) == []
    assert reverse("desk:event-replay", args=[world.event.pk]) not in page(mai)
    assert said(mai.post(reverse("desk:event-replay", args=[world.event.pk]), follow=True)) == ["error"]
    mai.post(reverse("desk:event-replay-alike", args=[world.event.pk]))
    assert TillEvent.objects.filter(status="parked").count() == 2


def test_nothing_can_be_discarded(world: World, mai: Client) -> None:
    shown = page(mai)
    assert "discard" not in shown and "drop" not in shown.split("<main")[1]


def test_one_form_makes_a_till_at_one_of_the_own_places(world: World, mai: Client, tam: Client) -> None:
    elsewhere = make.location("Điểm Châu Đốc", staff=people.khoa())
    for client, ours in ((mai, False), (tam, True)):
        before = Till.objects.count()
        assert page(client).count(f'action="{reverse("desk:till-new")}"') == 1
        client.post(reverse("desk:till-new"), {"place": elsewhere.pk, "name": "Quầy 9"})
        assert Till.objects.count() - before == ours


def test_a_till_that_is_shut_out_stands_aside(world: World, mai: Client) -> None:
    mai.post(reverse("desk:till-revoke", args=[world.till.pk]))
    assert world.till.pk not in [one.till.pk for one in page_of.lines(people.mai(), at=timezone.now())]
    assert world.till.name in page(mai).partition("<details>")[2]


def test_the_office_sees_today_how_many_tills_are_silent(
    world: World, tam: Client, mai: Client, django_assert_num_queries: Any
) -> None:
    """The figure leads to the page that names them; it costs the same however many there are."""
    address, now = reverse("desk:tills") + "?look", timezone.now()
    actions.contacted(till=world.till, at=now)
    for number in (0, 2, 14):
        while Till.objects.filter(name="Quầy 1", last_contact_at__lt=now).count() < number:
            make.till(at=now - timedelta(days=9))
        with django_assert_num_queries(34):
            today = tam.get(reverse("desk:home"))
        found = [one for section in today.context["sections"] for one in section.figures if one.url == address]
        assert [(one.value, one.kind) for one in found] == [(number, "stopped" if number else "plain")]
    assert f'href="{address}"' in today.content.decode() and page(tam, "?look").count("Im lặng") == 14
    actions.revoke(till=Till.objects.latest("pk"), by=people.tam(), at=now)
    assert page_of.silent_number(at=now) == 13
    assert f'href="{address}"' not in mai.get(reverse("desk:home")).content.decode()


def test_the_page_asks_the_same_number_of_queries_however_many_tills(
    world: World, tam: Client, django_assert_num_queries: Any
) -> None:
    numbers = []
    for more in (1, 12):
        for _one in range(more):
            till = make.till()[0]
            parked(till, world.product, sequence=3)
            parked(till, world.product, sequence=9, code=f"SP-{till.pk}")
        with django_assert_num_queries(17):
            numbers.append(tam.get(reverse("desk:tills")).status_code)
    assert numbers == [200, 200]
