"""What a bus tells whoever listens: how doors are seen, and what became of each pulse."""

from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.board import DoorReading


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock: the name of its board, and its number there, from 1."""

    board: str
    number: int


class PulseOutcome(StrEnum):
    """What became of a pulse that was asked for. None of them says that a door opened: only its switch can."""

    SENT = "sent"
    """The board answered the request."""
    REFUSED = "refused"
    """Nothing was sent, nor will be."""
    SILENT = "silent"
    """It was sent, and no answer came: the bolt may or may not have moved."""


@dataclass(frozen=True, slots=True)
class LockSeen:
    """A door's reading changed, or is told again because the line was opened anew."""

    lock: Lock
    reading: DoorReading


@dataclass(frozen=True, slots=True)
class PulseDone:
    """What became of the pulse asked for with `ticket`; `why` is for the log, empty when it was sent."""

    ticket: int
    lock: Lock
    outcome: PulseOutcome
    why: str


Report = LockSeen | PulseDone


@dataclass(frozen=True, slots=True)
class BusHealth:
    """How a bus itself is doing; told on change only, for the log and for volunteers."""

    answering: bool
    """Whether every board on it was last heard."""
    why: str
    """What is in the way; empty when nothing is."""
