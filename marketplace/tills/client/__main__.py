"""The till's command line: configure, sell, return, count, sync, status, prices."""

import argparse
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from getpass import getpass
from typing import Any, NoReturn

from . import identity, receipts, sync
from .clock import now, plausible, spoken
from .shop import Shop, TokenEnded, Trouble
from .store import Store
from .words import Voice, language_of

FINE, REFUSED, UNREACHED, ENDED = 0, 1, 3, 4  # 2 is argparse's own


class Stop(Exception):
    """The command ends here, with a sentence and a code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; what went wrong is a sentence on stderr and a code."""
    words = _joined(list(sys.argv[1:] if argv is None else argv))
    voice = Voice(language_of(_language(words)))
    asked = _parser(voice).parse_args(words)
    asked.home = identity.home(asked.home)
    try:
        asked.run(asked, voice)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except (OSError, sqlite3.Error) as error:
        print(voice.say("not_kept" if "kind" in asked else "disk", reason=error), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(voice.say("stopped"), file=sys.stderr)
    return FINE


def _joined(words: list[str]) -> list[str]:
    """A token may begin with a dash, and would then be taken for an option."""
    if "--token" in words[:-1]:
        at = words.index("--token")
        words[at : at + 2] = [f"--token={words[at + 1]}"]
    return words


def _language(words: Sequence[str]) -> str | None:
    """Needed before anything else is read, for that may go wrong too."""
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    early.add_argument("--language")
    return str(early.parse_known_args(words)[0].language or "") or None


def _parser(voice: Voice) -> argparse.ArgumentParser:
    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            self.exit(2, voice.say("usage", error=message) + "\n" + self.format_usage())

    parser = Parser(prog="till", description=voice.say("help"))
    parser.add_argument("--home", help=voice.say("help_home"))
    parser.add_argument("--language", choices=["vi", "en"], help=voice.say("help_language"))
    commands = parser.add_subparsers(required=True, metavar="configure|sell|return|count|sync|status|prices")
    _add_configure(commands, voice)
    for name, kind, what in (("sell", "sale", "CODE[xQTY][@LOT]"), ("return", "return", "CODE[xQTY][@LOT]"),
                             ("count", "count", "CODE=QTY")):  # fmt: skip
        command = commands.add_parser(name, help=voice.say(f"help_{kind}"))
        command.add_argument("words", nargs="+", metavar=what)
        command.add_argument("--anyway", action="store_true", help=voice.say("help_anyway"))
        command.set_defaults(run=keep, kind=kind)
    _add_sync(commands, voice)
    commands.add_parser("status", help=voice.say("help_status")).set_defaults(run=status)
    command = commands.add_parser("prices", help=voice.say("help_prices"))
    command.add_argument("words", nargs="*")
    command.set_defaults(run=prices)
    return parser


def _add_configure(commands: Any, voice: Voice) -> None:
    command = commands.add_parser("configure", help=voice.say("help_configure"))
    command.add_argument("url")
    command.add_argument("--token", help=voice.say("help_token"))
    command.add_argument("--plain", action="store_true", help=voice.say("help_plain"))
    command.set_defaults(run=configure)


def _add_sync(commands: Any, voice: Voice) -> None:
    command = commands.add_parser("sync", help=voice.say("help_sync"))
    command.add_argument("--forever", action="store_true", help=voice.say("help_forever"))
    command.add_argument("--every", type=float, default=15, help=voice.say("help_every"))
    command.add_argument("--tries", type=int, default=4, help=voice.say("help_tries"))
    command.set_defaults(run=synchronise)


def configure(asked: argparse.Namespace, voice: Voice) -> None:
    """The shop knows the token, and this machine knows who it is; before that nothing is changed."""
    if not (asked.plain or identity.travels_safely(asked.url)):
        raise Stop(REFUSED, voice.say("unsafe"))
    token = asked.token or getpass(voice.say("ask_token")).strip()
    try:
        me = Shop(asked.url, token, voice.language).me()
    except TokenEnded:
        raise Stop(ENDED, voice.say("wrong_token")) from None
    except Trouble as trouble:
        raise Stop(UNREACHED, voice.say("unreached", reason=trouble.reason)) from None
    place = me["location"]
    one = identity.Identity(asked.url, token, me["till"], me["name"], place["id"], place["name"])
    with closing(Store(asked.home / "till.db", one.number)) as store:
        carried = store.adopt(used=me["highest_sequence"])
    identity.write(asked.home, one)
    print(voice.say("configured", name=one.name, place=one.place_name))
    if carried:
        print(voice.say("carried", count=carried))


def _opened(asked: argparse.Namespace, voice: Voice) -> tuple[identity.Identity, Store]:
    one = identity.read(asked.home)
    if one is None:
        raise Stop(REFUSED, voice.say("unconfigured"))
    return one, Store(asked.home / "till.db", one.number)


def keep(asked: argparse.Namespace, voice: Voice) -> None:
    """A sale, a return or a count is on the disk; then, and only then, it is said."""
    at = now()
    if not plausible(at):
        raise Stop(REFUSED, voice.say("wrong_clock", when=f"{at:%Y-%m-%d %H:%M}"))
    _one, store = _opened(asked, voice)
    with closing(store):
        read = receipts.counted if asked.kind == "count" else receipts.sold
        try:
            lines = read(asked.words, store.article, anyway=asked.anyway)
        except receipts.Unreadable as no:
            raise Stop(REFUSED, voice.say(no.why, word=no.word)) from None
        articles = [store.article(line["code"]) for line in lines]
        number = store.keep(asked.kind, lines, at=at)
    print(voice.say(asked.kind, number=number))
    for line, article in zip(lines, articles, strict=True):
        _print_line(line, article or {"title": line["code"]}, asked.kind, voice)
    if asked.kind != "count":
        total = sum(line["quantity"] * line.get("price", 0) for line in lines)
        print(voice.say("total", money=voice.money(total)))


def _print_line(line: dict[str, Any], article: dict[str, Any], kind: str, voice: Voice) -> None:
    price = voice.money(line.get("price")) if kind != "count" else ""
    print(voice.say("line", quantity=line["quantity"], title=article["title"], price=price).rstrip())
    if kind == "sale" and "product" in article:
        if article["adults_only"]:
            print(voice.say("adults", title=article["title"]))
        if not article["for_sale"]:
            print(voice.say("not_for_sale", title=article["title"]))
        elif line["quantity"] > article["available"]:
            print(voice.say("scarce", title=article["title"], left=max(0, article["available"])))


def synchronise(asked: argparse.Namespace, voice: Voice) -> None:
    """One round with the shop, or one after the other for ever."""
    one, store = _opened(asked, voice)
    shop = Shop(one.url, one.token, voice.language)
    with closing(store):
        try:
            _rounds(asked, voice, store, shop)
        except TokenEnded:
            raise Stop(ENDED, voice.say("token_ended")) from None
        except Trouble as trouble:
            queued = store.standing().get("queued", 0)
            raise Stop(UNREACHED, voice.say("offline", reason=trouble.reason, count=queued)) from None
        waiting = store.standing().get("waiting", 0)
        print(voice.say("unsettled", count=waiting) if waiting else voice.say("in_step"))
        _print_troubled(store, voice)


def _rounds(asked: argparse.Namespace, voice: Voice, store: Store, shop: Shop) -> None:
    def told(trouble: Trouble, seconds: float) -> None:
        print(voice.say("again_in", reason=trouble.reason, seconds=round(seconds)), file=sys.stderr, flush=True)

    if not asked.forever:
        once = partial(sync.bring_together, store, shop, patience=5)
        return sync.persistently(once, tries=max(1, asked.tries), told=told)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped politely, it says so
    while True:
        sync.persistently(partial(sync.bring_together, store, shop), tries=sys.maxsize, told=told)
        time.sleep(asked.every * random.uniform(0.8, 1.2))  # tills that woke together do not stay together


def _print_troubled(store: Store, voice: Voice) -> None:
    for event in store.troubled():
        what = voice.say(f"what_{event['kind']}")
        print(voice.say("because", number=event["sequence"], what=what, title=event["title"]))


def status(asked: argparse.Namespace, voice: Voice) -> None:
    """What is sent, what is not, and what a person must look at."""
    one, store = _opened(asked, voice)
    with closing(store):
        print(voice.say("who", name=one.name, place=one.place_name, url=one.url))
        standing = store.standing()
        for state in ("queued", "waiting", "recorded", "elsewhere", "parked", "refused"):
            if standing.get(state) or state in ("queued", "recorded"):
                print(voice.say(state, count=standing.get(state, 0)))
        _print_troubled(store, voice)
        for name, count in (("unknown", int(store.fact("unknown") or 0)), ("stranded", store.stranded())):
            if count:
                print(voice.say(name, count=count))
        synced = store.fact("synced_at")
        print(voice.say("synced_at", when=spoken(synced) if synced else voice.say("never")))


def prices(asked: argparse.Namespace, voice: Voice) -> None:
    """The price list as far as this till knows it."""
    _one, store = _opened(asked, voice)
    with closing(store):
        found = store.prices(asked.words)
    if not found:
        raise Stop(REFUSED, voice.say("no_prices"))
    for row in found:
        money = voice.money(row["price"])
        print(voice.say("price", code=row["code"], money=money, left=row["available"], title=row["title"]))


if __name__ == "__main__":
    sys.exit(main())
