"""This file knows the journal on disk: append-only log, outbox and memory in one SQLite file. One writer, many readers.

The chain of hashes finds what SQLite's own check does not (8 % of single flipped bits were found by it, all by the
chain). Nothing is ever changed: lines are added, and removed only long after the server has them.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync.cabinet import layout
from sync.cabinet.errors import (
    JournalDamagedError,
    JournalError,
    JournalForeignError,
    JournalInUseError,
    JournalWriteError,
)
from sync.cabinet.layout import SET_ASIDE
from sync.cabinet.lock import lock
from sync.facts import Fact
from sync.stamp import Clock, Stamp
from sync.wire import GENESIS, MAX_LINE_BYTES, Entry, WireError, chain, decode_line, encode_line

_BUSY_S: Final = 5
"""A reader holds nobody up in WAL; only recovery after a crash does, and that takes milliseconds."""
_DISK: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOMEM,
    }
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the journal remembers."""

    state: bytes | None
    """The last checkpoint; None when there was none yet."""
    seq: int
    """Up to where `state` is folded; 0 without one."""
    entries: Iterator[Entry]
    """Every line after it, in order, read in pages. To be used up before the next append."""


class Journal:
    """The writer: one thread of one process owns it. Every method may block for as long as the disk takes."""

    def __init__(self, path: Path, database: sqlite3.Connection, held: int) -> None:
        """Use `Journal.open`."""
        self._path, self._database, self._held = path, database, held
        self._doubtful, self._confirmed = False, False
        self.cabinet, self.epoch, mark = layout.about(path, database)
        self.last, self.head = layout.newest(database)
        self.delivered = min(max(mark, 0), self.last)
        self._marked, self._looked = mark, 0
        self._kept, self._state = self._verified()

    @classmethod
    def open(
        cls,
        path: Path,
        cabinet: str,
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect,
    ) -> "Journal":
        """Open this cabinet's journal, or make it, with a new epoch, when there is no file or an empty one.

        Reads and checks every line since the last checkpoint. Raises one of the kinds of JournalError.
        """
        with ExitStack() as undo, _told(path):
            held = lock(path)
            undo.callback(os.close, held)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            database = connect(str(path), timeout=_BUSY_S, isolation_level=None)
            undo.callback(database.close)
            if layout.is_new(path, database):
                layout.create(path, database, cabinet, entropy(8).hex())
            layout.settle(database)
            journal = cls(path, database, held)
            if journal.cabinet != cabinet:
                raise JournalForeignError(f"{path} is the journal of {journal.cabinet}, not of {cabinet}")
            undo.pop_all()
        return journal

    def append(self, stamp: Stamp, facts: Sequence[Fact]) -> int:
        """Keep these facts for ever, all or none, and return the last one's seq; they are on disk when it returns.

        Raises JournalWriteError. Unless the disk was merely full, the journal then takes no more until it is opened
        anew: a failed flush is not repeated, since the kernel forgets what it could not write.
        """
        seq, head = self.last, self.head
        utc_ms = stamp.utc_ms if stamp.clock in {Clock.NTP, Clock.RTC} else None
        rows = []
        for fact in facts:
            seq += 1
            line = encode_line(self.cabinet, self.epoch, seq, stamp, fact)
            if len(line) > MAX_LINE_BYTES:
                raise ValueError(f"a fact of {len(line)} bytes, {MAX_LINE_BYTES} allowed: {type(fact).__name__}")
            head = chain(head, line)
            rows.append((seq, line, head, utc_ms))
        with self._transaction():
            for row in rows:
                self._database.execute("INSERT INTO line (seq, line, hash, utc_ms) VALUES (?, ?, ?, ?)", row)
        self.last, self.head = seq, head
        return seq

    def recall(self) -> Recalled:
        """Return the last checkpoint and what came after it. Raises JournalDamagedError, also while streaming."""
        return Recalled(self._state, self._kept, self._entries(self._kept))

    def newest_utc_ms(self) -> int:
        """The newest time that a good clock gave to a line here, Unix ms; 0 when none did. It cannot be earlier now."""
        with _told(self._path):
            (newest,) = self._database.execute("SELECT max(utc_ms) FROM line").fetchone()
        return newest or 0

    def checkpoint(self, state: bytes) -> None:
        """Keep the state that is folded up to `last`, and the delivered mark. Raises JournalWriteError."""
        with self._transaction():
            layout.write_checkpoint(self._database, self.last, self.head, state)
            self._write_mark()
        self._kept, self._state, self._marked = self.last, state, self.delivered

    def mark_delivered(self, upto: int) -> None:
        """Note what the server says it has. Kept with the next checkpoint: to lose it costs nothing but a greeting."""
        if not 0 <= upto <= self.last:
            raise ValueError(f"delivered up to {upto}, but the journal ends at {self.last}")
        self.delivered, self._confirmed = upto, True

    def sweep(self, older_than_utc_ms: int) -> int:
        """Remove up to 500 lines that the server has, a checkpoint covers and a good clock calls older; how many.

        Nothing goes before the server has spoken since `open`. Lines without a good clock go with the next one that
        has one. The last line always stays.
        """
        bound = min(self.delivered if self._confirmed else 0, self._kept, self.last - 1)
        old = 0
        query = "SELECT seq, utc_ms FROM line WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
        with _told(self._path):
            first = layout.oldest(self._database)
            for seq, utc_ms in self._database.execute(query, (self._looked, bound, layout.PAGE)).fetchall():
                if utc_ms is not None and utc_ms >= older_than_utc_ms:
                    break
                self._looked = seq
                old = old if utc_ms is None else seq
        upto = min(old, first + layout.PAGE - 1)
        if upto < first:
            return 0
        with self._transaction():
            self._database.execute("DELETE FROM line WHERE seq <= ?", (upto,))
        self._looked = upto
        return upto - first + 1

    def close(self) -> None:
        """Keep the delivered mark if the disk takes it, and let go of the file; idempotent."""
        if self._held < 0:
            return
        if self._marked != self.delivered:
            with suppress(JournalError), self._transaction():
                self._write_mark()
        self._database.close()
        os.close(self._held)
        self._held = -1

    def _write_mark(self) -> None:
        self._database.execute("UPDATE about SET delivered = ?", (self.delivered,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._doubtful:
            raise JournalWriteError(f"{self._path}: an earlier write failed; restart to read what is really there")
        with _told(self._path):
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                self._doubtful = _code(error) != sqlite3.SQLITE_FULL
                if self._database.in_transaction:  # SQLite has often rolled back by itself: a second time is an error
                    with suppress(sqlite3.Error):
                        self._database.execute("ROLLBACK")
                raise

    def _verified(self) -> tuple[int, bytes | None]:
        """Check the checkpoint, the chain after it and the last line's name; return the checkpoint's seq and state."""
        kept, head, state = layout.read_checkpoint(self._path, self._database) or (0, GENESIS, None)
        before = kept
        for seq, line, stored in layout.lines(self._database, kept):
            head = chain(head, line)
            if seq != before + 1 or stored != head:
                raise JournalDamagedError(f"{self._path}: the chain breaks at line {seq}. {SET_ASIDE}")
            before = seq
        if before != self.last or head != self.head:
            raise JournalDamagedError(f"{self._path}: lines after {before} are missing or false. {SET_ASIDE}")
        for seq, line, _ in layout.lines(self._database, self.last - 1):
            self._entry(seq, line)
        return kept, state

    def _entries(self, after: int) -> Iterator[Entry]:
        with _told(self._path):
            for seq, line, _ in layout.lines(self._database, after):
                yield self._entry(seq, line)

    def _entry(self, seq: int, line: bytes) -> Entry:
        try:
            entry = decode_line(line)
        except WireError as error:
            raise JournalDamagedError(f"{self._path}: line {seq}: {error}. {SET_ASIDE}") from error
        if (entry.cabinet, entry.epoch, entry.seq) != (self.cabinet, self.epoch, seq):
            raise JournalDamagedError(f"{self._path}: line {seq} is another journal's. {SET_ASIDE}")
        return entry


class JournalReader:
    """A read-only look from another thread: each call sees what is committed by then. Raises JournalError."""

    def __init__(self, path: Path) -> None:
        """Open a journal that its writer has already made."""
        self._path = path
        with _told(path):
            uri = path.resolve().as_uri() + "?mode=ro"
            self._database = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)
            self.cabinet, self.epoch, self.delivered = layout.about(path, self._database)

    def last(self) -> tuple[int, bytes]:
        """The newest line's seq and hash; 0 and the genesis hash of an empty journal."""
        with _told(self._path):
            return layout.newest(self._database)

    def first(self) -> int:
        """The oldest line's seq that is still here; 1 of an empty journal."""
        with _told(self._path):
            return layout.oldest(self._database)

    def hash_at(self, seq: int) -> bytes | None:
        """h(seq); None for a line that is not here."""
        if seq == 0:
            return GENESIS
        with _told(self._path):
            row = self._database.execute("SELECT CAST(hash AS BLOB) FROM line WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else row[0]

    def lines(self, after: int, max_lines: int, max_bytes: int) -> list[bytes]:
        """What follows line `after`: at least one line if there is any, each checked against the chain.

        Empty when `after` itself is not here: what cannot be checked is not sent.
        """
        head = self.hash_at(after)
        found: list[bytes] = []
        size = 0
        with _told(self._path):
            for seq, line, stored in layout.lines(self._database, after, max_lines):
                size += len(line)
                if head is None or len(found) == max_lines or (found and size > max_bytes):
                    break
                head = chain(head, line)
                if seq != after + len(found) + 1 or stored != head:
                    raise JournalDamagedError(f"{self._path}: the chain breaks at line {seq}. {SET_ASIDE}")
                found.append(line)
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into what a volunteer can act upon."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # ours, not the disk's
    except sqlite3.Error as error:
        if _code(error) in _DISK:
            raise JournalWriteError(f"{path}: {error}; is the disk full, read-only or failing?") from error
        if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise JournalInUseError(f"{path}: {error}; another program is writing to it") from error
        raise JournalDamagedError(f"{path}: {error}. {SET_ASIDE}") from error
    except OSError as error:
        if isinstance(error, JournalError):
            raise
        raise JournalWriteError(f"{path}: {error}") from error
