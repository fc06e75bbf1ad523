"""The till's own memory: events in a queue, what became of them, and the price list. SQLite, written through to the disk.

An event is numbered and kept in one transaction, before anybody is told that it is. Its uuid is made there and never again.
"""

import json
import os
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

SCHEMA = """
CREATE TABLE event (
    till INTEGER NOT NULL, sequence INTEGER NOT NULL, uuid TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,
    kind TEXT NOT NULL, occurred_at TEXT NOT NULL, lines TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued', code TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '',
    carried INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (till, sequence)
);
CREATE INDEX event_status ON event (till, status, sequence);
CREATE TABLE line (uuid TEXT NOT NULL, code TEXT NOT NULL, quantity INTEGER NOT NULL);
CREATE INDEX line_code ON line (code);
CREATE TABLE article (
    product INTEGER PRIMARY KEY, code TEXT NOT NULL, sku TEXT NOT NULL, title TEXT NOT NULL, folded TEXT NOT NULL,
    price INTEGER, adults_only INTEGER NOT NULL, for_sale INTEGER NOT NULL, on_hand INTEGER NOT NULL,
    available INTEGER NOT NULL, through INTEGER NOT NULL
);
CREATE INDEX article_code ON article (code);
CREATE INDEX article_sku ON article (sku);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = 1;
"""
OPEN = "('queued', 'waiting')"
KEPT_WEEKS = 8  # longer than anybody asks for a receipt, or brings back an older copy of the shop
LARGEST = 700_000  # bytes of events in one batch; the shop takes a mebibyte
Row = dict[str, Any]


@dataclass(frozen=True)
class Till:
    """Who this machine is to the shop."""

    number: int
    place: int


