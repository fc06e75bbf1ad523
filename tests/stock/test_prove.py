"""The proofs notice what no action would do, and stay silent after whatever actions do."""

import io
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum
from django.utils import timezone

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.locations.models import Location
from marketplace.partner.models import StockRecord
from marketplace.stock import actions as stock
from marketplace.stock import proofs
from marketplace.stock.actions import Destination, Sold, Want
from marketplace.stock.management.commands import prove
from marketplace.stock.models import Balance, Count, Hold, Shortage, Transfer
from tests import make, people
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
NOW = make.NOW


def _held() -> None:
    product = make.product()
    make.stock(product, 5)
    stock.hold(order_id=1, wants=[Want(1, product.pk, 3)], at=NOW, expires_at=None, destination=Destination())


def test_a_sound_ledger_is_proved() -> None:
    make.order(at=timezone.now())
    out = io.StringIO()
    call_command("prove", stdout=out)
    assert "holds   balances are the sum of their movements" in out.getvalue()


def _sent_by_nobody() -> None:
    """A list that says it has left, without a movement."""
    balance = Balance.objects.get()
    made = Transfer.objects.create(
        source=balance.location, target=make.location(), status="sent", created_at=NOW, sent_at=NOW
    )
    made.lines.create(lot=balance.lot, quantity=1)


def _counted_by_nobody() -> None:
    """A difference that the books do not know."""
    balance = Balance.objects.get()
    made = Count.objects.create(location=balance.location, status="closed", opened_at=NOW, closed_at=NOW)
    made.lines.create(balance=balance, snapshot=5, counted=4, counted_at=NOW, variance=-1)


BREAKAGES = {
    "balances_are_the_sum_of_their_movements": lambda: Balance.objects.update(on_hand=F("on_hand") + 1),
    "held_is_the_sum_of_active_holds": lambda: Balance.objects.update(held=1),
    "nothing_is_promised_twice": lambda: (Hold.objects.update(quantity=9), Balance.objects.update(held=9)),
    "only_tills_go_below_zero": lambda: Balance.objects.update(on_hand=-1),
    "issued_holds_have_left": lambda: Hold.objects.update(issued_at=NOW),
    "oscar_mirrors_the_ledger": lambda: StockRecord.objects.update(num_in_stock=99),
    "transfers_move_what_they_say": lambda: _sent_by_nobody(),
    "closed_counts_are_on_the_books": lambda: _counted_by_nobody(),
}


def test_every_rule_has_its_breakage() -> None:
    assert {rule.__name__ for rule in proofs.RULES} == set(BREAKAGES)


@pytest.mark.parametrize("rule", BREAKAGES)
def test_each_rule_finds_its_breakage_and_the_command_fails(rule: str) -> None:
    _held()
    BREAKAGES[rule]()
    assert list(getattr(proofs, rule)(NOW))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("prove", stdout=out)
    assert f"broken  {rule.replace('_', ' ')}" in out.getvalue()


def _sold_at_the_till(quantity: int, key: str) -> None:
    balance = Balance.objects.select_related("lot").earliest("pk")
    lines = [Sold(balance.lot.product_id, None, quantity)]
    stock.sell(location_id=balance.location_id, lines=lines, key=key, at=NOW, device="till:1")


def test_a_case_excuses_no_more_than_was_taken() -> None:
    """Three of five are promised. The till sells three, which is a case of one, and then far more than there ever were."""
    _held()
    _sold_at_the_till(3, "a")
    assert Shortage.objects.get().quantity == 1
    assert list(proofs.nothing_is_promised_twice(NOW)) == []
    Hold.objects.update(quantity=4)
    Balance.objects.update(held=4)
    [said] = proofs.nothing_is_promised_twice(NOW)
    assert "2 on hand, 4 promised, 1 known to be short" in said
    Hold.objects.update(quantity=3)
    Balance.objects.filter(held=4).update(held=3)
    _sold_at_the_till(9, "b")
    on_hand, cases = Sum("on_hand", default=0), Sum("quantity", default=0)
    assert Balance.objects.aggregate(all=on_hand)["all"] == -7 and Shortage.objects.aggregate(all=cases)["all"] == 4
    assert list(proofs.nothing_is_promised_twice(NOW)) == []  # no more is short than is promised


