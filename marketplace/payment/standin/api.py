"""The calls of Stripe's API that the stand-in knows, from the door to the answer."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import disputes, files, objects, payments, refunds, sessions
from .idempotency import Answer, Keys
from .objects import Thing
from .params import Params, parse
from .refused import ApiError
from .world import Call, World

Action = Callable[..., Any]


def read_event(world: World, params: Params, id: str) -> Thing:
    params.finish()
    return world.find("event", id)


def list_events(world: World, params: Params) -> list[Thing]:
    kind = params.text("type")
    params.finish()
    return [event for event in world.all("event") if not kind or event["type"] == kind]


ONE = "([A-Za-z0-9_]+)"
CALLS: list[tuple[str, re.Pattern[str], Action]] = [
    (method, re.compile(f"/v1/{path}"), call)
    for method, path, call in (
        ("POST", "checkout/sessions", sessions.create),
        ("GET", "checkout/sessions", sessions.listing),
        ("GET", f"checkout/sessions/{ONE}", sessions.read),
        ("GET", f"checkout/sessions/{ONE}/line_items", sessions.line_items),
        ("POST", f"checkout/sessions/{ONE}/expire", sessions.expire),
        ("GET", "payment_intents", payments.list_intents),
        ("GET", f"payment_intents/{ONE}", payments.read_intent),
        ("POST", f"payment_intents/{ONE}", payments.update_intent),
        ("POST", f"payment_intents/{ONE}/cancel", payments.cancel_intent),
        ("GET", f"charges/{ONE}", payments.read_charge),
        ("POST", "refunds", refunds.create),
        ("GET", "refunds", refunds.listing),
        ("GET", f"refunds/{ONE}", refunds.read),
        ("POST", f"refunds/{ONE}", refunds.update),
        ("GET", "disputes", disputes.listing),
        ("GET", f"disputes/{ONE}", disputes.read),
        ("POST", f"disputes/{ONE}", disputes.update),
        ("POST", f"disputes/{ONE}/close", disputes.close),
        ("POST", "files", files.create),
        ("GET", f"files/{ONE}", files.read),
        ("GET", "events", list_events),
        ("GET", f"events/{ONE}", read_event),
    )
]


class HangUp(Exception):
    """The caller gets no answer, though the call may have been carried out."""


@dataclass(frozen=True)
class _Page:
    """The piece of a list that was asked for."""

    limit: int
    after: str | None

    @classmethod
    def read(cls, params: Params, method: str) -> _Page:
        if method != "GET":
            return cls(limit=10, after=None)
        return cls(min(params.integer("limit", least=1) or 10, 100), params.text("starting_after"))

    def of(self, things: list[Thing], url: str) -> Thing:
        ids = [thing["id"] for thing in things]
        start = ids.index(self.after) + 1 if self.after in ids else 0
        return objects.listed(things[start:], url=url, limit=self.limit)


class Api:
    """Answers one call: key, troubles, parameters, action, expansion."""

    def __init__(self, world: World) -> None:
        self._world, self._keys = world, Keys(world)

    def answer(
        self, *, method: str, path: str, text: str, headers: Mapping[str, str], request_id: str
    ) -> tuple[int, Thing, dict[str, str]]:
        """Status, body and further headers; `text` is the query of a GET and the body of a POST."""
        status, body, extra = self._answer(method, path, text, headers, request_id)
        self._world.calls.append(Call(method, path, text, status, body))
        return status, body, extra

    def _answer(
        self, method: str, path: str, text: str, headers: Mapping[str, str], request_id: str
    ) -> tuple[int, Thing, dict[str, str]]:
        extra: dict[str, str] = {}
        try:
            self._authenticate(headers.get("Authorization") or "")
            key = (headers.get("Idempotency-Key") or "") if method == "POST" else ""
            hang_up = self._trouble()
            if key:
                extra["Idempotency-Key"] = key
                status, body, replayed = self._keys.answer(
                    key,
                    f"{method} {path}\n{text}",
                    lambda: self._run(method, path, text, request_id, key),
                )
                if replayed:
                    extra["Idempotent-Replayed"] = "true"
            else:
                status, body = self._run(method, path, text, request_id, None)
            if hang_up:
                raise HangUp
            return status, body, extra
        except ApiError as error:
            return error.status, error.body, extra

    def _authenticate(self, header: str) -> None:
        scheme, _, key = header.partition(" ")
        if scheme != "Bearer" or not key:
            raise ApiError(
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_KEY').",
                status=401,
            )
        if not key.startswith("sk_test_"):
            shown = f"{key[:7]}***" if len(key) > 12 else "***"
            raise ApiError(
                f"Invalid API Key provided: {shown}. The stand-in takes keys that begin "
                "with sk_test_, and never a live one.",
                status=401,
            )

    def _trouble(self) -> bool:
        """Does what the switches say to this call; true when it is to end without an answer."""
        switches = self._world.switches
        with self._world.change():
            fail = switches.fail_next > 0
            hang_up = not fail and switches.drop_next > 0
            switches.fail_next -= fail
            switches.drop_next -= hang_up
        if fail:
            raise ApiError("An unknown error occurred", status=500, type="api_error")
        return hang_up

    def _run(self, method: str, path: str, text: str, request_id: str, key: str | None) -> Answer:
        if self._world.switches.slow_seconds:
            time.sleep(self._world.switches.slow_seconds)  # outside the lock: others go on
        call, ids = self._find(method, path)
        params = Params(parse(text))
        expand, page = params.texts("expand"), _Page.read(params, method)
        with self._world.change():
            self._world.request = (request_id, key)
            try:
                found = call(self._world, params, *ids)
            finally:
                self._world.request = (None, None)
            if isinstance(found, list):
                found = page.of(found, path)
            return 200, self._expanded(found, expand)

    def _find(self, method: str, path: str) -> tuple[Action, tuple[str, ...]]:
        for known, pattern, call in CALLS:
            match = pattern.fullmatch(path)
            if known == method and match:
                return call, match.groups()
        raise ApiError(
            f"Unrecognized request URL ({method}: {path}). The stand-in plays only what a "
            "payment through Checkout needs.",
            status=404,
        )

    def _expanded(self, thing: Thing, paths: list[str]) -> Thing:
        thing = copy.deepcopy(thing)
        for path in paths:
            self._expand(thing, path.split("."), path)
        return thing

    def _expand(self, node: Any, steps: list[str], path: str) -> None:
        """Puts the object itself where its id stands, step by step."""
        if not steps or node is None:
            return
        if isinstance(node, list):
            for one in node:
                self._expand(one, steps, path)
            return
        name, *rest = steps
        if name == "line_items" and node["object"] == "checkout.session":
            lines = self._world.lines[node["id"]]
            node[name] = objects.listed(copy.deepcopy(lines), url=f"/v1/checkout/sessions/{node['id']}/line_items")
        if name not in node:
            raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
        if objects.kind_of(node[name]):
            node[name] = copy.deepcopy(self._world.things[node[name]])
        self._expand(node[name], rest, path)