def folded(text: str) -> str:
    """For finding without accents: "Đường" is found by "duong"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


class Store:
    """One till's memory. Several processes may use it at once."""

    def __init__(self, path: Path, till: Till) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's other files take its mode over
        self.till = till
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns
        with self._writing():
            if not self._db.execute("PRAGMA user_version").fetchone()[0]:
                for statement in SCHEMA.split(";"):
                    self._db.execute(statement)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, and nobody else writes meanwhile."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        return [dict(row) for row in self._db.execute(sql, values)]

    # --- what happened -----------------------------------------------------------------------------------------------

    def keep(self, kind: str, lines: Sequence[Row], *, at: datetime) -> int:
        """The event is on the disk under the till's next number, which is returned."""
        uuid = str(uuid4())
        with self._writing() as db:
            sequence = self._next()
            db.execute(
                "INSERT INTO event (till, sequence, uuid, place, kind, occurred_at, lines) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.till.number, sequence, uuid, self.till.place, kind, at.isoformat(), json.dumps(lines)),
            )
            moved = [(uuid, line["code"], line["quantity"]) for line in lines]
            db.executemany("INSERT INTO line (uuid, code, quantity) VALUES (?, ?, ?)", moved)
        return sequence

    def _next(self) -> int:
        used = "SELECT max(sequence) FROM event WHERE till = ?"
        last = self._db.execute(used, (self.till.number,)).fetchone()[0] or 0
        return max(last, self._number(f"used:{self.till.number}")) + 1

    def queued(self, most: int) -> list[Row]:
        """The next events to send, in order, as the shop wants them; as many as fit into one request."""
        rows = self._rows(
            "SELECT * FROM event WHERE till = ? AND status = 'queued' ORDER BY sequence LIMIT ?", self.till.number, most
        )
        found: list[Row] = []
        size = 0
        for row in rows:
            size += len(row["lines"]) + 200
            if found and size > LARGEST:
                break
            event = {name: row[name] for name in ("uuid", "sequence", "kind", "occurred_at")}
            found.append(event | {"lines": json.loads(row["lines"])})
        return found

    def waiting(self, most: int) -> list[str]:
        """Events that the shop has but had not recorded when it was last asked; the oldest first."""
        rows = self._rows(
            "SELECT uuid FROM event WHERE till = ? AND status = 'waiting' ORDER BY sequence LIMIT ?",
            self.till.number, most,
        )  # fmt: skip
        return [row["uuid"] for row in rows]

    def answered(self, answers: Iterable[Row]) -> None:
        """What became of events. Where their number belongs to another event, they get a new one and go again."""
        with self._writing() as db:
            for answer in answers:
                told = (answer["status"], answer["code"], answer["title"])
                mine = (self.till.number, answer["uuid"], answer["sequence"])
                if answer["code"] == "sequence_taken":
                    renumber = "UPDATE event SET sequence = ? WHERE till = ? AND uuid = ? AND sequence = ?"
                    db.execute(renumber, (self._next(), *mine))
                    continue
                if answer["code"] == "event_differs":  # carried over from a till whose token ended: the shop has it
                    known = (
                        "UPDATE event SET status = 'elsewhere' WHERE till = ? AND uuid = ? AND sequence = ? AND carried"
                    )
                    if db.execute(known, mine).rowcount:
                        continue
                settle = "UPDATE event SET status = ?, code = ?, title = ? WHERE till = ? AND uuid = ? AND sequence = ?"
                db.execute(settle, (*told, *mine))

    def again(self, *, first: int, last: int) -> int:
        """The shop never received these numbers: what there is of them is queued again. How many there are not."""
        here = "till = ? AND sequence BETWEEN ? AND ?"
        mine = (self.till.number, first, last)
        with self._writing() as db:
            db.execute(f"UPDATE event SET status = 'queued' WHERE {here} AND status <> 'refused'", mine)
            known = db.execute(f"SELECT count(*) FROM event WHERE {here}", mine).fetchone()[0]
        return last - first + 1 - int(known)

    def lost(self, uuids: Iterable[str]) -> None:
        """The shop no longer knows these events (an older copy of it was restored): they are queued again."""
        with self._writing() as db:
            mine = [(self.till.number, uuid) for uuid in uuids]
            db.executemany(
                "UPDATE event SET status = 'queued' WHERE till = ? AND uuid = ? AND status = 'waiting'", mine
            )

    def adopt(self, *, used: int) -> int:
        """Numbers go on after those the shop has seen of this till. What a former till of the same place never sent is
        this till's to send, with its old uuid; how many these were."""
        left = (
            "SELECT uuid FROM event WHERE status = 'queued' AND till <> ? AND place = ? ORDER BY occurred_at, sequence"
        )
        carry = "UPDATE event SET till = ?, sequence = ?, carried = 1 WHERE uuid = ?"
        with self._writing() as db:
            self._note(f"used:{self.till.number}", max(used, self._number(f"used:{self.till.number}")))
            uuids = [row["uuid"] for row in self._rows(left, self.till.number, self.till.place)]
            for uuid in uuids:
                db.execute(carry, (self.till.number, self._next(), uuid))
            if self.fact("till") != str(self.till.number):  # another till, perhaps another place: read the list anew
                db.execute("DELETE FROM article")
                self._note("cursor", 0)
                self._note("till", self.till.number)
        return len(uuids)

    def forget(self, *, at: datetime) -> int:
        """What the shop has confirmed and is older than some weeks is gone; how many events that were.

        Never what is unsent or a person must look at, nor what the price list does not know yet. Numbers go on.
        """
        unknown = (
            "SELECT uuid FROM event JOIN line USING (uuid) JOIN article ON article.code = line.code"
            " WHERE till = ? AND through < sequence"
        )
        old = f"FROM event WHERE status IN ('recorded', 'elsewhere') AND occurred_at < ? AND uuid NOT IN ({unknown})"
        which = ((at - timedelta(weeks=KEPT_WEEKS)).isoformat(), self.till.number)
        with self._writing() as db:
            gone = self._rows(f"SELECT till, max(sequence) AS last, count(*) AS n {old} GROUP BY till", *which)
            for row in gone:
                self._note(f"used:{row['till']}", max(row["last"], self._number(f"used:{row['till']}")))
                self._note(f"forgotten:{row['till']}", row["n"] + self._number(f"forgotten:{row['till']}"))
            db.execute(f"DELETE FROM line WHERE uuid IN (SELECT uuid {old})", which)
            db.execute(f"DELETE {old}", which)
            self._note("forgot_on", at.date())
        return sum(row["n"] for row in gone)

    # --- what may be sold --------------------------------------------------------------------------------------------

    def settled(self) -> int:
        """The number up to which the shop's books hold everything that happened here."""
        first = f"SELECT min(sequence) AS first FROM event WHERE till = ? AND status IN {OPEN}"
        open_from = self._rows(first, self.till.number)[0]["first"]
        return (open_from or self._next()) - 1

    def learn(self, articles: Iterable[Row], *, cursor: int, through: int) -> None:
        """A page of the feed: `through` is the number up to which our own events are in its figures."""
        names = ("product", "code", "sku", "title", "price", "adults_only", "for_sale", "on_hand", "available")
        rows = [
            (*(x[name] for name in names), folded(f"{x['code']} {x['sku']} {x['title']}"), through) for x in articles
        ]
        columns = ", ".join((*names, "folded", "through"))
        with self._writing() as db:
            db.executemany(f"INSERT OR REPLACE INTO article ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)
            self._note("cursor", cursor)

    def article(self, code: str) -> Row | None:
        """The one product that the shop's code, or else its producer's, can mean."""
        for column in ("code", "sku"):
            rows = self._rows(f"SELECT * FROM article WHERE {column} = ? LIMIT 2", code)
            if rows:
                return self._now(rows[0]) if len(rows) == 1 else None
        return None

    def prices(self, words: Sequence[str]) -> list[Row]:
        """What is for sale and has all these words, accents or not, in its code or title."""
        match = "".join(" AND instr(folded, ?)" for _ in words)
        rows = self._rows(f"SELECT * FROM article WHERE for_sale {match} ORDER BY title", *map(folded, words))
        return [self._now(row) for row in rows]

    def _now(self, article: Row) -> Row:
        """The shop's figures, and what happened here since it gave them."""
        since = self._rows(
            "SELECT event.kind, line.quantity FROM line JOIN event USING (uuid) WHERE line.code = ? AND event.till = ?"
            " AND event.sequence > ? AND event.status NOT IN ('parked', 'refused') ORDER BY event.sequence",
            article["code"], self.till.number, article["through"],
        )  # fmt: skip
        before = on_hand = article["on_hand"]
        for row in since:
            on_hand = row["quantity"] if row["kind"] == "count" else on_hand + SIGNS[row["kind"]] * row["quantity"]
        return article | {"on_hand": on_hand, "available": article["available"] + on_hand - before}

    # --- how things stand --------------------------------------------------------------------------------------------

    def standing(self) -> dict[str, int]:
        """How many of this till's events are in each state; what is forgotten was recorded."""
        rows = self._rows("SELECT status, count(*) AS n FROM event WHERE till = ? GROUP BY status", self.till.number)
        found = {row["status"]: row["n"] for row in rows}
        return found | {"recorded": found.get("recorded", 0) + self._number(f"forgotten:{self.till.number}")}

    def troubled(self, most: int = 20) -> list[Row]:
        """Events that a person must look at, the newest first."""
        listed = "SELECT * FROM event WHERE till = ? AND status IN ('parked', 'refused') ORDER BY sequence DESC LIMIT ?"
        return self._rows(listed, self.till.number, most)

    def stranded(self) -> int:
        """Events of former tills at other places that were never sent."""
        unsent = "SELECT count(*) AS n FROM event WHERE till <> ? AND status = 'queued'"
        return int(self._rows(unsent, self.till.number)[0]["n"])

    def fact(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else None

    def _number(self, name: str) -> int:
        return int(self.fact(name) or 0)

    def note(self, name: str, value: Any) -> None:
        """A fact about this machine and the shop is remembered."""
        with self._writing():
            self._note(name, value)

    def _note(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (name, str(value)))


SIGNS = {"sale": -1, "return": 1}
