"""This file knows how the server stays at the broker: dial, listen, hand to the intake, publish the answers.

One thread, the caller's, does everything; paho's thread only drops events into the inbox.
"""

import logging
import random
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore
from typing import Final, TypeAlias, assert_never

from sync.ingest.intake import Intake, Moment
from sync.ingest.reception import Answer
from sync.ingest.reconnect import Dialling, Line, Talking, Waiting, due_s, lost, not_connected
from sync.link import Connected, Event, Lost, PublishRefused, Received, Refused, Version
from sync.mqtt import Connection
from sync.wire import MAX_SENT_BYTES

_log = logging.getLogger(__name__)

INBOX_PLACES: Final = 512
"""Messages: with the largest batch 32 MiB, which a village's server has; what finds no place is sent again."""
OUTBOX_PLACES: Final = 4096
"""Answers of a few hundred bytes; the oldest is the first that a cabinet would ask for again."""
ROOM_S: Final = 0.002
"""How soon a full publishing window is tried again: a broker's PUBACK was measured at 0.3 to 4 ms."""
IDLE_S: Final = 60.0
"""Nothing is due: wake up all the same, so that no wait is without an end."""

Emit: TypeAlias = Callable[[Event], None]
Dial: TypeAlias = Callable[[Version, Emit], Connection]
"""Make a connection, not yet opened."""


class _Stop:
    """Put into the inbox, it ends the run."""


class Inbox:
    """Events on their way from paho's thread; bounded in messages, and each message in bytes."""

    def __init__(self, places: int = INBOX_PLACES) -> None:
        # SimpleQueue because its put may be called from a signal handler, in the middle of its own get.
        self._queue: SimpleQueue[tuple[int, Event] | _Stop] = SimpleQueue()
        self._free = BoundedSemaphore(places)
        self.overflowed = 0

    def offer(self, dialled: int, event: Event) -> None:
        """Never blocks: a message that finds no place is dropped and counted, and its cabinet sends it again."""
        if isinstance(event, Received):
            if not self._free.acquire(blocking=False):
                self.overflowed += 1
                return
            # One byte too many is enough to be refused by its length.
            event = Received(event.topic, event.payload[: MAX_SENT_BYTES + 1], event.retained)
        self._queue.put((dialled, event))

    def stop(self) -> None:
        """End the run; from any thread or signal handler."""
        self._queue.put(_Stop())

    def take(self, timeout_s: float) -> tuple[int, Event] | _Stop | None:
        """The next event; None after `timeout_s` without one."""
        try:
            item = self._queue.get(timeout=max(0.0, timeout_s))
        except Empty:
            return None
        if isinstance(item, tuple) and isinstance(item[1], Received):
            self._free.release()
        return item


class Consumer:
    """The server's one line to the broker. `run` blocks until `stop`."""

    def __init__(self, dial: Dial, intake: Intake, ready: Callable[[Connected], None]) -> None:
        """`ready` is told each time that the subscriptions stand."""
        self.inbox = Inbox()
        self._dial = dial
        self._intake = intake
        self._ready = ready
        self._outbox: deque[Answer] = deque(maxlen=OUTBOX_PLACES)
        self._connection: Connection | None = None
        self._dialled = 0
        self._line: Line = Waiting(time.monotonic(), 0)

    def stop(self) -> None:
        """End `run` in good order: what was gathered is committed first. From any thread or signal handler."""
        self.inbox.stop()

    def run(self) -> None:
        """Serve until stopped; a dial may hold up the stop for its 5 s. SinkError ends it: nothing was answered."""
        try:
            while True:
                self._keep_line()
                item = self.inbox.take(self._patience_s())
                if isinstance(item, _Stop):
                    break
                if item is not None and item[0] == self._dialled:
                    self._hear(item[1])
                if (due := self._intake.due_s()) is not None and due <= time.monotonic():
                    self._outbox.extend(self._intake.flush(_now()))
                self._publish()
            self._outbox.extend(self._intake.flush(_now()))
            self._publish()
        finally:
            self._hang_up()
            _log.info("stopped after %s, %d messages without a place", self._intake.tally, self.inbox.overflowed)

    def _patience_s(self) -> float:
        due = [due_s(self._line), self._intake.due_s()]
        wait_s = min((each - time.monotonic() for each in due if each is not None), default=IDLE_S)
        blocked = self._outbox and isinstance(self._line, Talking)
        return min(wait_s, IDLE_S, ROOM_S if blocked else IDLE_S)

    def _keep_line(self) -> None:
        """Dial when it is time to, or give up a dialling that nobody answers."""
        due = due_s(self._line)
        if due is None or due > time.monotonic():
            return
        if isinstance(self._line, Dialling):
            self._failed(self._line, None)
        elif isinstance(self._line, Waiting):
            self._dial_again(self._line)

    def _dial_again(self, waiting: Waiting) -> None:
        self._dialled += 1
        dialled = self._dialled
        self._connection = self._dial(waiting.version, lambda event: self.inbox.offer(dialled, event))
        self._connection.open()
        self._line = Dialling(waiting.version, time.monotonic(), waiting.failures)

    def _hear(self, event: Event) -> None:
        match event:
            case Received(topic=topic, payload=payload, retained=retained):
                self._intake.hear(topic, payload, retained=retained, now=_now())
            case Connected(version=version):
                self._line = Talking(time.monotonic(), self._line.failures)
                _log.info("connected with MQTT %s", "5" if version == 5 else "3.1.1")
                self._ready(event)
            case Refused():
                if isinstance(self._line, Dialling):
                    self._failed(self._line, event)
            case Lost(why=why):
                if isinstance(self._line, Talking):
                    self._wait(lost(self._line, time.monotonic(), _chance()), why)
            case PublishRefused(why=why):
                _log.warning("the broker refused an answer: %s; its cabinet asks again", why)
            case _ as never:
                assert_never(never)

    def _failed(self, line: Dialling, refused: Refused | None) -> None:
        why = "no CONNACK" if refused is None else refused.why
        self._wait(not_connected(line, refused, time.monotonic(), _chance()), why)

    def _wait(self, waiting: Waiting, why: str) -> None:
        self._hang_up()
        self._line = waiting
        _log.warning("broker: %s; dialled again in %.1f s", why, max(0.0, waiting.until_s - time.monotonic()))

    def _publish(self) -> None:
        while self._outbox and self._connection is not None and isinstance(self._line, Talking):
            if not self._connection.publish(self._outbox[0].topic, self._outbox[0].payload):
                return
            self._outbox.popleft()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        # What it said and still waits in the inbox is of a line that is no more.
        self._dialled += 1


def _now() -> Moment:
    return Moment(time.monotonic(), time.time_ns() // 1_000_000)


def _chance() -> float:
    return random.random()  # noqa: S311  jitter is no secret
