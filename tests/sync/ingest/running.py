"""The real locker-ingest as its own process, and a cabinet of WIRE.md on the real broker."""

import contextlib
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from sync.link import Connected, Event, Received
from sync.mqtt import Connection
from sync.signature import PublicKey
from tests.sync.ingest.cabinet import Cabinet, opened, topic

ROOT = Path(__file__).parents[3]
PATIENCE_S = 20


def command(*words: str, cwd: Path = ROOT) -> tuple[int, str, str]:
    """Run `locker-ingest` to its end: exit code, stdout, stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.ingest", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


class Program:
    """`locker-ingest` in a folder of its own; `start`, `kill` and `stop` as often as a test likes."""

    def __init__(self, folder: Path, broker: str) -> None:
        self.folder, self.broker = folder, broker
        self.database = folder / "facts.db"
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._errors = (folder / "errors.txt").open("a")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._errors.close()

    def start(self, *options: str) -> None:
        """Start it; `ready` waits until its subscriptions stand."""
        words = ["--sink", f"sqlite:///{self.database}", "--broker", self.broker, *options]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sync.ingest", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._listen, args=(self._process.stdout,))
        self._reader.start()

    def ready(self) -> str:
        """Its line `ready: …`; queue.Empty when it does not come."""
        while not (line := self.said.get(timeout=PATIENCE_S)).startswith("ready: "):
            pass
        return line

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        return self._end(how)

    def errors(self) -> str:
        return (self.folder / "errors.txt").read_text()

    def server_key(self) -> PublicKey:
        return PublicKey.from_pem((self.folder / "server.key.pub").read_bytes())

    def register(self, *cabinets: Cabinet) -> None:
        (self.folder / "cabinets").mkdir(exist_ok=True)
        for cabinet in cabinets:
            (self.folder / "cabinets" / f"{cabinet.name}.pub").write_bytes(cabinet.key.public.to_pem())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database, timeout=PATIENCE_S)) as looking:
            return looking.execute(sql).fetchall()

    def _listen(self, stdout: IO[str]) -> None:
        with stdout:
            for line in stdout:
                self.said.put(line.rstrip("\n"))

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None or self._reader is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(PATIENCE_S)
        finally:
            process.kill()
            process.wait(PATIENCE_S)
            self._reader.join(PATIENCE_S)


@dataclass
class Talk:
    """A cabinet's connection: what it heard, and what of it was sealed for it by its server."""

    cabinet: Cabinet
    server: PublicKey
    nonce: str
    events: "queue.SimpleQueue[Event]" = field(default_factory=queue.SimpleQueue)
    connection: Connection | None = None

    def open(self, url: str) -> None:
        """Connect, and wait until the broker has taken the two subscriptions."""
        name = self.cabinet.name
        self.connection = Connection(
            url,
            name,
            subscribe=[topic(name, "welcome"), topic(name, "ack")],
            will=(topic(name, "state"), b'{"boot":"%s","online":false}' % self.cabinet.boot.encode()),
            emit=self.events.put,
        )
        self.connection.open()
        assert isinstance(self.events.get(timeout=PATIENCE_S), Connected)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()

    def say(self, message: tuple[str, bytes], *, qos: int = 1) -> None:
        """Hand a message over, as soon as the window of eight has room for it."""
        assert self.connection is not None
        deadline_s = time.monotonic() + PATIENCE_S
        while not self.connection.publish(*message, qos=qos):
            assert time.monotonic() < deadline_s, "the window of eight stays full"

    def hears(self, timeout_s: float = PATIENCE_S) -> tuple[str, dict[str, Any]]:
        """The next answer as (channel, what it says); queue.Empty when none comes."""
        event = self.events.get(timeout=max(0.0, timeout_s))
        assert isinstance(event, Received), event
        return event.topic.rpartition("/")[2], opened(event.payload, self.server, event.topic, self.nonce)

    def ack(self) -> dict[str, Any]:
        channel, said = self.hears()
        assert channel == "ack"
        return said

    def greet(self) -> dict[str, Any]:
        """Say hello and be welcomed."""
        self.say(self.cabinet.hello(self.nonce))
        channel, said = self.hears()
        assert channel == "welcome"
        return said


@contextlib.contextmanager
def talking(cabinet: Cabinet, program: Program, url: str | None = None, nonce: str = "5" * 32) -> Iterator[Talk]:
    """A cabinet on the broker, not yet greeted."""
    talk = Talk(cabinet, program.server_key(), nonce)
    talk.open(program.broker if url is None else url)
    try:
        yield talk
    finally:
        talk.close()
