"""This file knows the post's thread: it carries between the journal, the session that decides, and the broker.

It only reads the journal. What the server has committed is reported; the loop, which alone writes, marks it.
"""

import queue
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, assert_never

from sync import link
from sync.cabinet import letters, session
from sync.cabinet.errors import JournalError
from sync.cabinet.journal import JournalReader
from sync.cabinet.letters import Route, Tip
from sync.cabinet.stages import (
    Close,
    Delivered,
    Dialled,
    Event,
    Grown,
    Look,
    Looked,
    Luck,
    Open,
    Output,
    Page,
    Read,
    Say,
    Step,
    Woken,
)
from sync.mqtt import Connection, address
from sync.topics import Channel
from sync.wire import MAX_SENT_BYTES

__all__ = ["Delivered", "Post", "PostChanged", "Route"]

_STOP_LOOK_S: Final = 0.5
"""How late a stop may be noticed; nothing else waits for this."""
_READ_AGAIN_S: Final = 60
"""A journal that cannot be read may be on a disk that comes back; once a minute fills no log."""
_INBOX: Final = 64
"""At most four acknowledgements and a welcome are on their way; a flood beyond that is dropped, never waited for."""


@dataclass(frozen=True, slots=True)
class PostChanged:
    """How it stands between the journal and the server.

    Reported when `online` or `why` changes; `waiting` alone is reported while offline, and when it comes down to none.
    """

    online: bool
    """Whether the server takes our lines."""
    waiting: int
    """Lines that the server has not acknowledged."""
    why: str
    """What is in the way; empty when nothing is."""


Report: TypeAlias = Callable[[Delivered | PostChanged], None]
_Inbox: TypeAlias = "queue.SimpleQueue[tuple[int, link.Event] | None]"


class Post:
    """The cabinet's end of the wire; `run` is a thread's body, `wake` may be called from any thread."""

    def __init__(self, route: Route, journal_path: Path, report: Report) -> None:
        """Raise BrokerUrlError for an address that is not spoken. `report` must neither block nor raise."""
        address(route.broker)
        self._route, self._path, self._report = route, journal_path, report
        self._inbox: _Inbox = queue.SimpleQueue()
        self._nudged = threading.Event()

    def wake(self) -> None:
        """Say that the journal has grown; never blocks."""
        if not self._nudged.is_set():
            self._nudged.set()
            self._inbox.put(None)

    def run(self, stop: threading.Event) -> None:
        """Carry until `stop` is set; ends within 2 s of it, or when a connect that is under way gives up.

        The journal must have been made. One that cannot be read is reported and looked at again every minute.
        """
        while not stop.is_set():
            try:
                with closing(JournalReader(self._path)) as reader:
                    self._work(reader, stop)
            except JournalError as error:
                self._report(PostChanged(online=False, waiting=0, why=str(error)))
                stop.wait(_READ_AGAIN_S)

    def _work(self, reader: JournalReader, stop: threading.Event) -> None:
        with closing(_Round(self._route, reader, self._inbox, self._report)) as carrier:
            while not stop.is_set():
                try:
                    heard = self._inbox.get(timeout=min(carrier.idle_s(), _STOP_LOOK_S))
                except queue.Empty:
                    carrier.tick()
                    continue
                if heard is None:
                    self._nudged.clear()
                    carrier.look()
                else:
                    carrier.hear(*heard)
                carrier.tick()


class _Round:
    """One run with one reader: the session, its connection now and then, and what was last reported."""

    def __init__(self, route: Route, reader: JournalReader, inbox: _Inbox, report: Report) -> None:
        self._route, self._reader, self._inbox, self._report = route, reader, inbox, report
        self._connection: Connection | None = None
        self._number = 0
        self._delivered = reader.delivered
        self._told: PostChanged | None = None
        self._step = session.begin(route, reader.epoch, _tip(reader), _uptime_ms())
        self._tell()

    def idle_s(self) -> float:
        """How long nothing has to be done by itself."""
        wake_at_ms = self._step.wake_at_ms
        return _STOP_LOOK_S if wake_at_ms is None else max(0.0, (wake_at_ms - _uptime_ms()) / 1000)

    def tick(self) -> None:
        """Let the session know if its time has come."""
        wake_at_ms = self._step.wake_at_ms
        if wake_at_ms is not None and _uptime_ms() >= wake_at_ms:
            self._feed(Woken())

    def look(self) -> None:
        """See what the journal holds now."""
        self._feed(Grown(_tip(self._reader)))

    def hear(self, number: int, event: link.Event) -> None:
        """Pass on what happened to the connection, unless it is one that was given up."""
        if number == self._number:
            self._feed(event)

    def close(self) -> None:
        """Leave the broker; our will says that we are gone."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _feed(self, event: Event) -> None:
        events: deque[Event] = deque([event])
        while events:
            self._step = self._decide(events.popleft())
            for output in self._step.outputs:
                events.extend(self._do(output))
        self._tell()

    def _decide(self, event: Event) -> Step:
        luck = Luck(secrets.randbelow(1 << 30) / (1 << 30), secrets.token_hex(16))
        return session.step(self._step.session, event, _uptime_ms(), luck)

    def _do(self, output: Output) -> tuple[Event, ...]:
        match output:
            case Open():
                self._open(output)
                return (Dialled(),)
            case Close():
                self.close()
            case Say():
                if self._connection is not None:
                    topic = self._route.topic(output.channel)
                    self._connection.publish(topic, output.payload, retain=output.retain)
            case Read():
                lines = self._reader.lines(output.after, output.max_lines, output.max_bytes)
                return (Page(output.after, tuple(lines)),)
            case Look():
                return (Looked(output.letter, output.nonce, self._reader.hash_at(output.letter.w)),)
            case Delivered():
                self._delivered = output.upto
                self._report(output)
            case never:
                assert_never(never)
        return ()

    def _open(self, output: Open) -> None:
        self.close()
        self._number += 1
        self._connection = Connection(
            self._route.broker,
            self._route.cabinet,
            subscribe=self._route.subscriptions(),
            will=(self._route.topic(Channel.STATE), letters.presence(self._route, online=False)),
            emit=partial(_keep, self._inbox, self._number),
            version=output.version,
        )
        self._connection.open()

    def _tell(self) -> None:
        now = self._step.session
        changed = PostChanged(now.online, max(0, now.tip.last - self._delivered), now.why)
        told = self._told
        as_before = told is not None and (told.online, told.why) == (changed.online, changed.why)
        # A line that is on its way for a moment is no news, and two log lines a fact would wear the card.
        passing = as_before and changed.online and changed.waiting > 0
        if changed != told and not passing:
            self._told = changed
            self._report(changed)


def _keep(inbox: _Inbox, number: int, event: link.Event) -> None:
    if isinstance(event, link.Received) and (len(event.payload) > MAX_SENT_BYTES or inbox.qsize() >= _INBOX):
        return  # no letter of the server's is so long, and the next acknowledgement says what this one would have
    inbox.put((number, event))


def _tip(reader: JournalReader) -> Tip:
    last, head = reader.last()
    return Tip(reader.first(), last, head)


def _uptime_ms() -> int:
    return time.monotonic_ns() // 1_000_000
