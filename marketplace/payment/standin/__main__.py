"""`python -m marketplace.payment.standin`: plays Stripe on loopback until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from .play import MERCHANT, Standin


def main() -> None:
    words = argparse.ArgumentParser(prog="marketplace.payment.standin", description=__doc__)
    words.add_argument("--port", type=int, default=12111)
    words.add_argument("--webhook-url", help="where the shop hears of events; nobody is told without it")
    words.add_argument("--webhook-secret", default="whsec_standin")
    words.add_argument("--state", type=Path, help="a file that keeps everything over a restart")
    words.add_argument("--merchant", default=MERCHANT, help="the name on the payment page")
    given = words.parse_args()
    standin = Standin(
        port=given.port,
        webhook_url=given.webhook_url,
        state=given.state,
        webhook_secret=given.webhook_secret,
        merchant=given.merchant,
    ).start()
    print(f"Stand-in Stripe on {standin.url}: no money moves.", flush=True)
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    over.wait()
    standin.stop()


if __name__ == "__main__":
    main()
