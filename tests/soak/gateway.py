"""The stand-in Stripe as the bank of a random day: real HTTP, its clock is the day's, its words lie until somebody carries them."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from django.test import override_settings

from marketplace.payment.standin import disputes, payments, refunds, sessions, webhooks
from marketplace.payment.standin.objects import Thing
from marketplace.payment.standin.server import Server
from marketplace.payment.standin.world import Delivery, World

SECRET = "whsec_for_soaking"
CARDS = (
    payments.GOOD, payments.SLOW_REFUND, payments.RETURNED_REFUND, payments.DECLINED, payments.THREE_D_SECURE,
    payments.DISPUTED, payments.ASKED_ABOUT,
)  # fmt: skip
LONG = 20 * disputes.DAY
LIVE = ("succeeded", "pending", "requires_action")


class Today(World):
    """Its clock is somebody else's."""

    clock: Callable[[], datetime]

    def now(self) -> int:
        return int(self.clock().timestamp())


class Gateway:
    """Plays Stripe for one day; a card is given at its page, and every word it has is kept in `words`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.world = Today()
        self.world.clock = clock
        webhooks.Sender(self.world, url=None, secret=SECRET)  # writes the words down; nobody sends them

    @property
    def words(self) -> list[Delivery]:
        return self.world.deliveries

    def signed(self, word: Delivery) -> str:
        """As Stripe signs every try anew."""
        return webhooks.sign(word.payload, SECRET, int(time.time()))

    def pay(self, session_id: str, card: str = payments.GOOD) -> None:
        """The shopper gives that card; their bank may ask whether it is they, and they say so."""
        if payments.pay(self.world, session_id, payments.Card(card)) is payments.Outcome.CHALLENGE:
            payments.answer_challenge(self.world, session_id, confirmed=True)

    def go_on(self) -> None:
        """What happens by itself as time goes by: pages close, slow refunds arrive, some come back."""
        sessions.expire_due(self.world)
        refunds.settle_due(self.world)
        disputes.end_overdue(self.world)

    @property
    def disputes(self) -> list[Thing]:
        return self.world.all("dispute")[::-1]

    @property
    def undecided(self) -> list[Thing]:
        return [one for one in self.disputes if one["status"] in disputes.UNDECIDED]

    @property
    def decided(self) -> list[Thing]:
        """Those of which a bank may think again, while somebody would still find it without being told."""
        old = self.world.now() - LONG
        return [one for one in self.disputes if one["status"] in ("won", "lost") and one["created"] > old]

    def in_doubt(self, *, refunded: bool) -> list[tuple[Thing, int]]:
        """What it took, and for how much of it a payer's bank may still ask; perhaps also for what went back already."""
        found = []
        for charge in self.world.all("charge")[::-1]:
            asked = sum(
                one["amount"] for one in self.disputes if one["charge"] == charge["id"] and one["status"] != "won"
            )
            left = charge["amount"] - asked - (0 if refunded else charge["amount_refunded"])
            if charge["paid"] and left > 0:
                found.append((charge, left))
        return found

    def trouble(self, *, fail: int = 0, drop: int = 0) -> None:
        """So many calls are answered 500, or carried out without an answer."""
        self.world.switches.fail_next, self.world.switches.drop_next = fail, drop

    def kept(self, reference: str) -> Decimal:
        """What it took for that order and has not given back, nor is about to, nor any bank has taken, in đồng."""
        pages = {one["payment_intent"] for one in self.world.all("checkout.session") if one["client_reference_id"] == reference}  # fmt: skip
        took = [one for one in self.world.all("charge") if one["payment_intent"] in pages and one["paid"]]
        back = [one for one in self.world.all("refund") if one["payment_intent"] in pages and one["status"] in LIVE]
        asked = [one for one in self.disputes if one["payment_intent"] in pages]
        moved = [move["amount"] for one in asked for move in one["balance_transactions"]]
        return Decimal(sum(one["amount"] for one in took) - sum(one["amount"] for one in back) + sum(moved))

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Our code asks this one."""
        server = Server(port=0, world=self.world, merchant="Chợ OCOP (bản thử)")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        photographs = tempfile.TemporaryDirectory()
        asked = {
            "MEDIA_ROOT": photographs.name,
            "STRIPE_API_BASE": f"http://127.0.0.1:{server.server_port}",
            "STRIPE_SECRET_KEY": "sk_test_soak",
        }
        try:
            with override_settings(STRIPE_WEBHOOK_SECRET=SECRET, **asked):
                yield
        finally:
            server.shutdown()
            server.hang_up_all()
            server.server_close()
            thread.join()
            photographs.cleanup()
