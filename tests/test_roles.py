"""Every address of the project × everybody who might try it. What no table names is found by the last test.

Who is meant at the desk, and with which rows, stands in tests/desk/test_who.py. Here Hùng is of another producer and Mai of
another point than the rows asked for, and the doors of Oscar and Wagtail are tried as well as ours.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from catalogue.models import Category
from marketplace.checkout.confirmation import confirm_link
from marketplace.journal.models import Entry
from tests import make, people
from tests.checkout.shortages import missing
from tests.desk import doors
from tests.desk import test_who as desk
from tests.desk.conftest import World, signed_in, world  # noqa: F401  asked for by name below

pytestmark = pytest.mark.django_db
# An answer in one letter: it opens or leads on, asks to sign in, is not there, is forbidden, wants a POST, wants a token.
PEOPLE = ("visitor", "khoa", "hung", "mai", "tam")
EVERYBODY, SIGNED_IN, NOBODY, THE_OFFICE = "ooooo", "soooo", "-----", "s---o"
THE_PRODUCER = "s----"  # another one than these
OWN_DESK, OWN_GOODS, OWN_POINT = "s-ooo", "s-o-o", "s--oo"  # pages about one's own: each sees the own rows there
POSTED, TOKEN, SIGNED_POST = "ppppp", "ttttt", "spppp"
SHOP = {
    "shop:home": EVERYBODY, "shop:age": EVERYBODY, "shop:certificates": EVERYBODY, "shop:certificate": EVERYBODY,
    "shop:producer": EVERYBODY, "shop:points": EVERYBODY, "shop:point": EVERYBODY, "shop:order": EVERYBODY,
    "shop:order-fewer": POSTED, "shop:return": EVERYBODY, "shop:return-withdraw": POSTED, "shop:return-sent": POSTED, "shop:return-photo": EVERYBODY,
    "shop:order-receipt": EVERYBODY, "shop:order-confirm": EVERYBODY, "shop:order-invoice": EVERYBODY,
    "shop:order-cancel": POSTED, "shop:parcel-cancel": POSTED, "shop:missing": EVERYBODY, "shop:refund-account": EVERYBODY, "shop:missing-choose": POSTED,
    "shop:boxes": EVERYBODY, "shop:box": EVERYBODY, "shop:box-add": POSTED, "shop:box-change": POSTED,
    "home": EVERYBODY,
    "catalogue:index": EVERYBODY, "catalogue:category": EVERYBODY, "catalogue:detail": EVERYBODY, "catalogue:range": EVERYBODY,
    "account:home": SIGNED_IN, "account:orders": SIGNED_IN, "account:profile": SIGNED_IN, "account:data": SIGNED_IN,
    "account:messages": SIGNED_IN, "account:messages-how": SIGNED_IN, "account:messages-read": SIGNED_POST,
    "account:message-read": SIGNED_POST, "shop:order-messages": EVERYBODY,
    "account:erase": SIGNED_IN, "account:sign-in": EVERYBODY, "account:sign-up": EVERYBODY, "account:sign-out": POSTED,
    "account:password-reset": EVERYBODY, "account:password-reset-sent": EVERYBODY, "account:password-done": EVERYBODY,
    "account:password-set": EVERYBODY, "account:elsewhere": EVERYBODY,
    "basket:summary": EVERYBODY, "basket:add": POSTED, "basket:saved": SIGNED_IN, "basket:vouchers-add": EVERYBODY,
    "basket:vouchers-remove": POSTED,
    "checkout:index": EVERYBODY, "checkout:review": EVERYBODY, "checkout:communes": EVERYBODY, "checkout:bundle": POSTED, "checkout:place": POSTED,
    "checkout:pay": POSTED, "checkout:paid": EVERYBODY,
}  # fmt: skip
MACHINES = {
    "api-1:openapi-json": EVERYBODY, "api-1:openapi-view": EVERYBODY, "api-1:api-root": NOBODY, "api-1:report": TOKEN,
    "api-1:events": TOKEN, "api-1:changes": TOKEN, "api-1:me": TOKEN, "api-1:transactions": POSTED, "api-1:carrier_events": POSTED, "stripe-webhook": POSTED, "set_language": EVERYBODY,
    "django.contrib.sitemaps.views.sitemap": EVERYBODY,
}  # fmt: skip
DESK = {
    f"desk:{name}": OWN_DESK
    if name in doors.GENERAL
    else OWN_GOODS
    if name in doors.GOODS
    else OWN_POINT
    if name in doors.POINTS
    else THE_PRODUCER
    if name in doors.PRODUCERS
    else THE_OFFICE
    for name in doors.TABLE
}
# Oscar's pages that this shop does not have; all lead to its own.
ELSEWHERE = ("customer:", "search:", "offer:", "wishlists:", "password-reset")


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that has a name, with its name spaces."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield space + one.name, one
        else:
            yield from patterns(one, space + (f"{one.namespace}:" if one.namespace else ""))


@pytest.fixture
def everybody(request: pytest.FixtureRequest) -> dict[str, Client]:
    request.getfixturevalue("world")
    strangers = (people.khoa(), desk.other_producer(), desk.other_point(), people.tam())
    clients = dict(zip(PEOPLE, [Client(), *map(signed_in, strangers)], strict=True))
    for client in clients.values():
        client.raise_request_exception = False
    return clients


@pytest.fixture
def here(request: pytest.FixtureRequest) -> World:
    return request.getfixturevalue("world")


def letter(answer: Any) -> str:
    if answer.get("Location", "").startswith((reverse("account:sign-in"), reverse("dashboard:login"))):
        return "s"  # the dashboard's own leads there too
    letters = {200: "o", 301: "o", 302: "o", 401: "t", 403: "f", 404: "-", 405: "p"}
    return letters.get(answer.status_code, str(answer.status_code))


def address(here: World, name: str, lost: str = "") -> str:
    """Of something that is there. `lost` names the pieces of an order that a till has sold."""
    found: dict[str, Any] = {
        "shop:box": ["qua", here.open_box.pk], "shop:box-add": [here.open_box.pk], "shop:box-change": [here.open_box.pk],
        "shop:certificate": [here.certificate.pk], "shop:producer": [here.producer.code], "shop:point": [here.point.slug],
        "catalogue:detail": ["mat", here.product.pk], "catalogue:category": ["i", Category.objects.get(code="I").pk],
        "catalogue:range": ["x"], "account:password-set": ["MQ", "x"], "account:elsewhere": ["x"],
        "basket:add": [here.product.pk], "basket:vouchers-remove": [1], "shop:order": [here.order.token],
        "shop:refund-account": [here.payout_account.token], "shop:missing": [lost], "shop:missing-choose": [lost],
        "shop:parcel-cancel": [here.order.token, 1],
        "shop:order-fewer": [here.order.token], "shop:return": [here.asked.fulfilment.order.token, here.asked.fulfilment_id],
        "shop:return-withdraw": [here.asked.fulfilment.order.token, here.asked.pk],
        "shop:return-sent": [here.asked.fulfilment.order.token, here.asked.pk],
        "shop:return-photo": [here.asked.fulfilment.order.token, here.photo.pk],
        "shop:order-receipt": [here.order.token], "shop:order-confirm": confirmation(here.order), "shop:order-invoice": [here.order.token],
        "shop:order-cancel": [here.order.token], "shop:order-messages": [here.order.token], "account:message-read": [1], "checkout:pay": [here.order.token], "checkout:paid": [here.order.token],
    }  # fmt: skip
    return reverse(name, args=found.get(name, []))


def confirmation(order: Any) -> list[str]:
    """What the link in the shopper's letter names."""
    return confirm_link(order).rstrip("/").split("/")[-3::2]


