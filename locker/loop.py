"""This file knows the loop: inbox → step → journal → actions, in the one thread that owns the cabinet.

Facts are durable before the first action is done. No other thread touches the cabinet or writes the journal; they drop
a signal into the inbox, or read the last frozen `Cabinet`.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, assert_never

from locker.core import cabinet as core
from locker.core import memory
from locker.core.actions import (
    Action,
    Halt,
    MarkDelivered,
    NoteStrangeCode,
    PulseBolt,
    Screen,
    ShowScreen,
    WatchDoors,
)
from locker.core.draft import Cabinet, Step
from locker.core.memory import Memory
from locker.core.signals import CodeRead, PulseReported, Signal, TimeUp
from locker.core.site import Site
from locker.worker import WorkerDied
from sync.cabinet.journal import Journal
from sync.stamp import Clock, Stamp

INBOX: Final = 1024
"""Signals that may wait: a minute of ten doors polled at 10 Hz, far beyond what a step of 100 us lets pile up."""
POST_WAIT_S: Final = 5.0
"""How long an edge waits for a full inbox: beyond that the loop is dead, and so must the daemon be."""
CHECKPOINT_FACTS: Final = 500
"""Facts between checkpoints: a few days of a busy cabinet, and a boot that replays them in milliseconds."""
KEPT_MS: Final = 30 * 24 * 3_600_000
"""What the server has acknowledged stays this long for diagnostics; a bite of it goes with each checkpoint."""
MAX_WAIT_S: Final = 5.0
"""The loop turns at least this often, so that a watchdog hears of it."""


class Hands(Protocol):
    """What moves bolts. Neither call blocks."""

    def pulse(self, door: int, intent: int) -> bool:
        """Queue one pulse; False when it was not taken. What became of it comes back as `PulseReported`."""

    def watch(self, doors: frozenset[int]) -> None:
        """Poll these doors fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Where the loop's actions go. No call may block."""

    hands: Hands
    show: Callable[[Screen], None]
    strange: Callable[[int, int], None]
    """Log a code that is not ours: characters, count."""
    kept: Callable[[], None]
    """Facts were appended: the post has work."""
    turned: Callable[[], None]
    """The loop has turned: feed the watchdog."""


class Loop:
    """The cabinet's one thread of decision."""

    def __init__(self, site: Site, journal: Journal, edges: Edges, now: Callable[[], Stamp], software: str) -> None:
        """Take the parts; nothing happens before `begin`."""
        self._site = site
        self._journal = journal
        self._edges = edges
        self._now = now
        self._software = software
        self._inbox: queue.Queue[Signal | WorkerDied] = queue.Queue(INBOX)
        self._wake_at: int | None = None
        self._facts_since_checkpoint = 0
        self._halted = False
        self.cabinet: Cabinet | None = None
        """The last frozen state, for anybody to read; None before `begin`."""

    def post(self, signal: Signal | WorkerDied) -> None:
        """Drop a signal into the inbox, from any thread. A code that finds it full is dropped: it is shown again.

        Blocks at most POST_WAIT_S, then raises queue.Full: nothing that a door said may be lost.
        """
        if isinstance(signal, CodeRead):
            try:
                self._inbox.put_nowait(signal)
            except queue.Full:
                return
        else:
            self._inbox.put(signal, timeout=POST_WAIT_S)

    def begin(self) -> None:
        """Recall what the journal knows and wake the cabinet up. Before any edge is started."""
        recalled = self._journal.recall()
        known = Memory() if recalled.state is None else memory.decode(recalled.state)
        for entry in recalled.entries:
            known = memory.fold(known, entry.fact)
        now = self._now()
        self._take(core.begin(self._site, known, now, self._software), now)

    def run(self) -> WorkerDied | None:
        """Turn until the cabinet has halted; returns the worker whose death ended it, if one did."""
        while not self._halted:
            died = self.turn()
            if died is not None:
                return died
        self._checkpoint()
        return None

    def turn(self) -> WorkerDied | None:
        """Wait at most MAX_WAIT_S for a signal, or for the time that was asked for, and take it through."""
        assert self.cabinet is not None, "begin first"
        signal = self._next()
        if isinstance(signal, WorkerDied):
            return signal
        if signal is not None:
            now = self._now()
            self._take(core.step(self.cabinet, signal, now), now)
        if self._facts_since_checkpoint >= CHECKPOINT_FACTS and self._inbox.empty():
            self._checkpoint()
        self._edges.turned()
        return None

    def _next(self) -> Signal | WorkerDied | None:
        wait_s = MAX_WAIT_S
        if self._wake_at is not None:
            wait_s = min(wait_s, max(0.0, (self._wake_at - self._now().uptime_ms) / 1000))
        try:
            return self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
        except queue.Empty:
            due = self._wake_at is not None and self._now().uptime_ms >= self._wake_at
            return TimeUp() if due else None

    def _take(self, step: Step, now: Stamp) -> None:
        if step.facts:
            self._journal.append(now, step.facts)
            self._facts_since_checkpoint += len(step.facts)
        self.cabinet = step.cabinet
        self._wake_at = step.wake_at
        for action in step.actions:
            self._do(action)
        if step.facts:
            self._edges.kept()

    def _do(self, action: Action) -> None:
        match action:
            case PulseBolt():
                if not self._edges.hands.pulse(action.door, action.intent):
                    refused = PulseReported(action.door, action.intent, "refused", "the lock board's queue is full")
                    self.post(refused)
            case WatchDoors():
                self._edges.hands.watch(action.doors)
            case ShowScreen():
                self._edges.show(action.screen)
            case NoteStrangeCode():
                self._edges.strange(action.chars, action.count)
            case MarkDelivered():
                self._journal.mark_delivered(action.upto)
            case Halt():
                self._halted = True
            case _:
                assert_never(action)

    def _checkpoint(self) -> None:
        assert self.cabinet is not None, "begin first"
        self._journal.checkpoint(memory.encode(self.cabinet.memory))
        self._facts_since_checkpoint = 0
        now = self._now()
        if now.utc_ms is not None and now.clock in (Clock.NTP, Clock.RTC):
            self._journal.sweep(now.utc_ms - KEPT_MS)
