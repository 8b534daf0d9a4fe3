"""A cabinet's desk for tests of the session: its keys, a journal in memory, and playbooks.

A playbook is read from top to bottom: `happens` puts one event in at a time, and says everything that must come out.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sync.cabinet import session as sessions
from sync.cabinet.letters import Route, Tip
from sync.cabinet.stages import Event, Look, Looked, Luck, Output, Page, Read, Session
from sync.signature import SigningKey
from sync.wire import GENESIS, chain, encode_line
from tests.sync.cabinet.counterpart import Server
from tests.sync.cabinet.facts_of_a_day import BOOT, fact, stamp

CABINET_KEY = SigningKey(hashlib.sha256(b"cabinet").digest())
SERVER_KEY = SigningKey(hashlib.sha256(b"server").digest())
STRANGER_KEY = SigningKey(hashlib.sha256(b"stranger").digest())
EPOCH = "00000000000000e1"


def route(broker: str = "mqtt://127.0.0.1:1") -> Route:
    return Route("community", "C1", broker, CABINET_KEY, SERVER_KEY.public, BOOT, "test 1")


def server() -> Server:
    return Server(SERVER_KEY, CABINET_KEY.public)


def nonce(number: int) -> str:
    return f"{number:032x}"


@dataclass
class Log:
    """A journal without a disk."""

    epoch: str = EPOCH
    lines: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=lambda: [GENESIS])
    first: int = 1

    def grow(self, count: int = 1) -> None:
        for seq in range(len(self.lines) + 1, len(self.lines) + 1 + count):
            self.lines.append(encode_line("C1", self.epoch, seq, stamp(seq), fact(seq)))
            self.hashes.append(chain(self.hashes[-1], self.lines[-1]))

    @property
    def tip(self) -> Tip:
        return Tip(self.first, len(self.lines), self.hashes[-1])

    def answer(self, output: Output) -> Event | None:
        """What the journal says to a question; None when it was not asked."""
        if isinstance(output, Read):
            found: list[bytes] = []
            size = 0
            for line in self.lines[output.after : output.after + output.max_lines]:
                size += len(line)
                if found and size > output.max_bytes:
                    break
                found.append(line)
            return Page(output.after, tuple(found))
        if isinstance(output, Look):
            w = output.letter.w
            here = w == 0 or self.first <= w <= len(self.lines)
            return Looked(output.letter, output.nonce, self.hashes[w] if here else None)
        return None


class Playbook:
    """One session with exact times; questions to the journal are answered from `log` unless they are asked for."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = Log() if log is None else log
        self.now_ms = 1000
        self.luck = Luck(0.5, nonce(1))
        begun = sessions.begin(route(), self.log.epoch, self.log.tip, self.now_ms)
        assert begun.outputs == ()
        self.session: Session = begun.session
        self.wake_at_ms = begun.wake_at_ms

    def happens(self, event: Event, *, after_ms: int = 0) -> list[Output]:
        """Let one event happen; every output but questions to the journal, which is asked on the spot."""
        self.now_ms += after_ms
        events, outputs = [event], []
        while events:
            step = sessions.step(self.session, events.pop(0), self.now_ms, self.luck)
            self.session, self.wake_at_ms = step.session, step.wake_at_ms
            for output in step.outputs:
                answer = self.log.answer(output)
                if answer is None:
                    outputs.append(output)
                else:
                    events.append(answer)
        return outputs

    def due(self) -> int | None:
        """When the session wants to be woken, if it does."""
        return self.wake_at_ms

    def all_happen(self, events: Iterable[Event]) -> list[Output]:
        return [output for event in events for output in self.happens(event)]
