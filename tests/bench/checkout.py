"""The whole checkout, from a product to the confirmation, for cash; and what it takes to settle a card payment."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Product
from config.prepare import ROOT
from marketplace.checkout import actions
from marketplace.order.models import Order
from marketplace.payment.standin import Standin
from marketplace.places.models import Commune

from .journey import Answer, steps
from .visits import baskets

WALKS, AT_ONCE, ROUNDS = 60, 8, 3
FEW, MANY = 1, 20  # lines
LIMITS = {"place order": 45, "settle": 25}  # queries, whatever the number of lines
OSCAR = 8  # whole checkouts per second, stock Oscar on two cores


@dataclass(frozen=True)
class Step:
    name: str
    p95: float | None  # seconds
    few: int  # queries of an order of one line
    many: int  # and of twenty


@dataclass(frozen=True)
class Checkout:
    """Of the median round: whole ways and requests per second, then each step."""

    rate: float
    requests: float
    steps: list[Step]

    def __str__(self) -> str:
        head = f"whole checkouts, cash: {self.rate:.1f}/s ({self.requests:.0f} requests/s; stock Oscar about {OSCAR}/s)"
        lines = [
            f"  {one.name:15}{'' if one.p95 is None else f'{one.p95 * 1000:.0f}':>6}{' ms p95' if one.p95 else '':7}"
            f"{one.few:>5} queries, {one.many} with {MANY} lines{_limit(one)}" for one in self.steps
        ]  # fmt: skip
        return "\n".join([head, *lines])


def _limit(one: Step) -> str:
    return f" (limit {LIMITS[one.name]})" if one.name in LIMITS else ""


def checkouts(host: str) -> Checkout:
    """Rounds over the wire, then the queries of each step."""
    goods = list(Product.objects.listed().filter(ethanol_percent=None).order_by("pk")[:50])
    rounds = [_round(host, goods) for _ in range(ROUNDS)]
    p95 = {name: median(quantiles(each["seconds"][name], n=20)[-1] for each in rounds) for name in rounds[0]["seconds"]}
    few, many = (_queries(goods[:lines]) for lines in (FEW, MANY))
    rows = [Step(name, p95.get(name), few[name], many[name]) for name in few]
    requests = sum(len(times) for times in rounds[0]["seconds"].values())
    return Checkout(
        rate=median(WALKS / each["elapsed"] for each in rounds),
        requests=median(requests / each["elapsed"] for each in rounds), steps=rows,
    )  # fmt: skip


def broken(found: Checkout) -> list[str]:
    """A sentence for each limit that does not hold."""
    return [
        f"{one.name}: {max(one.few, one.many)} queries, and {LIMITS[one.name]} are allowed."
        for one in found.steps if max(one.few, one.many) > LIMITS.get(one.name, 10**6)
    ]  # fmt: skip


def _round(host: str, goods: Sequence[Product]) -> Any:
    by_number = {one.pk: one for one in goods}
    wanted = [[_address(by_number[pk]) for pk in basket] for basket in baskets(list(goods), WALKS)]
    plan = {"host": host, "at_once": AT_ONCE, "typed": _typed("cod"), "baskets": wanted}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.journey"], input=json.dumps(plan), capture_output=True, text=True, cwd=ROOT
    )
    if ran.returncode:
        raise SystemExit(ran.stderr[-4000:])
    return json.loads(ran.stdout)


def _address(product: Product) -> dict[str, str]:
    return {"page": product.get_absolute_url(), "add": reverse("basket:add", args=[product.pk])}


def _typed(payment: str) -> dict[str, Any]:
    commune = Commune.objects.filter(name="Phường Long Xuyên", province__code="91").get()
    return {
        "name": "Nguyễn Thị Đo", "phone": "0912345678", "email": "do@example.vn", "method": "delivery",
        "province": commune.province_id, "commune": commune.pk, "street": "12 đường Minh Họa", "payment": payment,
    }  # fmt: skip


def _queries(goods: Sequence[Product]) -> dict[str, int]:
    """The most that each step asks of PostgreSQL, and the settling of such an order that was paid by card."""
    _walk(goods, "cod")  # teaches the process what it then knows by heart
    return _walk(goods, "cod") | {"settle": _settling(goods)}


def _walk(goods: Sequence[Product], payment: str) -> dict[str, int]:
    visitor, found, asked = Client(headers={"host": "127.0.0.1", "accept-language": "vi"}), {}, [0]

    def send(path: str, form: Mapping[str, Any] | None) -> Answer:
        with CaptureQueriesContext(connection) as captured:
            response = visitor.get(path) if form is None else visitor.post(path, form)
        asked[0] = len(captured)
        return Answer(response.status_code, response.get("Location", ""), response.content.decode())

    for name in steps(send, [_address(one) for one in goods], _typed(payment)):
        found[name] = max(found.get(name, 0), asked[0])
    return found


def _settling(goods: Sequence[Product]) -> int:
    """Of one order with these goods, once its card was charged."""
    with Standin() as stripe, override_settings(STRIPE_API_BASE=stripe.url, STRIPE_SECRET_KEY="sk_test_of_the_bench"):
        _walk(goods, "card")
        order = Order.objects.latest("pk")
        stripe.pay(order.sources.get().reference)
        with CaptureQueriesContext(connection) as captured:
            actions.settle(order_id=order.pk, at=timezone.now())
        order.refresh_from_db()
        if order.paid_at is None:
            raise SystemExit(f"Order {order.number} was charged and is not paid.")
    return len(captured)
