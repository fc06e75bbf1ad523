"""Every address of the desk × every kind of person: who is not meant gets 404 and nothing happens."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.desk.urls import urlpatterns
from marketplace.journal.models import Entry
from marketplace.people.models import User
from tests import make, people

from .conftest import World, signed_in
from .doors import GENERAL, GOODS, HUNG, MAI, POINTS, POST, TABLE, TAKES_AWAY, TAM


def other_point() -> User:
    """Works at a point that has nothing to do with the order."""
    person = User.objects.create_user("khac@example.vn", "x", first_name="Điểm khác")
    make.location("Điểm khác", staff=person)
    return person


def other_producer() -> User:
    person = User.objects.create_user("hokhac@example.vn", "x", first_name="Hộ khác")
    producer = make.producer("Hộ khác")
    producer.users.set([person])
    return person


STRANGERS = {"khoa": people.khoa, "lan": people.lan, "other point": other_point, "other producer": other_producer}


def address(world: World, name: str) -> str:
    named = TABLE[name][0]
    if named == "balance":
        return reverse("desk:balance", args=[world.point.pk, world.lot.balances.get(location=world.point).pk])
    if named == "handed":
        sent = world.sent
        return reverse(f"desk:{name}", args=[sent.location_id, sent.by_carrier_id, timezone.localdate(sent.shipped_at)])
    if named == "packed":
        return reverse(f"desk:{name}") + f"?parcel={world.sent.pk}"
    if named == "goods":
        return reverse(f"desk:{name}", args=[world.point.pk, world.product.pk])
    if name in ("payout-file", "producer-payout-file"):
        return reverse(f"desk:{name}", args=[getattr(world, named).pk, "csv"])
    if named == "part":
        return reverse("desk:box-part-drop", args=[world.box.pk, world.product.pk])
    if named == "line":
        return reverse("desk:transfer-line-drop", args=[world.transfer.pk, world.line.pk])
    if named == "kind":
        return reverse(f"desk:{name}", args=["order_ready", "vi"][: 2 if name == "letter-body" else 1])
    return reverse(f"desk:{name}", args=[getattr(world, named).pk] if named else [])


def ask(client: Client, world: World, name: str) -> Any:
    return getattr(client, TABLE[name][1])(address(world, name))


def test_the_table_names_every_address() -> None:
    assert set(TABLE) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("who", [MAI, HUNG, TAM])
def test_who_is_meant_gets_in(world: World, who: str) -> None:
    client = signed_in(getattr(people, who)())
    own = [name for name in TABLE if who in TABLE[name][2].split()]
    for name in sorted(own, key=lambda name: name in TAKES_AWAY):
        answer = ask(client, world, name)
        assert answer.status_code in (200, 302), name
        assert "sign-in" not in answer.get("Location", "") and "no-cache" in answer["Cache-Control"], name


@pytest.mark.parametrize("who", [MAI, HUNG, *STRANGERS])
def test_who_is_not_meant_learns_and_changes_nothing(world: World, who: str) -> None:
    client = signed_in(STRANGERS[who]() if who in STRANGERS else getattr(people, who)())
    assert (world.asked.status, world.paid_out.status) == ("asked", "settled")
    before = Entry.objects.count()
    for name in [name for name in TABLE if who not in TABLE[name][2].split()]:
        own_desk = (name in GENERAL and who.startswith("other")) or (name in GOODS and who == "other producer")
        own_desk |= name in POINTS and who == "other point"
        answer = ask(client, world, name)
        assert answer.status_code in ((200, 302) if own_desk else (404,)), name
        assert "Mật thốt nốt" not in answer.content.decode(), name
    assert Entry.objects.count() == before


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    for name in TABLE:
        answer = ask(Client(), world, name)
        assert answer.status_code == 302 and answer.url.startswith(reverse("account:sign-in")), name


def test_a_link_changes_nothing(world: World) -> None:
    """What changes something is posted, never fetched."""
    client = signed_in(people.tam())
    for name in [name for name, row in TABLE.items() if row[1] == POST]:
        assert client.get(address(world, name)).status_code == 405, name


@pytest.mark.parametrize(("who", "name", "group", "page"), [
    (MAI, "home", "Hôm nay", "Hôm nay"), (MAI, "stock", "Kho hàng", "Tồn kho"), (HUNG, "lot", "Kho hàng", "Lô hàng và thu hồi"),
    (HUNG, "change", "Hàng hóa", "Hàng hóa"), (TAM, "connectors", "Máy bán hàng", None), (TAM, "zone", "Văn phòng", "Biểu phí giao hàng"),
])  # fmt: skip
def test_the_desk_says_where_one_is(world: World, who: str, name: str, group: str, page: str | None) -> None:
    groups = signed_in(getattr(people, who)()).get(address(world, name)).context["desk_groups"]
    chosen = [one for one in groups if one.selected]
    assert [one.label for one in chosen] == [group]
    pages = [one.label for one in chosen[0].pages if one.selected]
    assert len(pages) == 1 and page in (None, *pages)


@pytest.mark.parametrize("who", [MAI, HUNG, TAM])
def test_every_entry_of_the_desk_opens(world: World, who: str) -> None:
    client = signed_in(getattr(people, who)())
    entries = [page.url for group in client.get(reverse("desk:home")).context["desk_groups"] for page in group.pages]
    assert len(entries) == len(set(entries))
    for url in entries:
        assert client.get(url).status_code in (200, 302), url
