"""This file knows what a store of facts promises the consumer: one flush, one transaction, and only then an ack.

The types here are shared by every sink (SQLite today); the promise itself is held by the conformance suite.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, TypeAlias

import msgspec

from sync.wire import GENESIS, Refused

JournalId: TypeAlias = tuple[str, str]
"""(cabinet, epoch): one gapless run of lines."""


class Alarm(StrEnum):
    """What a person should look at; nothing is stored of the batch that raised it."""

    GAP = "gap"
    """Lines before these are missing here; the present watermark is the answer. Ordinary after a lost message."""
    FORK = "fork"
    """The cabinet signed another hash for a line that is stored: a cloned or restored card. Never merged."""
    UNCHAINED = "unchained"
    """The lines do not lead from what is stored to the signed hash: changed on the way, or another past before them."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Lines from a cabinet whose signature on (epoch, first, last, h) is already checked; the lines are not."""

    cabinet: str
    epoch: str
    first: int
    """Sequence number of the first line; at least 1."""
    h: bytes
    """The signed chain hash of the last line."""
    lines: tuple[bytes, ...]
    """At least one, at most 500."""
    known_ms: int
    """When this server received it: Unix milliseconds. Says when we knew, never when it happened."""

    @property
    def last(self) -> int:
        """Sequence number of the last line."""
        return self.first + len(self.lines) - 1


class Watermark(msgspec.Struct, frozen=True):
    """Up to where a journal is held without a gap, and the chain hash there."""

    w: int = 0
    hw: bytes = GENESIS


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one journal's batches in a committed flush."""

    mark: Watermark
    refused: tuple[Refused, ...] = ()
    """Lines within these batches that are parked, in this flush or an earlier one."""
    alarms: tuple[Alarm, ...] = ()

    def then(self, later: "Outcome") -> "Outcome":
        """Both as one: what the journal's next batch in the same flush adds."""
        refused = {each.seq: each for each in (*self.refused, *later.refused)}
        return Outcome(
            mark=later.mark,
            refused=tuple(refused[seq] for seq in sorted(refused)),
            alarms=tuple(dict.fromkeys((*self.alarms, *later.alarms))),
        )


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """A cabinet's signed hello, as far as the store must remember or check it."""

    cabinet: str
    epoch: str
    first: int
    last: int
    hlast: bytes
    boot: str
    uptime_ms: int
    software: str
    nonce: str
    """Of the cabinet's present connection; acks are sealed over it."""
    known_ms: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the store says to a greeting."""

    mark: Watermark
    fresh: bool
    """False for a greeting older than one already known of the same boot: it changed nothing."""
    alarms: tuple[Alarm, ...] = ()


class SinkError(Exception):
    """The store failed and nothing of this call was kept; its text says what, where and what to do."""


class Sink(Protocol):
    """Where facts are kept. Every call is one transaction, durable when it returns, or SinkError and no change."""

    def flush(self, batches: Sequence[Batch]) -> Mapping[JournalId, Outcome]:
        """Store what extends each journal, project the ledger, move the watermarks; one outcome a journal."""
        ...

    def greet(self, greetings: Sequence[Greeting]) -> Sequence[Standing]:
        """Remember each cabinet's nonce and check its last hash against what is stored; one standing a greeting."""
        ...

    def watermark(self, cabinet: str, epoch: str) -> Watermark:
        """Up to where this journal is held; 0 and the genesis hash when nothing is."""
        ...

    def nonce(self, cabinet: str) -> str | None:
        """The nonce of the cabinet's last greeting; None when it never greeted this store."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
