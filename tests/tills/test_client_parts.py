"""The reference till's parts by themselves: what is typed, what is kept, how it waits, what it believes, what it says."""

import json
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.tills.client import __main__ as program
from marketplace.tills.client import clock, identity, receipts, shop, sync
from marketplace.tills.client.store import Store, Till
from marketplace.tills.client.words import SENTENCES, Voice, language_of

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
LIST = {
    code: {"code": code, "title": code, "price": 95_000, "on_hand": 7} for code in ("SP000012", "BOX2", "TRÀ x3")
}  # fmt: skip


def test_the_hour_is_said_as_people_say_it() -> None:
    assert clock.spoken(AT.isoformat()) == "10:00, 20/11/2026"


@pytest.mark.parametrize(
    ("word", "code", "quantity", "lot"),
    [
        ("SP000012", "SP000012", 1, None), ("SP000012x3", "SP000012", 3, None), ("sp000012×3", "SP000012", 3, None),
        ("SP000012x3@DTN-1", "SP000012", 3, "DTN-1"), ("SP000012@L x2", "SP000012", 1, "L x2"), ("BOX2", "BOX2", 1, None),
        ("BOX2x12", "BOX2", 12, None), ("TRÀ x3", "TRÀ x3", 1, None), ("TRÀ x3x2", "TRÀ x3", 2, None),
    ],
)  # fmt: skip
def test_what_is_sold_is_read(word: str, code: str, quantity: int, lot: str | None) -> None:
    [line] = receipts.sold([word], LIST.get, anyway=False)
    assert line == {"code": code, "quantity": quantity, "price": 95_000} | ({"lot": lot} if lot else {})


@pytest.mark.parametrize(
    ("word", "why"),
    [("", "not_a_line"), ("SP000012x0", "not_a_line"), ("SP000012x9999999", "not_a_line"), ("SP000012@", "not_a_line"),
     ("SP000013", "unknown_code"), ("SP000012x", "unknown_code"), ("x3", "unknown_code"), ("A" * 65, "not_a_line"),
     ("SP000012@" + "L" * 65, "not_a_line"), ("SP\n12", "not_a_line")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(word: str, why: str) -> None:
    with pytest.raises(receipts.Unreadable) as no:
        receipts.sold([word], LIST.get, anyway=False)
    assert no.value.why == why and Voice("vi").say(why, word=no.value.word)


@example("0@0\r0", True)
@given(st.text(string.printable, max_size=80), st.booleans())
def test_whatever_is_typed_becomes_a_line_the_shop_takes_or_is_named(word: str, anyway: bool) -> None:
    from marketplace.api.shapes import Event

    for kind, read in (("sale", receipts.sold), ("count", receipts.counted)):
        try:
            lines = read([word], LIST.get, anyway=anyway)
        except receipts.Unreadable:
            continue
        told = {"uuid": "6f1c6a52-8a0e-4a63-9f0b-0d5f3c1c7a10", "sequence": 1, "occurred_at": AT, "kind": kind}
        Event.model_validate(told | {"lines": lines})


def test_a_count_tells_what_the_books_should_say() -> None:
    assert receipts.counted(["BOX2=0"], LIST.get, anyway=False) == [{"code": "BOX2", "quantity": 0, "seen": 7}]
    assert receipts.counted(["NEU=4"], LIST.get, anyway=True) == [{"code": "NEU", "quantity": 4}]
    with pytest.raises(receipts.Unreadable):
        receipts.counted(["BOX2"], LIST.get, anyway=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "till.db", Till(3, 7))
    yield made
    made.close()


def _article(product: int, **fields: Any) -> dict[str, Any]:
    plain = {"code": f"SP{product}", "sku": f"K{product}", "title": f"Đường số {product}", "price": 95_000}
    figures = {"adults_only": False, "for_sale": True, "on_hand": 10, "available": 8}
    return {"product": product} | plain | figures | fields


def _answer(store: Store, status: str, code: str = "", number: int = 0) -> None:
    event = next(x for x in store.queued(9) if x["sequence"] == number or not number)
    store.answered(
        [{"uuid": event["uuid"], "sequence": event["sequence"], "status": status, "code": code, "title": ""}]
    )


def test_numbers_have_no_gap_and_a_uuid_never_changes(store: Store) -> None:
    for _ in range(3):
        store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT)
    first = store.queued(9)
    assert [event["sequence"] for event in first] == [1, 2, 3] and len({event["uuid"] for event in first}) == 3
    _answer(store, "refused", "sequence_taken")
    again = store.queued(9)
    assert [event["sequence"] for event in again] == [2, 3, 4]
    assert again[-1]["uuid"] == first[0]["uuid"]
    assert store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT) == 5


