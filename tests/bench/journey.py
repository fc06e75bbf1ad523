"""A shopper's way from a product to the confirmed order, in steps; and, as a process of its own, many shoppers at once.

Reads a plan (JSON) from standard input and answers the seconds that each step of each took. Knows nothing of the shop but its pages.
"""

import http.client
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

TOKEN = "c" * 32  # a visitor's own; Django wants it in the cookie and in the form
HIDDEN = re.compile(r'<input type="hidden" name="(basket|total|mark)" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    leads_to: str
    page: str


Send = Callable[[str, Mapping[str, Any] | None], Answer]  # an address, and what is typed in where something is


def steps(send: Send, goods: Sequence[Mapping[str, str]], typed: Mapping[str, Any]) -> Iterator[str]:
    """Each name is told when its request has been answered as it should."""
    for one in goods:
        _opened(send(one["page"], None))
        yield "product"
        _led_on(send(one["add"], {"quantity": 1}))
        yield "add to basket"
    _opened(send("/basket/", None))
    yield "basket"
    _opened(send("/checkout/", None))
    yield "checkout"
    _led_on(send("/checkout/", typed))
    yield "details"
    review = _opened(send("/checkout/review/", None))
    yield "review"
    order = _led_on(send("/checkout/place/", {"accept": "on"} | dict(HIDDEN.findall(review))))
    yield "place order"
    if order.startswith("/orders/"):
        _opened(send(order, None))
        yield "confirmation"


def _opened(answer: Answer) -> str:
    if answer.status != 200:
        raise SystemExit(f"A page answers {answer.status}, not 200.\n{answer.page[:2000]}")
    return answer.page


def _led_on(answer: Answer) -> str:
    if answer.status != 302:
        raise SystemExit(f"The shopper did not get on ({answer.status}).\n{answer.page[:6000]}")
    return answer.leads_to


@dataclass
class Shopper:
    """A phone with an open connection and its cookies."""

    host: str
    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": TOKEN})

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(self.host, timeout=60)

    def send(self, path: str, form: Mapping[str, Any] | None) -> Answer:
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept-Language": "vi"}
        body = None if form is None else urlencode({**form, "csrfmiddlewaretoken": TOKEN})
        if body is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request("GET" if body is None else "POST", path, body, head)
        response = self._line.getresponse()
        page = response.read().decode()
        for set_cookie in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.coded_value for name, one in SimpleCookie(set_cookie).items()}
        return Answer(response.status, response.headers.get("Location") or "", page)

    def end(self) -> None:
        self._line.close()


def walk(host: str, goods: Sequence[Mapping[str, str]], typed: Mapping[str, Any]) -> list[tuple[str, float]]:
    """One shopper's whole way: each step with its seconds."""
    shopper, taken, began = Shopper(host), [], time.perf_counter()
    for name in steps(shopper.send, goods, typed):
        now = time.perf_counter()
        taken.append((name, now - began))
        began = now
    shopper.end()
    return taken


def walks(plan: Mapping[str, Any]) -> dict[str, Any]:
    """All of the plan's shoppers, so many at a time."""
    seconds: dict[str, list[float]] = defaultdict(list)
    began = time.perf_counter()
    with ThreadPoolExecutor(plan["at_once"]) as pool:
        for taken in pool.map(lambda goods: walk(plan["host"], goods, plan["typed"]), plan["baskets"]):
            for name, one in taken:
                seconds[name].append(one)
    return {"elapsed": time.perf_counter() - began, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(walks(json.load(sys.stdin))))
