"""The stand-in as one thing: started, paid at, troubled and stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from . import disputes, payments, refunds, server, sessions, webhooks
from .objects import Thing
from .payments import Card, Outcome
from .world import Call, Delivery, World

TICK = 0.1  # seconds
MERCHANT = "Chợ OCOP An Giang (bản thử)"


class Standin:
    """`with Standin(webhook_url=…) as stripe: …`; port 0 takes a free one."""

    def __init__(
        self,
        *,
        port: int = 0,
        webhook_url: str | None = None,
        webhook_secret: str = "whsec_standin",
        state: Path | None = None,
        merchant: str = MERCHANT,
        retries: Sequence[float] = webhooks.RETRIES,
    ) -> None:
        self.world = World(file=state)
        self._server = server.Server(port=port, world=self.world, merchant=merchant)
        self.url = self.world.url = f"http://127.0.0.1:{self._server.server_port}"
        self._sender = webhooks.Sender(self.world, url=webhook_url, secret=webhook_secret, retries=retries)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="standin", daemon=True)
        self._clock = threading.Thread(target=self._run_clock, name="standin-clock", daemon=True)
        self._over = threading.Event()

    def start(self) -> Self:
        for thread in (self._thread, self._sender, self._clock):
            thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.hang_up_all()
        self._server.server_close()
        self._thread.join()
        self._sender.stop()
        self._over.set()
        self._clock.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run_clock(self) -> None:
        """What happens by itself as time goes by; and the state file."""
        while not self._over.wait(TICK):
            self._tick()
        self._tick()

    def _tick(self) -> None:
        sessions.expire_due(self.world)
        refunds.settle_due(self.world)
        disputes.end_overdue(self.world)
        self.world.write()

    def pay(self, session_id: str, card: str = payments.GOOD, *, confirmed: bool | None = None) -> Outcome:
        """Pays as the page would; `confirmed` also answers the bank's question, if it asks."""
        outcome = payments.pay(self.world, session_id, Card(card))
        if outcome is Outcome.CHALLENGE and confirmed is not None:
            return payments.answer_challenge(self.world, session_id, confirmed=confirmed)
        return outcome

    def dispute(self, intent_id: str, **about: Any) -> Thing:
        """The payer of this intent asks the bank for the money; see `disputes.open_dispute`."""
        return disputes.open_dispute(self.world, intent_id, **about)

    def decide(self, dispute_id: str, *, won: bool) -> Thing:
        """The bank has decided."""
        return disputes.decide(self.world, dispute_id, won=won)

    def switch(self, **changes: Any) -> None:
        """Turns the named switches; see `world.Switches`."""
        server.turn(self.world, changes)

    @property
    def calls(self) -> list[Call]:
        """The latest calls of the API with their answers, oldest first."""
        return list(self.world.calls)

    @property
    def webhooks(self) -> list[Delivery]:
        """Every delivery so far, oldest first."""
        with self.world.lock:
            return list(self.world.deliveries)

    def wait_for_webhooks(self, timeout: float = 10) -> bool:
        """True once nothing is on its way to the shop any more."""
        return self._sender.idle(timeout)
