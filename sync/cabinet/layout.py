"""This file knows how a journal lies in its SQLite file: tables, settings, and the questions that are asked of it.

Needs no SQLite of its own: a database is whatever executes SQL.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

from sync.cabinet.errors import JournalDamagedError, JournalForeignError, JournalNewerError, JournalWriteError
from sync.wire import GENESIS

SCHEMA: Final = 1
PAGE: Final = 500
"""Rows read or removed at once: about 150 KB, a few milliseconds on a card."""
SET_ASIDE: Final = "Set the file and its -wal and -shm aside, never delete them, and start again: a new epoch begins"
_APPLICATION: Final = 0x6C6F636B  # "lock", in SQLite's header: file(1) and we know the file by it
_TABLES: Final = (
    """CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), cabinet TEXT NOT NULL, epoch TEXT NOT NULL,
       delivered INTEGER NOT NULL) STRICT""",
    "CREATE TABLE line (seq INTEGER PRIMARY KEY, line BLOB NOT NULL, hash BLOB NOT NULL, utc_ms INTEGER) STRICT",
    """CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL,
       state BLOB NOT NULL, seal BLOB NOT NULL) STRICT""",
)
# An I/O error through mmap would be a signal, not an error; 256 pages of log keep a card's rewrite small.
_SETTINGS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 256",
    "PRAGMA journal_size_limit = 4194304",
    "PRAGMA cache_size = -2000",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)


class Rows(Protocol):
    """What a query gives."""

    def fetchone(self) -> Any:  # noqa: ANN401  a row's types are the query's
        """Return the next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""


class Database(Protocol):
    """Whatever executes SQL."""

    def execute(self, sql: str, parameters: tuple[Any, ...] = ..., /) -> Rows:
        """Run one statement."""


def is_new(path: Path, database: Database) -> bool:
    """Whether nothing was ever written here. Raises for a file that is somebody else's or a later version's."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (version, application, tables) == (0, 0, 0):
        return True
    if application != _APPLICATION:
        raise JournalForeignError(f"{path} is a database, but no journal of a cabinet")
    if version > SCHEMA:
        raise JournalNewerError(f"{path} has layout {version}, this software knows {SCHEMA}: install the newer one")
    return False


def create(path: Path, database: Database, cabinet: str, epoch: str) -> None:
    """Make the tables and let file and folder reach the disk: before the first fact, not after."""
    # In this order: without EXTRA before WAL, a stale rollback journal could undo the change after a power cut.
    database.execute("PRAGMA synchronous = EXTRA")
    database.execute("PRAGMA page_size = 4096")
    (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise JournalWriteError(f"{path}: this file system cannot keep a write-ahead log; use a local disk or card")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        database.execute(table)
    database.execute("INSERT INTO about (one, cabinet, epoch, delivered) VALUES (1, ?, ?, 0)", (cabinet, epoch))
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {SCHEMA}")
    database.execute("COMMIT")
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def settle(database: Database) -> None:
    """Apply the settings that a connection forgets."""
    for setting in _SETTINGS:
        database.execute(setting)


def about(path: Path, database: Database) -> tuple[str, str, int]:
    """Whose journal it is: cabinet, epoch, and the delivered mark."""
    row: tuple[str, str, int] | None = database.execute("SELECT cabinet, epoch, delivered FROM about").fetchone()
    if row is None:
        raise JournalDamagedError(f"{path}: it does not say whose it is. {SET_ASIDE}")
    return row


def newest(database: Database) -> tuple[int, bytes]:
    """Seq and hash of the last line; 0 and the genesis hash when there is none."""
    row: tuple[int, bytes] | None = database.execute("SELECT seq, hash FROM line ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else row


def oldest(database: Database) -> int:
    """Seq of the first line that is still here; 1 when there is none."""
    (first,) = database.execute("SELECT coalesce(min(seq), 1) FROM line").fetchone()
    return int(first)


def lines(database: Database, after: int, page: int = PAGE) -> Iterator[tuple[int, bytes, bytes]]:
    """Seq, line and hash of what follows `after`, in pages: no read transaction stays open in between.

    A damaged row may have lost its type, therefore the casts: the chain then says what it is worth.
    """
    query = "SELECT seq, coalesce(CAST(line AS BLOB), x''), hash FROM line WHERE seq > ? ORDER BY seq LIMIT ?"
    while rows := database.execute(query, (after, page)).fetchall():
        yield from rows
        after = rows[-1][0]


def read_checkpoint(path: Path, database: Database) -> tuple[int, bytes, bytes] | None:
    """Seq, hash and state of the checkpoint, None when there is none. Raises JournalDamagedError."""
    query = "SELECT CAST(seq AS INTEGER), CAST(hash AS BLOB), CAST(state AS BLOB), seal FROM checkpoint"
    row: tuple[int, bytes, bytes, bytes] | None = database.execute(query).fetchone()
    if row is None:
        return None
    seq, head, state, seal = row
    if None in row or seal != _seal(seq, head, state):
        raise JournalDamagedError(f"{path}: the checkpoint is not what was written. {SET_ASIDE}")
    return seq, head, state


def write_checkpoint(database: Database, seq: int, head: bytes, state: bytes) -> None:
    """Put the checkpoint in the place of the one before."""
    database.execute(
        "INSERT OR REPLACE INTO checkpoint (one, seq, hash, state, seal) VALUES (1, ?, ?, ?, ?)",
        (seq, head, state, _seal(seq, head, state)),
    )


def _seal(seq: int, head: bytes, state: bytes) -> bytes:
    return sha256(b"%d\n%b%b" % (seq, head, state)).digest()
