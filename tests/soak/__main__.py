"""`make soak`: STEPS steps (200,000) on all cores, of weeks that nobody has lived before; SEED=… lives one of them again."""

import os
import secrets
import subprocess
import sys
import time

from config import embedded

CORES = min(os.cpu_count() or 1, 4)


def main() -> int:
    """The steps divided over the cores, each a process with a database of its own; or one week again."""
    steps, seed = int(os.environ.get("STEPS", "200000")), os.environ.get("SEED")
    lives = [(seed, 1)] if seed else [(secrets.randbelow(2**32), -(-steps // CORES)) for _ in range(CORES)]
    with embedded.running():
        working = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.soak", str(first), str(each)],
                env=os.environ | {"PYTEST_XDIST_WORKER": f"soak{number}"},
            )
            for number, (first, each) in enumerate(lives)
        ]
        return max(process.wait() for process in working)


def work(first: int, steps: int) -> None:
    """Week after week from that seed on; a line for each."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    import logging

    from django.db import connections

    from tests import database
    from tests.soak import machine

    logging.disable(logging.WARNING)  # parked events and failed sendings are part of it
    database.clone()
    begun, done = time.monotonic(), 0
    try:
        machine.build()
        while done < steps:
            machine.live([first], steps=1)
            done += machine.Steps.checked
            print(f"seed {first}: {done:,} steps in {time.monotonic() - begun:,.0f} s, no rule broken", flush=True)
            first += 1
    except BaseException:
        print(f"seed {first} breaks a rule; SEED={first} make soak lives that week again", flush=True)
        raise
    finally:
        connections.close_all()
        database.drop()


if __name__ == "__main__":
    sys.exit(work(*map(int, sys.argv[1:])) if sys.argv[1:] else main())
