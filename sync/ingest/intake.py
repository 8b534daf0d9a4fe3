"""This file knows the way of a message: read, gathered, committed, and only then answered.

No thread, socket or clock here: the consumer brings messages and the time, and publishes the answers.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from sync.ingest.complaints import MAX_NAMES, Complaints, one_line
from sync.ingest.gathering import Gathering
from sync.ingest.reception import Answer, Dropped, Here, Reception
from sync.ingest.sink import Alarm, Batch, Greeting, JournalId, Outcome, Sink, Standing

_log = logging.getLogger(__name__)
_REMEDY: Final = {
    Alarm.GAP: "lines before it are missing here; asked for again",
    Alarm.FORK: "another hash for lines that are stored: a cloned or restored card; nothing is merged",
    Alarm.UNCHAINED: "lines do not lead to the signed hash: changed on the way, or another past; nothing was stored",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on both clocks."""

    monotonic_s: float
    unix_ms: int


@dataclass(slots=True)
class Tally:
    """What came by since the start."""

    batches: int = 0
    greetings: int = 0
    dropped: int = 0
    flushes: int = 0
    gaps: int = 0
    unanswered: int = 0
    """Committed, but the cabinet's nonce is not known yet: it hears of it after its next hello."""


class Intake:
    """Between the broker and the sink. SinkError goes through: nothing of that flush was stored or answered."""

    def __init__(self, sink: Sink, reception: Reception) -> None:
        self.tally = Tally()
        self._sink = sink
        self._reception = reception
        self._gathering = Gathering()
        self._complaints = Complaints()
        self._comings = Complaints()
        self._boot: dict[str, str] = {}
        self._online: dict[str, bool] = {}

    def hear(self, topic: str, payload: bytes, *, retained: bool, now: Moment) -> None:
        """Take a message in; what is wrong with it is counted and logged, at most one line a cabinet a minute."""
        letter = self._reception.read(topic, payload, retained=retained, known_ms=now.unix_ms)
        match letter:
            case Batch():
                self.tally.batches += 1
                self._gathering.add(letter, now.monotonic_s)
            case Greeting():
                self.tally.greetings += 1
                self._gathering.add(letter, now.monotonic_s)
            case Here():
                self._see(letter, now)
            case Dropped(cabinet=cabinet, why=why):
                self.tally.dropped += 1
                self._complain(cabinet, f"dropped: {why}", now)
            case _ as never:
                assert_never(never)

    def due_s(self) -> float | None:
        """When to flush, on the monotonic clock; None while nothing waits."""
        return self._gathering.due_s

    def flush(self, now: Moment) -> list[Answer]:
        """Commit all that waits; what to publish now that it is durable. Blocks for the sink's transactions."""
        batches, greetings = self._gathering.take()
        outcomes = self._sink.flush(batches) if batches else {}
        standings = self._sink.greet(greetings) if greetings else ()
        self.tally.flushes += 1
        answers: list[Answer] = []
        for greeting, standing in zip(greetings, standings, strict=True):
            answers.extend(self._welcome(greeting, standing, now))
        for journal, outcome in outcomes.items():
            answers.extend(self._ack(journal, outcome, now))
        return answers

    def _welcome(self, greeting: Greeting, standing: Standing, now: Moment) -> Iterator[Answer]:
        if not standing.fresh:
            return
        self._boot[greeting.cabinet] = greeting.boot
        for alarm in standing.alarms:
            self._complain(greeting.cabinet, f"hello, epoch {greeting.epoch}: {_REMEDY[alarm]}", now)
        if greeting.first > standing.mark.w + 1:
            missing = f"{standing.mark.w + 1} to {greeting.first - 1}"
            self._complain(greeting.cabinet, f"epoch {greeting.epoch}: lines {missing} are held by nobody", now)
        yield self._reception.welcome(greeting, standing.mark, now.unix_ms)

    def _ack(self, journal: JournalId, outcome: Outcome, now: Moment) -> Iterator[Answer]:
        cabinet, epoch = journal
        self.tally.gaps += Alarm.GAP in outcome.alarms
        for alarm in outcome.alarms:
            if alarm is not Alarm.GAP:
                self._complain(cabinet, f"epoch {epoch} after {outcome.mark.w}: {_REMEDY[alarm]}", now)
        if outcome.refused:
            first = outcome.refused[0]
            self._complain(cabinet, f"{len(outcome.refused)} lines parked; line {first.seq}: {first.why}", now)
        nonce = self._sink.nonce(cabinet)
        if nonce is None:
            self.tally.unanswered += 1
            return
        yield from self._reception.acks(cabinet, epoch, outcome, nonce)

    def _see(self, here: Here, now: Moment) -> None:
        # A will of an older boot says only that its connection is gone, not that the cabinet is.
        if not here.online and self._boot.get(here.cabinet, here.boot) != here.boot:
            return
        if self._online.get(here.cabinet) is here.online:
            return
        # Nobody signs a state: whoever reaches the broker may send any number of them, in any name.
        if here.cabinet in self._online or len(self._online) < MAX_NAMES:
            self._online[here.cabinet] = here.online
        if self._comings.due(f"{here.cabinet} {here.online}", now.monotonic_s) is not None:
            _log.info("%s is %s", here.cabinet, "online" if here.online else "offline")

    def _complain(self, cabinet: str, text: str, now: Moment) -> None:
        count = self._complaints.due(cabinet, now.monotonic_s)
        if count is not None:
            many = f" ({count} complaints since the last)" if count > 1 else ""
            _log.warning("%s: %s%s", cabinet or "?", one_line(text), many)