def test_the_shop_and_the_machines(here: World, everybody: dict[str, Client]) -> None:
    product = make.product()
    lost = missing(product, make.stock(product, 10)).token
    for name, expected in (SHOP | MACHINES).items():
        url = address(here, name, lost)
        assert "".join(letter(client.get(url)) for client in everybody.values()) == expected, name


def test_the_desk(here: World, everybody: dict[str, Client]) -> None:
    """The office last, for what it does is done; by the others nothing has changed until then."""
    office = everybody.pop("tam")
    assert (here.asked.status, here.paid_out.status) == ("asked", "settled")
    before = Entry.objects.count()
    for name, expected in DESK.items():
        answers = [desk.ask(client, here, name.removeprefix("desk:")) for client in everybody.values()]
        assert "".join(map(letter, answers)) == expected[:-1], name
        for answer in answers:
            page = answer.content.decode()
            assert here.product.title not in page and here.order.number not in page, name
    assert Entry.objects.count() == before
    for name in sorted(doors.TABLE, key=lambda name: name in doors.TAKES_AWAY):
        assert letter(desk.ask(office, here, name)) == ("-" if name in doors.PRODUCERS else "o"), name


def _dummy(pattern: URLPattern, name: str) -> str | None:
    """An address of that form; who may not come in is not told whether something is there."""
    regex = pattern.pattern.regex
    names = list(pattern.pattern.converters) or list(regex.groupindex)
    try:
        return reverse(name, kwargs=dict.fromkeys(names, 1)) if names else reverse(name, args=["1"] * regex.groups)
    except NoReverseMatch:
        return None


