"""What is asked of the shop, and prepared for it: shoppers with baskets, one step before their order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from urllib.parse import urlencode

from django.core import cache as shared
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Product
from marketplace.places.models import Commune

from .server import Ask

TOKEN = "c" * 32  # a visitor's own; Django wants it in the cookie and in the form
LISTS = ("", "?page=2", "?group=I", "?stars=4&stars=5", "?sort=price", "?in_stock=1&page=3", "?min=50000&max=150000")
PLACED = 60  # orders per second, wanted of the press on the last button alone
WORDS = ("duong thot not", "đường thốt nốt", "kho ca loc", "tra mang cau", "gao nang nhen", "tinh dau tram huu co")


@dataclass(frozen=True)
class Page:
    """One row of the table. What stock Oscar does on two cores: requests per second and queries."""

    name: str
    asks: Callable[[int], list[Ask]]
    requests: int  # in each round
    limit: int | None = None  # of queries
    oscar_rate: int | None = None
    oscar_queries: int | None = None
    least: int | None = None  # requests per second


def repeated(paths: Iterable[str]) -> Callable[[int], list[Ask]]:
    """These pages in turn."""
    listed = list(paths)
    return lambda number: [Ask(path) for path in islice(cycle(listed), number)]


def pages(host: str) -> list[Page]:
    """Every page of the bench. Goods without alcohol: what asks for an age is not what is measured."""
    goods = list(Product.objects.listed().filter(ethanol_percent=None).order_by("pk")[:50])
    found = reverse("catalogue:index")
    return [
        Page("empty page", repeated(["/bench/empty/"]), 1000),
        Page("home", repeated(["/"]), 300, 8, 6, 132),
        Page("list", repeated(found + query for query in LISTS), 300, 12, 7, 134),
        Page("product", repeated(each.get_absolute_url() for each in goods), 400, 14, 73, 20),
        Page("search", repeated(f"{found}?{urlencode({'q': words})}" for words in WORDS), 300, 12),
        Page("add to basket", lambda number: [_add(one.pk) for one in islice(cycle(goods), number)], 200, None, 88, 22),
        Page("place order", lambda number: _orders(host, baskets(goods, number)), 90, 45, None, 41, PLACED),
        Page("order, one good", lambda number: _orders(host, [[goods[0].pk]] * number), 90, 45, None, 41, PLACED),
    ]


def _orders(host: str, wanted: list[list[int]]) -> list[Ask]:
    return [ready_to_order(host, product_ids) for product_ids in wanted]


def _add(product_id: int) -> Ask:
    """A new visitor puts a first product into the basket."""
    return _post(reverse("basket:add", args=[product_id]), {"quantity": 1}, {}, leads_to=reverse("basket:summary"))


def _post(path: str, form: dict[str, object], cookies: dict[str, str], *, leads_to: str) -> Ask:
    jar = "; ".join(f"{name}={value}" for name, value in (cookies | {"csrftoken": TOKEN}).items())
    return Ask(path, cookies=jar, form=urlencode(form | {"csrfmiddlewaretoken": TOKEN}), status=302, leads_to=leads_to)


def baskets(goods: list[Product], number: int) -> list[list[int]]:
    """One to three products each, all of the shop's in turn."""
    turn = cycle([each.pk for each in goods])
    return [[next(turn) for _ in range(1 + each % 3)] for each in range(number)]


def ready_to_order(host: str, product_ids: list[int]) -> Ask:
    """A guest has filled the basket and the checkout, delivery for cash; the request is the press on the last button."""
    guest = newcomer(host)
    path, form = review(guest, product_ids)
    cookies = {name: cookie.coded_value for name, cookie in guest.cookies.items()}
    return _post(path, form, cookies, leads_to="/orders/")


@cache
def _anybody(host: str) -> Client:
    """One for all: each would look at every static file again."""
    return Client(headers={"host": host, "accept-language": "vi"})


def newcomer(host: str) -> Client:
    """A visitor without a past."""
    _anybody(host).cookies.clear()
    return _anybody(host)


def review(guest: Client, product_ids: list[int]) -> tuple[str, dict[str, object]]:
    """Up to the summary: where its form is sent, and what it says."""
    for pk in product_ids:
        _moved_on(guest.post(reverse("basket:add", args=[pk]), {"quantity": 1}))
    commune = Commune.objects.filter(name="Phường Long Xuyên", province__code="91").get()
    _moved_on(guest.post(reverse("checkout:index"), {
        "name": "Nguyễn Thị Đo", "phone": "0912345678", "email": "do@example.vn", "method": "delivery",
        "province": commune.province_id, "commune": commune.pk, "street": "12 đường Minh Họa", "payment": "cod",
    }))  # fmt: skip
    page = guest.get(reverse("checkout:review")).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(basket|total|mark)" value="([^"]+)"', page))
    return reverse("checkout:place"), {"accept": "on"} | hidden


def _moved_on(response: HttpResponse) -> None:
    if response.status_code != 302:
        raise SystemExit(f"The shopper did not get on:\n{response.content.decode()[:6000]}")


def queries(host: str, page: Page) -> int:
    """The most statements that one of the page's requests runs, transactions' own included; the shared cache is empty."""
    counts = []
    for ask in page.asks(7):
        if ask.form is None:
            _send(newcomer(host), ask)  # what each process then knows by heart
        shared.cache.clear()
        visitor = newcomer(host)
        visitor.cookies.load(ask.cookies)
        with CaptureQueriesContext(connection) as captured:
            response = _send(visitor, ask)
        if response.status_code != ask.status:
            raise SystemExit(f"{ask.path} answers {response.status_code}, not {ask.status}.")
        counts.append(len(captured))
    return max(counts[1:])


def _send(visitor: Client, ask: Ask) -> HttpResponse:
    if ask.form is None:
        return visitor.get(ask.path)
    return visitor.post(ask.path, ask.form, content_type="application/x-www-form-urlencoded")
