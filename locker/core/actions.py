"""This file knows every thing the cabinet can do. Imperative; done by the loop after the facts are on disk."""

from collections.abc import Mapping

import msgspec


class Screen(msgspec.Struct, frozen=True):
    """What the resident sees and hears: a key of `sync/text`, and its arguments. No words here."""

    key: str
    args: Mapping[str, str | int] = {}


class PulseBolt(msgspec.Struct, frozen=True):
    """Pulse the door's bolt once, for this intent."""

    door: int
    intent: int


class WatchDoors(msgspec.Struct, frozen=True):
    """Poll these doors fast; all others slowly."""

    doors: frozenset[int]


class ShowScreen(msgspec.Struct, frozen=True):
    """Show and say this until the next one."""

    screen: Screen


class NoteStrangeCode(msgspec.Struct, frozen=True):
    """Log one line: a code that is not ours, `count` of them since the last line. Never its text."""

    chars: int
    count: int


class MarkDelivered(msgspec.Struct, frozen=True):
    """Take the facts up to here out of the unsent set."""

    upto: int


class Halt(msgspec.Struct, frozen=True):
    """The last fact is written: end."""


Action = PulseBolt | WatchDoors | ShowScreen | NoteStrangeCode | MarkDelivered | Halt
