"""This file knows how to settle up: what the cabinet wrote, what the server has, and what people really did.

It reads both databases with its own eyes, not through the code that wrote them.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec


class Reckoning(msgspec.Struct, frozen=True):
    """What a run came to."""

    facts_written: int
    facts_on_server: int
    lost: int
    """Facts of the cabinet that the server has not, or has otherwise; acts of people and loans that it knows not of."""
    doubled: int
    """Facts, acts or loans that the server counts more than once, or that nobody ever wrote, did or has."""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost and nothing doubled."""
        return self.facts_written > 0 and not self.lost and not self.doubled


Move = tuple[Literal["borrowed", "returned"], str]


def reckon(journal: Path, database: Path, moves: Sequence[Move] | None) -> Reckoning:
    """Compare the three; without `moves` (people whose acts a power cut left open) only the facts."""
    written = Counter(_rows(journal, "SELECT line FROM line"))
    held = Counter(_rows(database, "SELECT body FROM line"))
    told = Counter[Move]() if moves is None else _moves(held)
    done = Counter(moves or ())
    lent = Counter[str]() if moves is None else Counter(_rows(database, "SELECT item FROM loan WHERE state = 'open'"))
    at_home = Counter(item for item in {item for _, item in moves or ()} if _last(moves or (), item) == "borrowed")
    return Reckoning(
        facts_written=written.total(),
        facts_on_server=held.total(),
        lost=(written - held).total() + (done - told).total() + (at_home - lent).total(),
        doubled=(held - written).total() + (told - done).total() + (lent - at_home).total(),
    )


def _last(moves: Sequence[Move], item: str) -> str:
    return next(what for what, moved in reversed(moves) if moved == item)


def _rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return [value for (value,) in connection.execute(query)]
    finally:
        connection.close()


def _moves(lines: Counter[Any]) -> Counter[Move]:
    """Count what the server's facts say that people did."""
    moves: Counter[Move] = Counter()
    for line, times in lines.items():
        event = json.loads(line)
        if event["type"] == "locker.item.borrowed.v1":
            moves["borrowed", event["data"]["item"]] += times
        elif event["type"] == "locker.item.returned.v1":
            moves["returned", event["data"]["item"]] += times
    return moves
