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
    "take-back": ("parcel", POST, "mai tam"),
    "lost": ("parcel", POST, "mai tam"),
    "slip": ("parcel", GET, "mai tam"),
    "parcels-out": (None, GET, "mai hung tam"),
    "labels": ("packed", GET, "mai tam"),
    "slips": ("packed", GET, "mai tam"),
    "hand-overs": (None, GET, "mai hung tam"),
    "manifest": ("handed", GET, "mai tam"),
    "manifest-file": ("handed", GET, "mai tam"),
    "shortages": (None, GET, "mai hung tam"),
    "stocks": (None, GET, "mai hung tam"),
    "stock": ("point", GET, "mai tam"),
    "balance": ("balance", GET, "mai tam"),
    "receive": ("point", GET, "mai tam"),
    "count": ("point", POST, "mai tam"),
    "write-off": ("point", POST, "mai tam"),
    "transfers": (None, GET, "mai hung tam"),
    "transfer-new": ("point", GET, "mai tam"),
    "transfer": ("transfer", GET, "mai tam"),
    "transfer-line": ("transfer", POST, "mai tam"),
    "transfer-line-drop": ("line", POST, "mai tam"),
    "transfer-send": ("transfer", POST, "mai tam"),
    "transfer-expect": ("transfer", POST, "mai tam"),
    "transfer-drop": ("transfer", POST, "mai tam"),
    "transfer-arrive": ("shipment", POST, "mai tam"),
    "transfer-close": ("shipment", POST, "mai tam"),
    "counts": (None, GET, "mai hung tam"),
    "count-start": ("point", POST, "mai tam"),
    "sheet": ("count", GET, "mai tam"),
    "sheet-enter": ("count", POST, "mai tam"),
    "sheet-found": ("count", POST, "mai tam"),
    "sheet-close": ("count", POST, "mai tam"),
    "sheet-drop": ("count", POST, "mai tam"),
    "lots": (None, GET, "hung tam"),
    "lot": ("lot", GET, "hung tam"),
    "lot-freeze": ("lot", POST, "hung tam"),
    "lot-thaw": ("lot", POST, "tam"),
    "tills": (None, GET, "mai hung tam"),
    "till-new": (None, POST, "mai hung tam"),
    "till-revoke": ("till", POST, "mai tam"),
    "event-replay": ("event", POST, "mai tam"),
    "event-replay-alike": ("alike", POST, "mai tam"),
    "reserves": ("point", GET, "mai tam"),
    "reserve": ("goods", GET, "mai tam"),
    "reserve-clear": ("goods", POST, "mai tam"),
    "uploads": (None, GET, "mai hung tam"),
    "upload": ("upload", GET, "mai tam"),
    "upload-look": ("upload", POST, "mai tam"),
    "upload-book": ("upload", POST, "mai tam"),
    "upload-drop": ("upload", POST, "mai tam"),
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
    "settlements": (None, GET, "mai hung tam"),
    "settlement": ("settlement", GET, "mai hung tam"),
    "settlement-confirm": ("settlement", POST, "mai hung tam"),
    "settlement-dispute": ("settlement", POST, "mai hung tam"),
    "settlement-answer": ("settlement", POST, "tam"),
    "settlement-pdf": ("settlement", GET, "mai hung tam"),
    "settlement-xlsx": ("settlement", GET, "mai hung tam"),
    "correction": (None, GET, "tam"),
    "agreements": (None, GET, "mai hung tam"),
    "agreement-new": (None, GET, "tam"),
    "agreement-end": ("agreement", POST, "tam"),
    "producer-accounts": (None, GET, "hung tam"),
    "producer-account": ("producer", GET, "hung"),
    "producer-account-verify": ("account", POST, "tam"),
    "producer-payouts": (None, GET, "tam"),
    "producer-payout-new": (None, POST, "tam"),
    "producer-payout": ("producer_payout", GET, "tam"),
    "producer-payout-paid": ("producer_payout", POST, "tam"),
    "producer-payout-cancel": ("producer_payout", POST, "tam"),
    "producer-payout-csv": ("producer_payout", GET, "tam"),
    "producer-payout-xlsx": ("producer_payout", GET, "tam"),
    "taxes": (None, GET, "tam"),
    "tax-rate": (None, GET, "tam"),
    "tax-csv": (None, GET, "tam"),
    "tax-xlsx": (None, GET, "tam"),
    "review": (None, GET, "tam"),
    "orders": (None, GET, "tam"),
    "order": ("order", GET, "tam"),
    "order-cancel": ("order", POST, "tam"),
    "parcel-cancel": ("parcel", POST, "tam"),
    "producers": (None, GET, "tam"),
    "producer-verify": ("producer", POST, "tam"),
    "producer-doubt": ("producer", POST, "tam"),
    "tariff": (None, GET, "tam"),
    "zone-new": (None, GET, "tam"),
    "zone": ("zone", GET, "tam"),
    "zone-remove": ("zone", POST, "tam"),
    "tariff-new": ("zone", GET, "tam"),
    "tariff-table": ("tariff", GET, "tam"),
    "tariff-drop": ("tariff", POST, "tam"),
    "free-new": (None, POST, "tam"),
    "free-remove": ("free", POST, "tam"),
    "carriers": (None, GET, "tam"),
    "carrier-new": (None, GET, "tam"),
    "carrier": ("carrier", GET, "tam"),
    "carrier-token": ("carrier", POST, "tam"),
    "status-file-take": ("carrier", POST, "tam"),
    "status-file": ("status_file", GET, "tam"),
    "parcel-event-aside": ("parcel_event", POST, "tam"),
    "money": (None, GET, "tam"),
    "refund-again": ("refund", POST, "tam"),
    "refund-paid-back": ("refund", POST, "tam"),
    "payment-again": ("word", POST, "tam"),
    "payment-aside": ("word", POST, "tam"),
    "bank-lines": (None, GET, "tam"),
    "bank-line": ("bank_line", GET, "tam"),
    "bank-line-aside": ("bank_line", POST, "tam"),
    "bank-line-back": ("bank_line", POST, "tam"),
    "statements": (None, GET, "tam"),
    "statement": ("statement", GET, "tam"),
    "statement-drop": ("statement", POST, "tam"),
    "payouts": (None, GET, "tam"),
    "payout-new": (None, POST, "tam"),
    "payout": ("payout", GET, "tam"),
    "payout-file": ("payout", GET, "tam"),
    "payout-bounced": ("refund", POST, "tam"),
    "payout-account": ("payout_account", GET, "tam"),
    "bank-accounts": (None, GET, "tam"),
    "bank-account": ("bank_account", GET, "tam"),
    "bank-account-show": ("bank_account", POST, "tam"),
    "bank-account-hide": ("bank_account", POST, "tam"),
    "bank-feed-new": ("bank_account", POST, "tam"),
    "bank-feed-revoke": ("feed", POST, "tam"),
    "connectors": (None, GET, "tam"),
    "connector-new": (None, GET, "tam"),
    "connector": ("connector", GET, "tam"),
    "connector-ask": ("connector", POST, "tam"),
    "connector-pause": ("connector", POST, "tam"),
    "connector-resume": ("connector", POST, "tam"),
    "letters": (None, GET, "tam"),
    "letter-resend": ("letter", POST, "tam"),
    "letters-resend": (None, POST, "tam"),
    "letter-words": (None, GET, "tam"),
    "letter-kind": ("kind", GET, "tam"),
    "letter-body": ("kind", GET, "tam"),
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
GENERAL = {  # everybody with a desk sees the own work there
    "home", "parcels", "shortages", "stocks", "tills", "till-new", "transfers", "counts", "uploads", "settlements", "agreements",
    "parcels-out", "hand-overs",
}  # fmt: skip
GOODS = {"listings", "listing-new", "sold", "certificates", "lots", "producer-accounts"}
FILES = {
    "slip", "payout-file", "settlement-pdf", "settlement-xlsx", "producer-payout-csv", "producer-payout-xlsx", "tax-csv", "tax-xlsx",
}  # fmt: skip
PRODUCERS = {"producer-account"}  # where its money goes nobody says but the producer


TAKES_AWAY = {"change-discard", "zone-remove", "free-remove", "transfer-drop", "upload-drop", "statement-drop"}


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
    if name == "payout-file":
        return reverse("desk:payout-file", args=[world.payout.pk, "csv"])
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
    before = Entry.objects.count()
    for name in [name for name in TABLE if who not in TABLE[name][2].split()]:
        own_desk = (name in GENERAL and who.startswith("other")) or (name in GOODS and who == "other producer")
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