def test_sellers_at_once_get_numbers_of_their_own(tmp_path: Path) -> None:
    def sell(_: int) -> list[int]:
        mine = Store(tmp_path / "till.db", Till(3, 7))
        try:
            return [mine.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT) for _ in range(10)]
        finally:
            mine.close()

    Store(tmp_path / "till.db", Till(3, 7)).close()
    with ThreadPoolExecutor(6) as pool:
        assert sorted(number for numbers in pool.map(sell, range(6)) for number in numbers) == list(range(1, 61))


def test_a_device_in_anothers_place_goes_on_after_its_numbers(store: Store) -> None:
    store.adopt(used=41)
    assert store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT) == 42


def test_a_batch_fits_into_one_request(store: Store) -> None:
    lines = [{"code": "C" * 64, "lot": "L" * 64, "quantity": 1_000_000, "price": 10_000_000_000}] * 200
    for _ in range(60):
        store.keep("sale", lines, at=AT)
    sent = []
    while batch := store.queued(500):
        assert len(json.dumps({"events": batch}).encode()) < 1024 * 1024
        sent += [event["sequence"] for event in batch]
        told = {"status": "recorded", "code": "", "title": ""}
        store.answered({"uuid": event["uuid"], "sequence": event["sequence"]} | told for event in batch)
    assert sent == list(range(1, 61))


def test_figures_know_what_happened_here_since_the_shop_gave_them(store: Store) -> None:
    store.keep("sale", [{"code": "SP1", "quantity": 2}], at=AT)
    _answer(store, "recorded")
    store.learn([_article(1), _article(2)], cursor=5, through=store.settled())
    assert (store.settled(), store.fact("cursor")) == (1, "5")
    for kind, quantity in (("sale", 3), ("return", 1)):
        store.keep(kind, [{"code": "SP1", "quantity": quantity}], at=AT)
    found = store.article("K1")
    assert found and (found["on_hand"], found["available"]) == (8, 6)
    store.keep("count", [{"code": "SP1", "quantity": 5}], at=AT)
    store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT)
    found = store.article("SP1")
    assert found and (found["on_hand"], found["available"]) == (4, 2)
    _answer(store, "parked", number=4)
    found = store.article("SP1")
    assert found and found["on_hand"] == 7
    assert [row["on_hand"] for row in store.prices([])] == [7, 10]


def test_a_code_that_several_products_have_is_nobodys(store: Store) -> None:
    store.learn([_article(1, sku="A"), _article(2, sku="A")], cursor=5, through=0)
    assert store.article("A") is None and store.article("SP1") is not None


def test_a_gap_is_sent_again_and_what_is_not_here_is_counted(store: Store) -> None:
    for _ in range(3):
        store.keep("sale", [{"code": "SP1", "quantity": 1}], at=AT)
    for status in ("recorded", "refused", "recorded"):
        _answer(store, status, "wrong_shape" if status == "refused" else "")
    assert store.queued(9) == []
    assert store.again(first=2, last=6) == 3
    assert [event["sequence"] for event in store.queued(9)] == [3]


def test_waiting_doubles_up_to_five_minutes_and_differs_from_till_to_till() -> None:
    assert [sync.back_off(n, 1.0) for n in (1, 2, 3, 8, 9, 500)] == [2, 4, 8, 256, 300, 300]
    assert [sync.back_off(n, 0.0) for n in (1, 9)] == [1, 150]


