"""This file knows how facts are kept in one SQLite file: a village's server, embedded, kill -9 safe.

WAL with synchronous FULL: NORMAL loses acknowledged facts on a power cut. One owner thread; other processes may
read the file meanwhile.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from sync.ingest import tables
from sync.ingest.ledger import happening, item_ledger
from sync.ingest.lines import Known, Link, Unfit, extend, read_line
from sync.ingest.rows import Row, happening_of, happening_row, item_rows, loan_row, unclaimed_row
from sync.ingest.sink import Alarm, Batch, Greeting, JournalId, Outcome, SinkError, Standing, Watermark
from sync.wire import GENESIS, Refused

Connect: TypeAlias = Callable[[Path], sqlite3.Connection]
"""How a database is opened; a test hands in one with a faulty disk."""
BUSY_S: Final = 5.0
"""A reader never blocks a WAL writer; only a second writer does, for the length of its flush (far below 1 s)."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open for writing, creating the file, which is nobody else's to read; transactions are ours to begin."""
    with suppress(OSError):  # SQLite says better what is wrong with a path
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)


class OpenLoan(msgspec.Struct, frozen=True):
    """A line of the ledger for people: who has what."""

    item: str
    resident: str
    """Pseudonym, 12 hex digits."""
    cabinet: str
    door: int
    borrowed_ms: int | None
    """Event time; None while the cabinet's clock was unknown."""
    due: str | None
    over_limit: bool
    interrupted: bool
    time_unsure: bool


def open_loans(path: Path) -> list[OpenLoan]:
    """All open loans, oldest first, from a file that a daemon may be writing; SinkError when it cannot be read."""
    with _told(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_S, uri=True)) as db:
        _check(db)
        rows = db.execute(
            "SELECT item, resident, cabinet, door, borrowed_ms, due, over_limit, interrupted, time_unsure"
            " FROM loan WHERE state = 'open' ORDER BY borrowed_ms, item"
        ).fetchall()
    return [OpenLoan(*row[:6], *map(bool, row[6:])) for row in rows]


