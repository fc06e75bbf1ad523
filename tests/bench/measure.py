"""The whole bench: a generated shop, each page's queries, then rounds of requests to the real server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from catalogue.models import Product
from tests import database

from . import checkout, holds, settlement, shelves, tills
from .goods import add_products, open_shop, read_by_search
from .report import Row, broken, table
from .server import Pace, Round, free_port, serving, visit
from .visits import Page, pages, queries

FEW, MANY, ROUNDS = 50, 5_000, 3


def measure() -> int:
    """Prints the table; not zero when a limit is broken."""
    with generated_shop(), serving(free_port()) as host:
        rows = rows_of(host)
        print(f"\n{MANY:,} products, 10 locations, 2 workers, medians of {ROUNDS} rounds\n\n{table(rows)}\n")
        tell("whole checkouts")
        bought = checkout.checkouts(host)
        print(f"\n{bought}\n")
        tell("till events, in a small ledger and in a large one")
        told = tills.stretches(host)
        print("\n" + "\n".join(str(each) for each in told) + "\n")
        tell("holds, and pgbench beside them")
        held = holds.rates(list(Product.objects.order_by("pk").values_list("pk", flat=True)[: holds.SPREAD]))
        print(f"\n{holds.said(held)}\n")
        call_command("prove")  # and after all of that, the rules still hold
        tell(f"{settlement.LINES:,} order lines, and their statements")
        owed = settlement.settled()
        print(f"\n{owed}\n")
        tell("routing, and a country's shelves")
        waits = [shelves.routing(), shelves.gathering(), shelves.availability()]
        print("\n" + "\n".join(map(str, waits)) + "\n")
    sentences = (
        broken(rows)
        + checkout.broken(bought)
        + tills.too_slow(told)
        + holds.broken(held)
        + settlement.broken(owed)
        + shelves.broken(waits)
    )
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1 if sentences else 0


@contextmanager
def generated_shop() -> Iterator[None]:
    """A database of this process's own with points, producers and tariff; gone afterwards."""
    tell("a database, the static files")
    database.clone()
    cache.clear()
    try:
        open_shop()
        call_command("collectstatic", interactive=False, verbosity=0)
        yield
    finally:
        cache.clear()
        connections.close_all()
        database.drop()


def rows_of(host: str) -> list[Row]:
    """Queries with few and with many products, then the pace of every page."""
    few, many = fill(host, 0, FEW), fill(host, FEW, MANY)
    rounds = [rounds_of(pages(host), host, number) for number in range(1, ROUNDS + 1)]
    paces = [Pace.of(each) for each in zip(*rounds, strict=True)]
    return [Row(*each) for each in zip(pages(host), paces, few, many, strict=True)]


def fill(host: str, first: int, last: int) -> list[int]:
    """So many products are sold; the answer is each page's number of queries."""
    tell(f"{last:,} products, and each page's queries")
    add_products(first, last, at=timezone.now())
    read_by_search(at=timezone.now())
    return [queries(host, page) for page in pages(host)]


def rounds_of(listed: list[Page], host: str, number: int) -> list[Round]:
    """One round of every page: a disturbance of the machine meets all of them, not one."""
    tell(f"round {number} of {ROUNDS}")
    return [visit(host, page.asks(page.requests)) for page in listed]


def tell(what: str) -> None:
    print(f"  {what} ...", flush=True)