def test_the_shops_own_wait_is_kept_and_the_last_trouble_is_told() -> None:
    waited: list[float] = []

    def act() -> None:
        raise shop.Trouble("busy", wait=77)

    with pytest.raises(shop.Trouble):
        sync.persistently(act, tries=3, sleep=waited.append, chance=lambda: 0.5)
    assert waited == [77, 77]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("30", 30), ("0", 0), ("-5", 0), ("99999", 3600), ("soon", 0), ("", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
     ("Wed, 21 Oct 2099 07:28:00 GMT", 3600), ("Wed, 21 Oct 2099 07:28:00", 0)],
)  # fmt: skip
def test_retry_after_is_read(told: str, seconds: float) -> None:
    headers = Message()
    headers["Retry-After"] = told
    assert shop._wait(headers) == seconds


class _Stranger(BaseHTTPRequestHandler):
    """Whoever stands between till and shop; `answers` maps a path's end to status, type and body."""

    answers: dict[str, tuple[int, str, bytes]] = {}
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        status, kind, body = self.answers[self.path.rsplit("/", 1)[-1].split("?")[0]]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "/elsewhere/me")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Nothing on the tests' screen."""


@pytest.fixture
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    Thread(target=server.serve_forever, daemon=True).start()
    _Stranger.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


PROBLEM = "application/problem+json; charset=utf-8"
SHAPE = b'{"title": "Wrong", "status": 422, "code": "wrong_shape", "errors": [{"where": "a", "what": "b"}]}'


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((302, "text/html", b"moved"), shop.Trouble), ((200, "text/html", b"<h1>Sign in"), shop.Trouble),
        ((200, "application/json", b"[]"), shop.Trouble), ((200, "application/json", b'{"events": []}'), shop.Trouble),
        ((401, "text/html", b"proxy"), shop.Trouble), ((422, "application/json", SHAPE), shop.Trouble),
        ((413, "text/html", b"nginx"), shop.Trouble), ((500, PROBLEM, b"{}"), shop.Trouble),
        ((404, PROBLEM, b"{"), shop.Trouble), ((422, PROBLEM, SHAPE), shop.Unacceptable),
        ((401, PROBLEM, b'{"title": "No", "code": "bad_token"}'), shop.TokenEnded),
    ],
    ids=str,
)  # fmt: skip
def test_only_the_shops_own_word_is_believed(
    answer: tuple[int, str, bytes], kind: type[Exception], stranger: str
) -> None:
    _Stranger.answers = {"me": answer, "events": answer}
    for ask in (lambda one: one.me(), lambda one: one.report([])):
        with pytest.raises(kind):
            ask(shop.Shop(stranger, "secret", "en", patience=5))
    assert {path for path, _ in _Stranger.asked} == {"/api/v1/tills/me", "/api/v1/tills/events"}
    assert {token for _, token in _Stranger.asked} == {"Bearer secret"}


def test_a_token_is_not_sent_in_the_clear_over_a_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--home", str(tmp_path), "configure", "http://cho-ocop.example.vn", "--token", "-x"]
    assert program.main(words) == program.REFUSED
    assert "https://" in capsys.readouterr().err and not list(tmp_path.iterdir())
    assert identity.travels_safely("https://cho-ocop.example.vn") and identity.travels_safely("http://[::1]:8000")


def test_a_machine_without_a_date_sells_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "now", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert program.main(["--home", str(tmp_path), "--language", "vi", "sell", "SP1"]) == program.REFUSED
    assert "Ngày giờ của máy này sai (1970-01-01 00:00)" in capsys.readouterr().err


def test_a_full_disk_is_said_loudly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.write(tmp_path, identity.Identity("http://127.0.0.1:1", "x", 3, "Quầy 1", 7, "Điểm bán"))
    monkeypatch.setattr(Store, "keep", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert program.main(["--home", str(tmp_path), "--language", "vi", "sell", "SP1", "--anyway"]) == program.REFUSED
    captured = capsys.readouterr()
    assert "CHƯA GHI ĐƯỢC" in captured.err and captured.out == ""


def test_it_speaks_both_languages_with_the_same_facts() -> None:
    for key, (vietnamese, english) in SENTENCES.items():
        facts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (vietnamese, english)]
        assert vietnamese.strip() and english.strip() and (facts[0] == facts[1] or key == "usage"), key
    assert [language_of(None, {"LANG": code}) for code in ("en_US.UTF-8", "vi_VN", "C.UTF-8")] == ["en", "vi", "vi"]
    assert (language_of("en", {"LANG": "vi"}), Voice("vi").money(125_000)) == ("en", "125.000 ₫")