class SqliteSink:
    """A `Sink` in the file at `path`, made on first use. SinkError when it cannot be opened or is not ours."""

    def __init__(self, path: Path, connect: Connect = open_file) -> None:
        self._path = path
        with _told(self._path):
            self._db = connect(path)
            _prepare(self._db, path)

    def flush(self, batches: Sequence[Batch]) -> dict[JournalId, Outcome]:
        """Keep the contract of `Sink.flush`; blocks for one fsync, and at most BUSY_S for another writer."""
        outcomes: dict[JournalId, Outcome] = {}
        touched: set[str] = set()
        with self._transaction():
            for batch in sorted(batches, key=lambda batch: (batch.cabinet, batch.epoch, batch.first)):
                journal = batch.cabinet, batch.epoch
                outcome = self._store(batch, touched)
                before = outcomes.get(journal)
                outcomes[journal] = outcome if before is None else before.then(outcome)
            for item in sorted(touched):
                self._project(item)
        return outcomes

    def greet(self, greetings: Sequence[Greeting]) -> list[Standing]:
        """Keep the contract of `Sink.greet`; blocks as `flush` does."""
        with self._transaction():
            return [self._greet(greeting) for greeting in greetings]

    def watermark(self, cabinet: str, epoch: str) -> Watermark:
        """Keep the contract of `Sink.watermark`."""
        with _told(self._path):
            return self._mark(cabinet, epoch)

    def nonce(self, cabinet: str) -> str | None:
        """Keep the contract of `Sink.nonce`."""
        with _told(self._path):
            row = self._db.execute("SELECT nonce FROM greeting WHERE cabinet = ?", (cabinet,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        """Close the file; SQLite folds the WAL back into it."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _told(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _store(self, batch: Batch, touched: set[str]) -> Outcome:
        mark = self._mark(batch.cabinet, batch.epoch)
        known = Known(
            mark=mark, before=self._hash(batch, mark, batch.first - 1), at_last=self._hash(batch, mark, batch.last)
        )
        links = extend(batch, known)
        if isinstance(links, Alarm):
            self._raise(links, batch, known)
            return Outcome(mark=mark, alarms=(links,))
        if links:
            touched.update(self._insert(batch, links))
            mark = Watermark(links[-1].seq, links[-1].h)
            self._db.execute(
                "INSERT INTO watermark VALUES (?, ?, ?, ?)"
                " ON CONFLICT (cabinet, epoch) DO UPDATE SET w = excluded.w, hw = excluded.hw",
                (batch.cabinet, batch.epoch, mark.w, mark.hw),
            )
        return Outcome(mark=mark, refused=self._refused(batch))

    def _mark(self, cabinet: str, epoch: str) -> Watermark:
        row = self._db.execute(
            "SELECT w, hw FROM watermark WHERE cabinet = ? AND epoch = ?", (cabinet, epoch)
        ).fetchone()
        return Watermark() if row is None else Watermark(*row)

    def _hash(self, at: Batch | Greeting, mark: Watermark, seq: int) -> bytes | None:
        if seq > mark.w:
            return None
        if seq == mark.w:
            return mark.hw
        if seq == 0:
            return GENESIS
        row: tuple[bytes] = self._db.execute(
            "SELECT h FROM link WHERE cabinet = ? AND epoch = ? AND seq = ?", (at.cabinet, at.epoch, seq)
        ).fetchone()
        return row[0]

    def _insert(self, batch: Batch, links: Sequence[Link]) -> set[str]:
        """Write the lines; the items whose ledger they touch."""
        kept, parked, moved = [], [], []
        for link in links:
            entry = read_line(batch.cabinet, batch.epoch, link.seq, link.line)
            row = (batch.cabinet, batch.epoch, link.seq, link.h, link.line, batch.known_ms)
            if isinstance(entry, Unfit):
                parked.append((*row, entry.why))
                continue
            kept.append(row)
            found = happening(entry)
            if found is not None:
                moved.append(found)
        self._db.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", kept)
        self._db.executemany("INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)", parked)
        self._db.executemany(
            "INSERT INTO happening VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(happening_row, moved)
        )
        return {each.item for each in moved}

    def _refused(self, batch: Batch) -> tuple[Refused, ...]:
        rows = self._db.execute(
            "SELECT seq, why FROM parked WHERE cabinet = ? AND epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (batch.cabinet, batch.epoch, batch.first, batch.last),
        )
        return tuple(Refused(*row) for row in rows)

    def _raise(self, alarm: Alarm, batch: Batch, known: Known) -> None:
        # A gap is what a lossy link does every day; it heals by the answer and would only bury the other two.
        if alarm is not Alarm.GAP:
            self._note(alarm, batch, batch.last, batch.h, known.at_last)

    def _note(self, alarm: Alarm, at: Batch | Greeting, seq: int, theirs: bytes, ours: bytes | None) -> None:
        self._db.execute(
            "INSERT INTO alarm VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)"
            " ON CONFLICT (cabinet, epoch, kind) DO UPDATE SET times = times + 1, last_ms = excluded.last_ms",
            (at.cabinet, at.epoch, alarm, seq, theirs, ours, at.known_ms, at.known_ms),
        )

    def _greet(self, hello: Greeting) -> Standing:
        mark = self._mark(hello.cabinet, hello.epoch)
        known = self._db.execute("SELECT boot, uptime_ms FROM greeting WHERE cabinet = ?", (hello.cabinet,)).fetchone()
        if known is not None and known[0] == hello.boot and known[1] > hello.uptime_ms:
            return Standing(mark=mark, fresh=False)
        self._db.execute(
            "INSERT OR REPLACE INTO greeting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                hello.cabinet,
                hello.epoch,
                hello.first,
                hello.last,
                hello.boot,
                hello.uptime_ms,
                hello.software,
                hello.nonce,
                hello.known_ms,
            ),
        )
        ours = self._hash(hello, mark, hello.last)
        if ours is None or ours == hello.hlast:
            return Standing(mark=mark, fresh=True)
        self._note(Alarm.FORK, hello, hello.last, hello.hlast, ours)
        return Standing(mark=mark, fresh=True, alarms=(Alarm.FORK,))

    def _project(self, item: str) -> None:
        """Fold one item again and write what differs."""
        rows = self._db.execute("SELECT * FROM happening WHERE item = ?", (item,))
        folded = item_ledger(map(happening_of, rows))
        self._replace("loan", item, map(loan_row, folded.loans))
        self._replace("unclaimed", item, map(unclaimed_row, folded.unclaimed))
        self._db.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?)", item_rows(folded))

    def _replace(self, table: str, item: str, rows: Iterable[Row]) -> None:
        wanted = set(rows)
        held = set(self._db.execute(f"SELECT * FROM {table} WHERE item = ?", (item,)))  # noqa: S608  our own names
        stale, fresh = held - wanted, wanted - held
        if stale:
            where = "item = ? AND cabinet = ? AND epoch = ? AND seq = ?"
            self._db.executemany(f"DELETE FROM {table} WHERE {where}", (row[:4] for row in stale))  # noqa: S608  our own
        if fresh:
            places = ", ".join("?" * len(next(iter(fresh))))
            self._db.executemany(f"INSERT INTO {table} VALUES ({places})", fresh)  # noqa: S608  our own


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into SinkError: what, where, what to do."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SinkError(
            f"{path}: {error}. Nothing unacknowledged is lost: cabinets keep it and send it again. "
            "Check that this is the right file, that its folder can be written, and that the disk has room."
        ) from error


def _check(db: sqlite3.Connection) -> bool:
    """Whether our tables are there; False for an empty file, sqlite3.DatabaseError for anybody else's."""
    if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        return False
    found = tuple(db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if found != (tables.APPLICATION_ID, tables.VERSION):
        raise sqlite3.DatabaseError(
            f"a database, but not of this locker-ingest (application, version: {found[0]:#x}, {found[1]};"
            f" expected {tables.APPLICATION_ID:#x}, {tables.VERSION})"
        )
    return True


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file, and every later commit durable."""
    # EXTRA syncs the folder too when the rollback journal goes: the tables cannot vanish after the first ack.
    db.execute("PRAGMA synchronous = EXTRA")
    if not _check(db):
        db.execute("BEGIN IMMEDIATE")
        for statement in tables.SCHEMA:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {tables.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {tables.VERSION}")
        db.execute("COMMIT")
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise sqlite3.OperationalError(f"this place keeps no write-ahead log (journal mode {mode}): a network share?")
    db.execute("PRAGMA synchronous = FULL")
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