def test_oscars_dashboard_is_the_offices(everybody: dict[str, Client]) -> None:
    office, tried = everybody.pop("tam"), 0
    for name, pattern in patterns():
        url = _dummy(pattern, name)
        if not name.startswith("dashboard:") or name in ("dashboard:login", "dashboard:logout") or not url:
            continue
        tried += 1
        assert "".join(letter(client.get(url)) for client in everybody.values()) == "sfff", name
        assert letter(office.get(url)) in "o-p", name
    assert tried > 80


def test_wagtails_pages_are_for_editors(everybody: dict[str, Client]) -> None:
    """A stranger who is signed in learns nothing; the office writes pages once it is among Wagtail's editors."""
    tried = 0
    for name, pattern in patterns():
        url = _dummy(pattern, name) or ""
        if not url.startswith("/cms/") or pattern.name in ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog"):
            continue
        tried += 1
        assert letter(everybody["visitor"].get(url)) in "so", name  # signing in and out has no lock
        assert letter(everybody["khoa"].get(url)) in "so", name
    assert tried > 100
    for who in ("khoa", "hung", "mai", "tam"):
        assert everybody[who].get("/cms/", follow=True).status_code == 404, who
    people.tam().groups.set(Group.objects.filter(name="Editors"))
    assert signed_in(people.tam()).get("/cms/").status_code == 200


def test_what_oscar_has_and_the_shop_has_not_leads_to_the_shops_own(everybody: dict[str, Client]) -> None:
    for name, pattern in patterns():
        url = _dummy(pattern, name)
        if name.startswith(ELSEWHERE) and url:
            assert letter(everybody["khoa"].get(url)) == "o", name


def test_an_order_is_seen_by_whoever_holds_its_link_and_listed_for_its_shopper_alone(here: World) -> None:
    order = make.order((here.product, 1), by=people.lan(), payment="counter", location_id=here.point.pk)
    for person, listed in ((people.lan(), True), (people.khoa(), False), (people.mai(), False)):
        assert (order.number in signed_in(person).get("/accounts/orders/").content.decode()) == listed
    assert order.number in Client().get(f"/orders/{order.token}/").content.decode()
    assert Client().get(f"/orders/{order.number}/").status_code == 404


def test_the_tables_name_every_address() -> None:
    ours = SHOP | MACHINES | DESK
    foreign = ("dashboard:", "wagtail", *ELSEWHERE)
    others = {name: pattern for name, pattern in patterns() if name not in ours and not name.startswith(foreign)}
    found = {name: _dummy(pattern, name) or "/cms/" for name, pattern in others.items()}
    assert [name for name, url in found.items() if not url.startswith("/cms/")] == []
