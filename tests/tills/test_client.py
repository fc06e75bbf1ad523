"""The reference till against the running shop: offline and back, broken lines, lost answers, gaps, a token that ends."""

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from catalogue.models import Product
from marketplace.search.actions import refresh
from marketplace.stock import queries as stock
from marketplace.tills import actions, tasks
from marketplace.tills.client import sync
from marketplace.tills.client.__main__ import ENDED, FINE, REFUSED, UNREACHED, main
from marketplace.tills.models import Till, TillEvent
from tests import make, people
from tests.processes import Worker, wait_until

from .bad_line import Line, bad_line

pytestmark = pytest.mark.django_db(transaction=True)


class Counter:
    """A sales point with one till, ten pieces of a product, and the client on its machine."""

    def __init__(self, folder: Path, line: Line) -> None:
        self.folder, self.line = folder, line
        self.till, self.token = make.till()
        self.product: Product = make.product("Đường thốt nốt Tri Tôn", price=95_000)
        make.stock(self.product, 10, at_place=self.till.location)
        refresh(at=timezone.now())
        assert self("configure", line.url, "--token", self.token) == FINE

    def __call__(self, *words: str) -> int:
        return main(["--home", str(self.folder), "--language", "en", *words])

    def sell(self, pieces: int = 1) -> None:
        assert self("sell", f"{self.product.upc}x{pieces}", "--anyway") == FINE

    def events(self) -> list[tuple[int, str]]:
        return list(TillEvent.objects.filter(till=self.till).order_by("sequence").values_list("sequence", "status"))

    def left(self) -> int:
        return stock.available_at(self.till.location_id, [self.product.pk])[self.product.pk]

    def record(self) -> None:
        tasks.record_waiting()

    def process(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "marketplace.tills.client", "--home", str(self.folder), "--language", "en"]
        return subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits between two tries; how long they would have waited is kept."""
    waited: list[float] = []
    monkeypatch.setattr(
        sync.persistently, "__kwdefaults__", sync.persistently.__kwdefaults__ | {"sleep": waited.append}
    )
    monkeypatch.setattr(sync.bring_together, "__kwdefaults__", {"patience": 0, "sleep": lambda _: None})
    return waited


@pytest.fixture
def counter(live: str, tmp_path: Path) -> Iterator[Counter]:
    with bad_line(live) as line:
        yield Counter(tmp_path / "till", line)


def test_it_works_offline_and_tells_all_when_the_line_is_back(
    counter: Counter, worker: Worker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counter("sync") == FINE
    counter.line.behaviours = ["cut"] * 4
    counter.sell(3)
    assert counter("return", f"{counter.product.upc}@LOT-1") == FINE
    assert counter("sell", "KHONG-CO", "--anyway") == FINE
    capsys.readouterr()
    assert counter("sync") == UNREACHED
    assert "3 events are kept on this machine and go when there is a line." in capsys.readouterr().err
    assert counter.events() == []

    assert counter("sync") == FINE
    wait_until(lambda: not TillEvent.objects.filter(status="waiting").exists(), seconds=20)
    assert counter.events() == [(1, "recorded"), (2, "recorded"), (3, "parked")]
    assert counter.left() == 8
    assert counter("sync") == FINE
    capsys.readouterr()
    assert counter("status") == FINE
    told = capsys.readouterr().out
    assert "To be sent: 0" in told and "Recorded: 2" in told and "Waiting for a person to look: 1" in told
    assert "#3 sale: No product has the code “KHONG-CO”." in told


def test_the_price_list_follows_the_shop_and_knows_what_was_sold_here(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counter("sync") == FINE
    counter.sell(3)
    capsys.readouterr()
    assert counter("prices", "duong", "TRI") == FINE
    assert capsys.readouterr().out.split() == [counter.product.upc, "95,000", "₫", "7", *counter.product.title.split()]
    assert counter("sync") == FINE
    counter.record()
    refresh(at=timezone.now())
    assert counter("sync") == FINE
    assert counter("count", f"{counter.product.upc}=6") == FINE
    assert counter("sync") == FINE
    count = TillEvent.objects.get(kind="count")
    assert count.body["lines"] == [{"code": counter.product.upc, "quantity": 6, "seen": 7}]
    counter.record()
    count.refresh_from_db()
    assert (count.status, counter.left()) == ("recorded", 6)
    Product.objects.filter(pk=counter.product.pk).update(is_public=False)
    refresh(at=timezone.now(), product_ids=[counter.product.pk])
    assert counter("sync") == FINE
    assert counter("prices") == REFUSED


@pytest.mark.parametrize("breakage", ["cut", "half", "lost", "portal"])
def test_a_line_that_breaks_at_any_moment_costs_nothing_and_doubles_nothing(
    breakage: str, counter: Counter, quick: list[float]
) -> None:
    for _ in range(3):
        counter.sell()
    counter.line.behaviours = [breakage, breakage]
    assert counter("sync") == FINE
    assert len(quick) == 2 and 1 <= quick[0] <= 2 <= quick[1] <= 4
    counter.record()
    assert counter.events() == [(1, "recorded"), (2, "recorded"), (3, "recorded")]
    assert counter.left() == 7
    assert counter("sync") == FINE
    assert TillEvent.objects.count() == 3


def test_when_its_shop_breaks_in_the_middle_the_batch_comes_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = actions.accept, []

    def dying(**batch: Any) -> Any:
        calls.append(len(batch["reports"]))
        if len(calls) == 1:
            real(**batch)
            raise RuntimeError("the server died before it could answer")
        return real(**batch)

    monkeypatch.setattr(actions, "accept", dying)
    for _ in range(3):
        counter.sell()
    assert counter("sync") == FINE
    counter.record()
    assert (calls, counter.left(), TillEvent.objects.count()) == ([3, 3], 7, 3)


def test_it_waits_as_long_as_the_shop_asks(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, quick: list[float]
) -> None:
    monkeypatch.setattr("marketplace.api.limits.RATE", "1/h")
    counter.sell()
    assert counter("sync", "--tries", "2") == UNREACHED
    assert len(quick) == 1 and 4 < quick[0] <= 3600
    assert counter.events() == [(1, "waiting")]


def test_what_the_shop_lost_it_gets_again(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        counter.sell()
    assert counter("sync") == FINE
    TillEvent.objects.filter(sequence__in=[2, 3, 5]).delete()  # as after an older copy was restored
    Till.objects.filter(pk=counter.till.pk).update(last_sequence=1)
    counter.sell()
    assert counter("sync") == FINE
    counter.record()
    assert counter.events() == [(number, "recorded") for number in range(1, 7)]
    assert counter.left() == 4


def test_numbers_that_another_machine_used_are_left_to_it(counter: Counter, tmp_path: Path) -> None:
    counter.sell()
    first = actions.Report(
        uuid=uuid4(), sequence=1, kind="sale", occurred_at=timezone.now(),
        body={"lines": [{"code": counter.product.upc, "quantity": 1}]},
    )  # fmt: skip
    actions.accept(till=counter.till, reports=[first], at=timezone.now())
    counter.sell()
    assert counter("sync") == FINE
    counter.record()
    assert counter.events() == [(1, "recorded"), (2, "recorded"), (3, "recorded")]
    assert counter.left() == 7
    fresh = main(["--home", str(tmp_path / "new"), "configure", counter.line.url, "--token", counter.token])
    assert fresh == FINE
    assert main(["--home", str(tmp_path / "new"), "sell", counter.product.upc, "--anyway"]) == FINE
    assert main(["--home", str(tmp_path / "new"), "sync"]) == FINE
    assert counter.events()[-1] == (4, "waiting")


def test_an_ended_token_keeps_the_queue_for_the_next(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    counter.sell()
    counter.line.behaviours = ["lost"]
    assert counter("sync", "--tries", "1") == UNREACHED  # the shop has the first, and the till does not know it
    actions.revoke(till=counter.till, by=people.tam(), at=timezone.now())
    counter.sell()
    counter.line.behaviours = []
    capsys.readouterr()
    assert counter("sync") == ENDED
    assert "All events stay on this machine" in capsys.readouterr().err
    assert counter("configure", counter.line.url, "--token", "wrong") == ENDED

    _follower, token = actions.make_till(location=counter.till.location, name="Quầy 2")
    assert counter("configure", counter.line.url, "--token", token) == FINE
    assert "2 events that the former till" in capsys.readouterr().out
    assert counter("sync") == FINE
    counter.record()
    assert (TillEvent.objects.count(), counter.left()) == (2, 8)
    assert counter("status") == FINE
    assert "Already sent by the former till: 1" in capsys.readouterr().out


def test_it_never_takes_another_places_events_along(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    counter.sell()
    _till, token = make.till()
    assert counter("configure", counter.line.url, "--token", token) == FINE
    assert counter("sync") == FINE
    assert TillEvent.objects.count() == 0
    assert counter("status") == FINE
    assert "1 events of another place were never sent" in capsys.readouterr().out


def test_its_files_are_its_owners_alone(counter: Counter) -> None:
    counter.sell()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in counter.folder.iterdir()}
    assert modes["till.json"] == modes["till.db"] == 0o600 and set(modes.values()) == {0o600}
    assert stat.S_IMODE(counter.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("moment", ["hang", "cut"])
def test_killed_between_queue_and_answer_it_sends_the_same_events_again(moment: str, counter: Counter) -> None:
    for _ in range(3):
        counter.sell()
    counter.line.behaviours = [moment] if moment == "hang" else ["cut"] * 99
    client = counter.process("sync")
    if moment == "hang":
        assert counter.line.hanging.wait(20)
    else:
        wait_until(lambda: len(counter.line.requests) > 1, seconds=20)
    client.send_signal(signal.SIGKILL)
    assert client.wait(10) == -signal.SIGKILL and client.communicate()
    before = counter.events()
    assert len(before) == (3 if moment == "hang" else 0)
    counter.line.behaviours = []
    assert counter("sync") == FINE
    counter.record()
    assert counter.events() == [(1, "recorded"), (2, "recorded"), (3, "recorded")] and counter.left() == 7


def test_killed_at_any_moment_of_a_sale_what_it_confirmed_is_there_once(counter: Counter) -> None:
    confirmed = set()
    for attempt in range(12):
        client = counter.process("sell", counter.product.upc, "--anyway")
        time.sleep(0.05 + 0.02 * attempt)
        client.send_signal(signal.SIGKILL)
        told, _errors = client.communicate(timeout=10)
        confirmed |= {int(line.split("#")[1].split()[0]) for line in told.splitlines() if line.startswith("Sale #")}
    counter.sell()
    assert counter("sync") == FINE
    numbers = [number for number, _ in counter.events()]
    assert numbers == list(range(1, len(numbers) + 1)) and confirmed <= set(numbers)


def test_two_at_once_send_everything_once(counter: Counter) -> None:
    for _ in range(4):
        counter.sell()
    clients = [counter.process("sync") for _ in range(3)]
    told = [client.communicate(timeout=60) for client in clients]
    assert [client.returncode for client in clients] == [FINE] * 3, told
    counter.record()
    assert (counter.events(), counter.left()) == ([(n, "recorded") for n in (1, 2, 3, 4)], 6)


def test_for_ever_it_follows_and_stops_politely(counter: Counter) -> None:
    client = counter.process("sync", "--forever", "--every", "0.2")
    counter.sell()
    wait_until(lambda: len(counter.events()) == 1, seconds=20)
    counter.line.behaviours = ["cut"]
    counter.sell()
    wait_until(lambda: len(counter.events()) == 2, seconds=20)
    client.send_signal(signal.SIGTERM)
    _told, errors = client.communicate(timeout=10)
    assert client.returncode == FINE and errors.strip().endswith("Stopped.") and "cannot be reached" in errors
