"""The post's thread with a real journal on disk and a real broker; the far end is the model server."""

import contextlib
import queue
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Self

import pytest

from sync.cabinet.journal import Journal, JournalReader
from sync.cabinet.post import Delivered, Post, PostChanged
from sync.mqtt import BrokerUrlError, Connected, Connection, Event, Received
from tests.real import Mosquitto
from tests.sync.cabinet.counterpart import Server, topic
from tests.sync.cabinet.desk import STRANGER_KEY, route, server
from tests.sync.cabinet.facts_of_a_day import BOOT, fact, stamp

PATIENCE_S = 30


class Far:
    """The model server in a thread of its own, on the same broker; it dials again whenever it is cut off."""

    def __init__(self, url: str, model: Server) -> None:
        self._url, self.model = url, model
        self._inbox: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self.states: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.listening = threading.Event()
        self.deaf = False
        self._stop = False
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self.listening.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._inbox.put(None)
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        while not self._stop:
            channels = [topic("C1", channel) for channel in ("hello", "up", "state")]
            connection = Connection(self._url, "far", subscribe=channels, will=None, emit=self._inbox.put)
            connection.open()
            self._serve(connection)
            connection.close()

    def _serve(self, connection: Connection) -> None:
        while (event := self._inbox.get(timeout=PATIENCE_S)) is not None:
            if isinstance(event, Connected):
                self.listening.set()
            elif not isinstance(event, Received):
                return
            elif event.topic == topic("C1", "state"):
                self.states.put(event.payload)
            elif not self.deaf:
                for at, payload in self.model.hear(event.topic, event.payload):
                    connection.publish(at, payload)