def test_promises_that_ran_out_need_no_excuse() -> None:
    _held()
    Hold.objects.update(quantity=9, expires_at=NOW)
    Balance.objects.update(held=9)
    assert list(proofs.nothing_is_promised_twice(NOW)) == []
    assert list(proofs.nothing_is_promised_twice(NOW - timedelta(minutes=1)))


def _anything(random: Random, step: int, at: datetime, product: Product, place: Location) -> Any:
    """One of the things that happen in a day, as an action not yet called."""
    orders = sorted(set(Hold.objects.values_list("order_id", flat=True)))
    order = {"order_id": random.choice(orders or [1]), "at": at}
    parcel = order | {"location_id": place.pk, "by": None, "cause": "t"}
    goods = {"location": place, "product": product, "by": people.mai(), "at": at}
    sold = Sold(product.pk, random.choice([None, "A", "Q"]), random.randint(1, 4))
    till = {"location_id": place.pk, "lines": [sold], "key": f"till:{step // 2}", "at": at, "device": "till:1"}
    wanted = {
        "order_id": step + 100, "at": at, "expires_at": random.choice([None, at + timedelta(minutes=30)]),
        "wants": [Want(step, product.pk, random.randint(1, 4))], "destination": Destination(),
    }  # fmt: skip
    return random.choice([
        partial(stock.receive, quantity=random.randint(1, 9), lot_code=random.choice(["", "A", "B"]), **goods),
        partial(stock.hold, **wanted), partial(stock.hold, **wanted), partial(stock.confirm, **order),
        partial(stock.release, **order), partial(stock.release_expired, at=at), partial(stock.issue, **parcel),
        partial(stock.put_back, **parcel), partial(stock.sell, **till), partial(stock.take_back, **till | {"key": f"t:{step}"}),
        partial(stock.count, counted=random.randint(0, 9), key=str(step), **goods),
        partial(stock.spoil, quantity=random.randint(1, 3), key=str(step), **goods),
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_long_day_of_anything_leaves_nothing_broken(seed: int) -> None:
    """Whatever the order of holds, payments, sales, counts and lapses. A refusal changes nothing, so it breaks nothing."""
    random, clock = Random(seed), NOW
    products, places = [make.product() for _ in range(3)], [make.location() for _ in range(2)]
    for step in range(120):
        clock += timedelta(minutes=random.randint(0, 20))
        with suppress(Refused):
            _anything(random, step, clock, random.choice(products), random.choice(places))()
        if step % 5 == 4:
            assert [row for rule in proofs.RULES for row in rule(clock)] == [], step


@pytest.mark.django_db(transaction=True)
def test_a_rule_sees_one_moment_whatever_is_sold_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product()
    place = make.stock(product, 5)

    def receive(_: int) -> Any:
        return stock.receive(location=place, product=product, quantity=1, at=NOW)

    def nothing_moves(at: datetime) -> Iterator[str]:
        before = Balance.objects.aggregate(all=Sum("on_hand"))["all"]
        [move] = at_once(1, receive)
        assert not isinstance(move, Exception), move
        if Balance.objects.aggregate(all=Sum("on_hand"))["all"] != before:
            yield "it moved"

    monkeypatch.setattr(prove, "rules", lambda: [nothing_moves])
    call_command("prove", stdout=io.StringIO())
    assert Balance.objects.count() == 2, "and yet it was received"
    monkeypatch.setattr(prove, "one_moment", nullcontext)  # the control: read without it, the same rule is broken
    with pytest.raises(CommandError):
        call_command("prove", stdout=io.StringIO())
