"""Tells the shop what happened: signed, repeated until it answers 2xx, or as badly as the switches say."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from .objects import Thing
from .world import Delivery, World

RETRIES: Sequence[float] = (1, 2, 5, 15, 60, 300, 900)
GATHERED = 0.5  # seconds over which disorder collects what it then turns around
TIMEOUT = 10


def sign(payload: str, secret: str, at: int) -> str:
    """The Stripe-Signature header of a payload."""
    digest = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Sender(threading.Thread):
    """Delivers events one after the other."""

    def __init__(self, world: World, *, url: str | None, secret: str, retries: Sequence[float] = RETRIES) -> None:
        super().__init__(name="standin-webhooks", daemon=True)
        self._world, self._url, self._secret = world, url, secret
        self._retries = retries
        self._awake = threading.Condition(world.lock)
        self._stopped = False
        world.on_event = self.add

    def add(self, event: Thing) -> None:
        """Puts an event on its way, as often as the switches say."""
        switches = self._world.switches
        wait = max(switches.webhook_delay, GATHERED if switches.webhook_disorder else 0)
        for _ in range(max(1, switches.webhook_repeat)):
            delivery = Delivery(
                event=event["id"],
                kind=event["type"],
                object_id=event["data"]["object"]["id"],
                payload=json.dumps(event, ensure_ascii=False, indent=2),
                due=time.time() + wait,
            )
            if switches.webhook_drop:
                delivery.state = "dropped"
            elif self._url is None:
                delivery.state = "unsent"
            delivery.signature = sign(delivery.payload, self._secret, int(time.time()))
            with self._awake:
                self._world.deliveries.append(delivery)
                self._awake.notify_all()

    def run(self) -> None:
        while not self._stopped:
            with self._awake:
                delivery = self._next()
                if delivery is None:
                    self._awake.wait(0.1)
                    continue
            self._deliver(delivery)

    def stop(self) -> None:
        with self._awake:
            self._stopped = True
            self._awake.notify_all()
        self.join()

    def idle(self, timeout: float) -> bool:
        """Waits until nothing is on its way any more."""
        with self._awake:
            return self._awake.wait_for(lambda: all(one.state != "waiting" for one in self._world.deliveries), timeout)

    def _next(self) -> Delivery | None:
        waiting = [one for one in self._world.deliveries if one.state == "waiting"]
        due = [one for one in waiting if one.due <= time.time()]
        if not self._world.switches.webhook_disorder:
            return min(due, key=lambda one: one.due, default=None)
        first = [one for one in waiting if not one.tries]
        if first and all(one in due for one in first):
            return first[-1]
        return next((one for one in due if one.tries), None)

    def _deliver(self, delivery: Delivery) -> None:
        at = int(time.time())
        delivery.signature = sign(delivery.payload, self._secret, at)
        status, error = self._post(delivery)
        with self._awake:
            delivery.tries.append({"at": at, "status": status, "error": error})
            if status is not None and 200 <= status < 300:
                delivery.state = "delivered"
            elif len(delivery.tries) > len(self._retries):
                delivery.state = "failed"
            else:
                delivery.due = time.time() + self._retries[len(delivery.tries) - 1]
            self._world.save()
            self._awake.notify_all()

    def _post(self, delivery: Delivery) -> tuple[int | None, str]:
        """The answer's status; a redirect is a failure, as it is for Stripe."""
        parts = urlsplit(self._url or "")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=TIMEOUT)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (stand-in)",
            "Stripe-Signature": delivery.signature,
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, delivery.payload.encode(), headers)
            return connection.getresponse().status, ""
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"
        finally:
            connection.close()