class Running:
    """A post at work, and what it reports."""

    def __init__(self, url: str, journal: Journal, path: Path) -> None:
        self.journal = journal
        self.reports: queue.SimpleQueue[Delivered | PostChanged] = queue.SimpleQueue()
        self.post = Post(route(url), path, self.reports.put)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.post.run, args=(self._stop,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.post.wake()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def write(self, count: int, at_once: int = 1) -> None:
        for number in range(self.journal.last, self.journal.last + count, at_once):
            self.journal.append(stamp(number), [fact(number + more) for more in range(at_once)])
        self.post.wake()

    def until(self, wanted: Callable[[Delivered | PostChanged], bool]) -> list[Delivered | PostChanged]:
        """Everything that is reported up to what is wanted."""
        reports = []
        until_s = time.monotonic() + PATIENCE_S
        while True:
            report = self.reports.get(timeout=max(0.0, until_s - time.monotonic()))
            reports.append(report)
            if isinstance(report, Delivered):
                self.journal.mark_delivered(report.upto)
            if wanted(report):
                return reports

    def until_delivered(self) -> list[Delivered | PostChanged]:
        last = self.journal.last
        return self.until(lambda report: isinstance(report, Delivered) and report.upto == last)


def changed(reports: list[Delivered | PostChanged]) -> list[PostChanged]:
    return [report for report in reports if isinstance(report, PostChanged)]


@contextlib.contextmanager
def at_work(broker: Mosquitto, journal: Journal, path: Path) -> Iterator[tuple[Running, Far]]:
    with Far(broker.url, server()) as far, Running(broker.url, journal, path) as running:
        yield running, far


def lines_of(path: Path, journal: Journal) -> list[bytes]:
    with contextlib.closing(JournalReader(path)) as reader:
        lines: list[bytes] = []
        while len(lines) < journal.last:
            lines += reader.lines(len(lines), 500, 10**6)
        return lines


def test_a_backlog_and_live_facts_arrive(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    journal.append(stamp(0), [fact(number) for number in range(1200)])
    with at_work(mosquitto, journal, path) as (running, far):
        reports = running.until_delivered()
        assert changed(reports)[0] == PostChanged(online=False, waiting=1200, why="connecting")
        running.until(lambda report: report == PostChanged(online=True, waiting=0, why=""))
        running.write(3)
        running.until_delivered()
        assert far.model.stored == lines_of(path, journal)
        assert far.model.batches[0] == (1, 500)


def test_presence_is_said_and_taken_back(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    with Far(mosquitto.url, server()) as far:
        with Running(mosquitto.url, journal, path) as running:
            running.until(lambda report: isinstance(report, PostChanged) and report.online)
            assert far.states.get(timeout=PATIENCE_S) == b'{"boot":"%b","online":true}' % BOOT.encode()
        assert far.states.get(timeout=PATIENCE_S) == b'{"boot":"%b","online":false}' % BOOT.encode()


def test_a_broker_that_is_away_costs_nothing_but_time(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    with at_work(mosquitto, journal, path) as (running, far):
        running.write(5)
        running.until_delivered()
        far.listening.clear()
        mosquitto.stop()
        running.until(lambda report: isinstance(report, PostChanged) and not report.online)
        running.write(700, at_once=7)
        running.until(lambda report: isinstance(report, PostChanged) and report.waiting == 700)
        mosquitto.start()
        running.until_delivered()
        assert far.model.stored == lines_of(path, journal)


def test_a_server_that_comes_late_finds_everything_waiting(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    with Running(mosquitto.url, journal, path) as running:
        running.write(3)
        running.until(lambda report: isinstance(report, PostChanged) and report.why == "the server does not answer")
        with Far(mosquitto.url, server()) as far:
            running.until_delivered()
            assert far.model.stored == lines_of(path, journal)


def kill_9(broker: Mosquitto) -> None:
    """What a power cut at the broker does; then it comes back with nothing in its memory."""
    process = broker._process  # noqa: SLF001  the fixture ends it gently, here it must not
    assert isinstance(process, subprocess.Popen)
    process.kill()
    process.wait(timeout=PATIENCE_S)
    broker.start()


def test_a_broker_killed_while_draining_loses_nothing(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    journal.append(stamp(0), [fact(number) for number in range(20_000)])
    with at_work(mosquitto, journal, path) as (running, far):
        for part in (2_000, 9_000):
            running.until(lambda report, part=part: isinstance(report, Delivered) and report.upto >= part)  # type: ignore[misc]  # a lambda's default has no type
            kill_9(mosquitto)
        running.until_delivered()
        assert far.model.stored == lines_of(path, journal)
        batches = far.model.batches
        resent = sum(b - a + 1 for a, b in batches) - 20_000
        back = sum(a <= before for (_, before), (a, _) in pairwise(batches))
        assert resent <= back * 4 * 500, "more than one window was sent again at once"


def test_forged_letters_remove_nothing(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    with at_work(mosquitto, journal, path) as (running, far):
        running.until(lambda report: isinstance(report, PostChanged) and report.online)
        far.deaf = True
        running.write(3)
        heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        evil = Connection(mosquitto.url, "evil", subscribe=(), will=None, emit=heard.put)
        evil.open()
        assert heard.get(timeout=PATIENCE_S) == Connected(5)
        good = {"ep": journal.epoch, "w": 3, "hw": journal.head.hex()}
        letters = [
            far.model.write("ack", good, key=STRANGER_KEY),
            far.model.write("ack", good, nonce="0" * 32),
            (topic("C1", "ack"), far.model.write("welcome", good)[1]),
            (topic("C1", "ack"), b"\xff" * 60_000),
            (topic("C1", "welcome"), b""),
        ]
        for letter in letters:
            while not evil.publish(*letter):
                pass
        evil.close()
        far.deaf = False
        reports = running.until_delivered()
        assert {report.upto for report in reports if isinstance(report, Delivered)} - {0} == {3}
        assert far.model.stored == lines_of(path, journal)


def test_a_lie_of_the_servers_is_reported_and_nothing_is_marked(
    mosquitto: Mosquitto, journal: Journal, path: Path
) -> None:
    model = server()
    model.stored, model.hashes = [b"?"], [bytes(32), b"\1" * 32]
    with Far(mosquitto.url, model), Running(mosquitto.url, journal, path) as running:
        running.write(3)
        reports = running.until(lambda report: isinstance(report, PostChanged) and "differs" in report.why)
        assert [report for report in reports if isinstance(report, Delivered)] == []


def test_a_damaged_journal_is_reported_and_stop_is_heard(mosquitto: Mosquitto, journal: Journal, path: Path) -> None:
    journal.append(stamp(0), [fact(number) for number in range(5)])
    journal.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE line SET line = x'7b7d' WHERE seq = 4")
    with Far(mosquitto.url, server()) as far, Running(mosquitto.url, journal, path) as running:
        running.until(lambda report: isinstance(report, PostChanged) and "chain breaks at line 4" in report.why)
        assert far.model.stored == []


def test_a_journal_that_is_not_there_is_reported(tmp_path: Path) -> None:
    reports: queue.SimpleQueue[Delivered | PostChanged] = queue.SimpleQueue()
    stop = threading.Event()
    post = Post(route("mqtt://127.0.0.1:1"), tmp_path / "nothing", reports.put)
    thread = threading.Thread(target=post.run, args=(stop,))
    thread.start()
    report = reports.get(timeout=PATIENCE_S)
    stop.set()
    thread.join(PATIENCE_S)
    assert isinstance(report, PostChanged)
    assert "unable to open" in report.why


def test_an_address_that_is_not_spoken_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(BrokerUrlError, match="TLS"):
        Post(route("mqtts://broker"), tmp_path / "journal", lambda _: None)
