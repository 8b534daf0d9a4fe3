"""kill -9 of the real server at any instant of a drain: no false ack, nothing lost, nothing doubled."""

import queue
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.ingest.sqlite import SqliteSink
from tests.real import Mosquitto
from tests.sync.ingest.cabinet import NOON_MS, Cabinet
from tests.sync.ingest.running import PATIENCE_S, Program, Talk, talking
from tests.sync.ingest.stores import batch
from tests.sync.ingest.test_arrival import ITEMS, tables

LINES = 3000
WINDOW = 4
"""Batches unacknowledged: rule 3."""
ARRIVAL_TELLS = {"line", "parked"}
"""Tables with a column of when the server knew: it differs from run to run, and nothing else may."""


def town(chance: random.Random) -> list[Cabinet]:
    """Three cabinets with thousands of lines each, a few of them bad; their clocks agree."""
    cabinets = [Cabinet("A03"), Cabinet("B07"), Cabinet("C11")]
    for step in range(LINES):
        for cabinet in cabinets:
            what, item = chance.random(), chance.choice(ITEMS)
            if what < 0.02:
                cabinet.borrow(item, f"{step:012x}", NOON_MS + step * 1000)
            elif what < 0.04:
                cabinet.give_back(item, NOON_MS + step * 1000 + 500)
            elif what < 0.045:
                cabinet.write(b"nonsense %d" % step)
            else:
                cabinet.browse()
    return cabinets


class Drain:
    """A cabinet's drain as rules 1 and 3 have it: a window of batches, on from w, back to w+1 when asked to."""

    def __init__(self, talk: Talk, chance: random.Random) -> None:
        self.talk = talk
        self.cabinet = talk.cabinet
        self.w = 0
        self._chance = chance
        self._sent_to = 0

    @property
    def done(self) -> bool:
        return self.w == self.cabinet.last

    def go_back(self) -> None:
        """Nothing came for too long: begin again after w."""
        self._sent_to = self.w
        self.send()

    def send(self) -> None:
        while self._sent_to < self.cabinet.last and self._sent_to < self.w + WINDOW * 25:
            a, b = self._sent_to + 1, min(self.cabinet.last, self._sent_to + self._chance.randint(1, 25))
            if self.talk.connection is None or not self.talk.connection.publish(*self.cabinet.up(a, b)):
                return
            self._sent_to = b

    def hear(self, timeout_s: float) -> bool:
        """Take one answer; False when none came in time."""
        try:
            channel, said = self.talk.hears(timeout_s)
        except queue.Empty:
            return False
        w, hw = said["w"], bytes.fromhex(said["hw"])
        assert hw == self.cabinet.hashes[w], f"{channel} of {w} with another hash"
        self.w = max(self.w, w)
        self._sent_to = max(self._sent_to, self.w)
        self.send()
        return True


def stored(program: Program, cabinet: Cabinet) -> int:
    """How many lines of a journal are in the file, the gapless prefix checked byte for byte."""
    where = f"WHERE cabinet = '{cabinet.name}'"
    rows = program.rows(f"SELECT seq, body FROM line {where} UNION ALL SELECT seq, body FROM parked {where} ORDER BY 1")
    assert rows == list(enumerate(cabinet.lines[: len(rows)], 1))
    return len(rows)


@pytest.fixture
def program(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Program]:
    folder = tmp_path / "server"
    folder.mkdir()
    with Program(folder, mosquitto.url) as running:
        yield running


def drain_until(drains: list[Drain], deadline_s: float) -> None:
    """Let the cabinets drain in turn; a cabinet that hears nothing for 50 ms begins again after w."""
    while time.monotonic() < deadline_s and not all(drain.done for drain in drains):
        for drain in drains:
            left_s = deadline_s - time.monotonic()
            if not drain.done and not drain.hear(min(0.05, left_s)) and left_s > 0.05:
                drain.go_back()


def check_kills(program: Program, folder: Path, seed: int, kills: int) -> None:
    chance = random.Random(seed)
    cabinets = town(chance)
    program.register(*cabinets)
    program.start()
    program.ready()
    progress = []
    with ExitStack() as stack:
        drains = [Drain(stack.enter_context(talking(cabinet, program)), chance) for cabinet in cabinets]
        for drain in drains:
            assert drain.talk.greet()["w"] == 0
        for _ in range(kills):
            for drain in drains:
                drain.go_back()
            drain_until(drains, time.monotonic() + chance.uniform(0, 0.15))
            program.kill()
            held = [stored(program, drain.cabinet) for drain in drains]
            assert all(have >= drain.w for have, drain in zip(held, drains, strict=True)), "a false ack"
            progress.append(sum(held))
            program.start()
            program.ready()
        for drain in drains:
            drain.go_back()
        drain_until(drains, time.monotonic() + PATIENCE_S)
        assert [drain.w for drain in drains] == [cabinet.last for cabinet in cabinets]
    assert program.stop() == 0
    assert progress[-1] > 0, "every kill came before the first line: nothing was tried"
    check_tables(program.database, cabinets, folder)


def check_tables(database: Path, cabinets: list[Cabinet], folder: Path) -> None:
    """The file says what a server says that was never killed."""
    calm = SqliteSink(folder / "calm.db")
    for cabinet in cabinets:
        calm.flush([batch(cabinet, 1, cabinet.last)])
    calm.close()
    wanted, found = tables(folder / "calm.db"), tables(database)
    assert {name: len(rows) for name, rows in found.items()} == {name: len(rows) for name, rows in wanted.items()}
    for name in wanted.keys() - ARRIVAL_TELLS:
        assert found[name] == wanted[name]


def test_a_killed_server_promises_nothing_false_and_loses_nothing(program: Program, tmp_path: Path) -> None:
    check_kills(program, tmp_path, seed=11, kills=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106))
def test_a_server_killed_often(program: Program, tmp_path: Path, seed: int) -> None:
    check_kills(program, tmp_path, seed, kills=20)
