"""Every sink that the conformance suite is run against: one line each, and how to look into it past the product."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from sync.ingest.sink import Batch, Greeting, Sink, Watermark
from sync.ingest.sqlite import SqliteSink
from tests.sync.ingest.cabinet import Cabinet

NOW_MS = 1_767_300_000_000
ALARMS = "SELECT cabinet, epoch, kind, seq, theirs, ours, times FROM alarm"


class Store(Protocol):
    """A database with nothing in it; `open` may be called again and again, as after restarts."""

    def open(self) -> Sink: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...


class SqliteStore:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "facts.db"

    def open(self) -> SqliteSink:
        return SqliteSink(self.path)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        looking = sqlite3.connect(self.path)
        try:
            return looking.execute(sql).fetchall()
        finally:
            looking.close()


STORES: dict[str, Callable[[Path], Store]] = {"sqlite": SqliteStore}


def batch(cabinet: Cabinet, a: int, b: int, *, lines: list[bytes] | None = None, h: bytes | None = None) -> Batch:
    """What the reception would make of the cabinet's batch from a to b."""
    return Batch(
        cabinet=cabinet.name,
        epoch=cabinet.epoch,
        first=a,
        h=cabinet.hashes[b] if h is None else h,
        lines=tuple(cabinet.lines[a - 1 : b] if lines is None else lines),
        known_ms=NOW_MS,
    )


def greeting(cabinet: Cabinet, nonce: str = "0" * 32, *, uptime_ms: int = 5000, last: int | None = None) -> Greeting:
    last = cabinet.last if last is None else last
    return Greeting(
        cabinet=cabinet.name,
        epoch=cabinet.epoch,
        first=1,
        last=last,
        hlast=cabinet.hashes[last],
        boot=cabinet.boot,
        uptime_ms=uptime_ms,
        software="0.1.0",
        nonce=nonce,
        known_ms=NOW_MS,
    )


def mark(cabinet: Cabinet, w: int) -> Watermark:
    return Watermark(w, cabinet.hashes[w])
