"""This file knows every thing that can happen to a cabinet. Past tense; nothing here decides."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

Reading: TypeAlias = Literal["open", "closed", "unknown"]
"""What a door switch says; unknown when the board does not answer."""


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A reader saw a code; the text may be a stranger's and stays out of every repr and log."""

    text: str = field(repr=False)


class StrangeCodeRead(msgspec.Struct, frozen=True):
    """A reader saw a code that cannot be ours, and kept its text to itself."""

    chars: int


class DoorObserved(msgspec.Struct, frozen=True):
    """A door switch was read: on every change, and once for every door after a start or a lost board."""

    door: int
    reading: Reading


class PulseReported(msgspec.Struct, frozen=True):
    """What became of a pulse that was asked for: it says nothing about the door."""

    door: int
    intent: int
    outcome: Literal["sent", "silent", "refused"]
    """silent = sent and not answered: the bolt may have moved."""
    why: str = ""


class KeyPressed(msgspec.Struct, frozen=True):
    """A key of the number pad, or the same thing said with the menu card."""

    key: Literal["yes", "no"]


class DoorChosen(msgspec.Struct, frozen=True):
    """A resident asked for a door by its number."""

    door: int


class FactsDelivered(msgspec.Struct, frozen=True):
    """The server has committed the facts of this epoch up to here."""

    upto: int


class StopAsked(msgspec.Struct, frozen=True):
    """The daemon is to end in good order."""

    why: str


class TimeUp(msgspec.Struct, frozen=True):
    """The instant asked for with `wake_at` has come."""


Signal = (
    CodeRead
    | StrangeCodeRead
    | DoorObserved
    | PulseReported
    | KeyPressed
    | DoorChosen
    | FactsDelivered
    | StopAsked
    | TimeUp
)
