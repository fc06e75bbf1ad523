"""Every address of the desk × every kind of person: who is not meant gets 404 and nothing happens."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.desk.urls import urlpatterns
from marketplace.people.models import User
from tests import make, people

from .conftest import World, signed_in

MAI, HUNG, TAM = "mai", "hung", "tam"
GET, POST = "get", "post"
# Name: what its address names, how it is asked, and who gets in. Everybody else is a stranger there.
TABLE: dict[str, tuple[str | None, str, str]] = {
    "home": (None, GET, "mai hung tam"),
    "parcels": (None, GET, "mai hung tam"),
    "parcel": ("parcel", GET, "mai tam"),
    "pick": ("parcel", POST, "mai tam"),
    "pack": ("parcel", POST, "mai tam"),
    "ready": ("parcel", POST, "mai tam"),
    "hand-over": ("parcel", POST, "mai tam"),
    "new-code": ("parcel", POST, "mai tam"),
    "ship": ("parcel", POST, "mai tam"),
    "delivered": ("parcel", POST, "mai tam"),
    "failed": ("parcel", POST, "mai tam"),
    "slip": ("parcel", GET, "mai tam"),
    "stocks": (None, GET, "mai hung tam"),
    "stock": ("point", GET, "mai tam"),
    "balance": ("balance", GET, "mai tam"),
    "receive": ("point", GET, "mai tam"),
    "count": ("point", POST, "mai tam"),
    "write-off": ("point", POST, "mai tam"),
    "tills": (None, GET, "mai hung tam"),
    "till-new": ("point", POST, "mai tam"),
    "till-revoke": ("till", POST, "mai tam"),
    "listings": (None, GET, "hung tam"),
    "listing-new": (None, GET, "hung tam"),
    "listing": ("product", GET, "hung tam"),
    "price": ("product", POST, "hung tam"),
    "own-count": ("product", POST, "hung tam"),
    "listing-edit": ("product", POST, "hung tam"),
    "certificate-record": ("product", GET, "tam"),
    "change": ("change", GET, "hung tam"),
    "change-withdraw": ("change", POST, "hung tam"),
    "change-discard": ("change", POST, "hung tam"),
    "change-revise": ("change", POST, "hung tam"),
    "change-approve": ("change", POST, "tam"),
    "change-reject": ("change", POST, "tam"),
    "sold": (None, GET, "hung tam"),
    "certificates": (None, GET, "hung tam"),
    "certificate-revoke": ("certificate", GET, "tam"),
    "review": (None, GET, "tam"),
    "orders": (None, GET, "tam"),
    "order": ("order", GET, "tam"),
    "order-cancel": ("order", POST, "tam"),
    "producers": (None, GET, "tam"),
    "producer-verify": ("producer", POST, "tam"),
    "tariff": (None, GET, "tam"),
    "zone-new": (None, GET, "tam"),
    "zone": ("zone", GET, "tam"),
    "zone-remove": ("zone", POST, "tam"),
    "letters": (None, GET, "tam"),
    "letter-resend": ("letter", POST, "tam"),
}


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
GENERAL = {"home", "parcels", "stocks", "tills"}  # everybody with a desk sees the own work there
GOODS = {"listings", "listing-new", "sold", "certificates"}


def address(world: World, name: str) -> str:
    named = TABLE[name][0]
    if named == "balance":
        return reverse("desk:balance", args=[world.point.pk, world.product.lots.get().balances.get().pk])
    return reverse(f"desk:{name}", args=[getattr(world, named).pk] if named else [])


def ask(client: Client, world: World, name: str) -> Any:
    return getattr(client, TABLE[name][1])(address(world, name))


def test_the_table_names_every_address() -> None:
    assert set(TABLE) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", TABLE)
def test_who_is_meant_gets_in(world: World, name: str) -> None:
    for who in TABLE[name][2].split():
        answer = ask(signed_in(getattr(people, who)()), world, name)
        assert answer.status_code in (200, 302), (who, name)
        if answer.status_code == 302:
            assert "sign-in" not in answer.url
        else:
            assert answer.has_header("Cache-Control") and "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize("name", TABLE)
def test_who_is_not_meant_learns_nothing(world: World, name: str) -> None:
    meant = TABLE[name][2].split()
    strangers = {who: getattr(people, who) for who in (MAI, HUNG, TAM) if who not in meant} | STRANGERS
    for who, make_person in strangers.items():
        own_desk = (name in GENERAL and who.startswith("other")) or (name in GOODS and who == "other producer")
        answer = ask(signed_in(make_person()), world, name)
        assert answer.status_code == (200 if own_desk and name != "stocks" else 302 if own_desk else 404), (who, name)
        assert "Mật thốt nốt" not in answer.content.decode(), (who, name)


@pytest.mark.parametrize("name", TABLE)
def test_a_visitor_is_asked_to_sign_in(world: World, name: str) -> None:
    answer = ask(Client(), world, name)
    assert answer.status_code == 302 and answer.url.startswith(reverse("account:sign-in")), name


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row[1] == POST])
def test_a_link_changes_nothing(world: World, name: str) -> None:
    """What changes something is posted, never fetched."""
    assert signed_in(people.tam()).get(address(world, name)).status_code == 405
