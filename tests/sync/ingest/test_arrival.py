"""Facts reach the server in any order that a network can make of them; what the tables say is the same."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sync.ingest.sink import Batch
from sync.ingest.sqlite import SqliteSink, open_file
from tests.sync.ingest.cabinet import NOON_MS, Cabinet
from tests.sync.ingest.stores import batch

TABLES = ("line", "parked", "watermark", "happening", "loan", "unclaimed", "item")
ITEMS = ("00000018", "00000026", "00000034")


def town(chance: random.Random) -> list[Cabinet]:
    """Three cabinets that lend and take back each other's items, clocks wrong or unknown at times, one line bad."""
    cabinets = [Cabinet("A03"), Cabinet("B07"), Cabinet("C11")]
    for step in range(40):
        cabinet, item = chance.choice(cabinets), chance.choice(ITEMS)
        at_ms = None if chance.random() < 0.1 else NOON_MS + (step + chance.randrange(-9, 9) + 20) * 60_000
        match chance.randrange(4):
            case 0:
                cabinet.borrow(item, f"{step:012x}", at_ms)
            case 1:
                cabinet.give_back(item, at_ms, seen=chance.random() < 0.5)
            case 2:
                cabinet.borrow(item, f"{step:012x}", at_ms, clock="floor")
            case _:
                cabinet.browse()
    cabinets[0].write(b"nonsense")
    return cabinets


def deliveries(cabinet: Cabinet, chance: random.Random) -> list[Batch]:
    """The whole journal in batches of any cut, some sent twice or overlapping, in the order they were first sent."""
    sent, start = [], 1
    while start <= cabinet.last:
        end = min(cabinet.last, start + chance.randrange(6))
        sent.append(batch(cabinet, start, end))
        if chance.random() < 0.3:
            sent.append(batch(cabinet, max(1, start - chance.randrange(4)), end))
        start = end + 1
    return sent


def arrive(sink: SqliteSink, cabinets: list[Cabinet], chance: random.Random) -> None:
    """Interleave the cabinets, lose and repeat messages, until every watermark has come to its end."""
    while behind := [each for each in cabinets if sink.watermark(each.name, each.epoch).w < each.last]:
        queue = [each for cabinet in behind for each in deliveries(cabinet, chance)]
        chance.shuffle(queue)
        queue = queue[: chance.randint(1, len(queue))]
        while queue:
            size = chance.randint(1, 5)
            sink.flush(queue[:size])
            del queue[:size]


def tables(sink_file: Path) -> dict[str, set[Any]]:
    looking = sqlite3.connect(sink_file)
    try:
        return {table: set(looking.execute(f"SELECT * FROM {table}")) for table in TABLES}
    finally:
        looking.close()


class Hasty(sqlite3.Connection):
    """A connection that waits for no disk: what is under test here is order, and a thousand orders take long."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), parameters)


def hasty(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, factory=Hasty)


def check(folder: Path, seeds: range) -> None:
    cabinets = town(random.Random(seeds.start))
    in_order = SqliteSink(folder / "in-order.db", open_file)
    for cabinet in cabinets:
        in_order.flush([batch(cabinet, 1, cabinet.last)])
    in_order.close()
    wanted = tables(folder / "in-order.db")
    assert len(wanted["line"]) == sum(cabinet.last for cabinet in cabinets) - 1
    assert len(wanted["parked"]) == 1
    for seed in seeds:
        file = folder / f"{seed}.db"
        sink = SqliteSink(file, hasty)
        arrive(sink, cabinets, random.Random(seed))
        sink.close()
        assert tables(file) == wanted, f"seed {seed}"
        file.unlink()


@pytest.mark.parametrize("first", [0, 30])
def test_any_arrival_makes_the_same_tables(tmp_path: Path, first: int) -> None:
    check(tmp_path, range(first, first + 30))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 2000, 100))
def test_a_thousand_arrivals_make_the_same_tables(tmp_path: Path, first: int) -> None:
    check(tmp_path, range(first, first + 100))
