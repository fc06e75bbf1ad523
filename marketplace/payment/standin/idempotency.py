"""One answer for each idempotency key, as Stripe keeps it: for a day, and never while two ask at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .objects import Thing
from .refused import ApiError
from .world import World

KEPT = 24 * 60 * 60
Answer = tuple[int, Thing]


class Keys:
    def __init__(self, world: World) -> None:
        self._world = world
        self._running: set[str] = set()

    def answer(self, key: str, request: str, run: Callable[[], Answer]) -> tuple[int, Thing, bool]:
        """Runs a request once; the third of the answer says whether it was given before."""
        print_ = hashlib.sha256(request.encode()).hexdigest()
        with self._world.lock:
            if known := self._known(key, print_):
                return known["status"], known["body"], True
            self._running.add(key)
        try:
            status, body = run()
            with self._world.change():
                self._keep(key, print_, status, body)
            return status, body, False
        except ApiError as error:
            if error.began:
                with self._world.change():
                    self._keep(key, print_, error.status, error.body)
            raise
        finally:
            with self._world.lock:
                self._running.discard(key)

    def _known(self, key: str, print_: str) -> Thing | None:
        if len(key) > 255:
            raise ApiError("Idempotency keys may have at most 255 characters.", type="idempotency_error")
        if key in self._running:
            raise ApiError(
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going through): "
                f"{key}. Please try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
            )
        kept = self._world.answers.get(key)
        if kept is None or kept["at"] < self._world.now() - KEPT:
            return None
        if kept["print"] != print_:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                type="idempotency_error",
            )
        return kept

    def _keep(self, key: str, print_: str, status: int, body: Thing) -> None:
        old = self._world.now() - KEPT
        for past in [past for past, kept in self._world.answers.items() if kept["at"] < old]:
            del self._world.answers[past]
        self._world.answers[key] = {
            "print": print_,
            "status": status,
            "body": body,
            "at": self._world.now(),
        }
