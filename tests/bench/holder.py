"""One of the bench's processes that hold units, as a web worker would: `python -m tests.bench.holder 1,2,3`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from config import memory

    from .holds import SECONDS, hold_one, keep_holding

    goods = [int(pk) for pk in sys.argv[1].split(",")]
    hold_one(goods[0], 1)  # connects, and knows its statements
    memory.settle()
    print(keep_holding(goods, SECONDS))
