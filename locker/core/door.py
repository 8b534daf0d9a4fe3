"""This file knows one door: what its switch, its bolt and the passing of time make of it.

    Unknown ──closed──► Shut ──Asked──► Opening ──open──► Open ──closed and stable──► Shut
       ▲                 ▲ │              │ twice not opened                │
       └── board silent ─┘ └─open: nobody asked──► Open    └──► Stuck       └─ board silent ─► Unknown(held)

A pulse is never proof: only the switch opens a door here. Times are the cabinet's uptime in ms. Pure, total: the world
cannot do anything that a state has no answer for.
"""

from enum import StrEnum
from typing import Literal, assert_never

import msgspec

from locker.core.rules import MS_PER_S, Limits
from locker.core.signals import Reading

MAX_ATTEMPTS = 2
"""One pulse, and one more after a slow pull's time has passed; an unlock is never retried blindly."""


class Unknown(msgspec.Struct, frozen=True):
    """Nobody knows: the board has not answered yet, or not any more."""

    held: bool = False
    """A visit's door was open when the board fell silent; it still belongs to that visit."""


class Shut(msgspec.Struct, frozen=True):
    """Closed, by its switch."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A pulse was asked for; the leaf has not moved yet."""

    intent: int
    attempt: int
    until_ms: int
    blind: bool = False
    """The board is silent just now."""
    missed: bool = False
    """The board was silent since the pulse: the leaf may have moved unseen, so no second pulse."""


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Open, by its switch."""

    remind_ms: int
    closing_ms: int | None = None
    """Since when the switch says closed again; a leaf bounces."""


class Stuck(msgspec.Struct, frozen=True):
    """Pulsed as often as is allowed and never seen open."""


Door = Unknown | Shut | Opening | Open | Stuck


class Asked(msgspec.Struct, frozen=True):
    """The cabinet pulses this door, for this intent."""

    intent: int
    attempt: int


class Seen(msgspec.Struct, frozen=True):
    """The switch was read."""

    reading: Reading


class PulseAnswered(msgspec.Struct, frozen=True):
    """The hands report on the pulse of an intent."""

    intent: int
    outcome: Literal["sent", "silent", "refused"]


class Used(msgspec.Struct, frozen=True):
    """Whoever has it open is busy there: a label was shown."""


class Tick(msgspec.Struct, frozen=True):
    """Time has passed."""


Event = Asked | Seen | PulseAnswered | Used | Tick


class Happening(StrEnum):
    """What the rest of the cabinet must hear of."""

    OPENED = "opened"
    OPENED_UNASKED = "opened_unasked"
    CLOSED = "closed"
    TRY_AGAIN = "try_again"
    NOT_OPENED = "not_opened"
    NOT_PULSED = "not_pulsed"
    OUTCOME_UNKNOWN = "outcome_unknown"
    LEFT_OPEN = "left_open"
    LOST = "lost"
    FOUND = "found"


class Waits(msgspec.Struct, frozen=True):
    """How long this door may take, ms."""

    open_ms: int
    settle_ms: int
    remind_ms: int


Result = tuple[Door, tuple[Happening, ...]]


def waits(limits: Limits, left_open_s: int) -> Waits:
    """The waits of a door whose kind is reminded after `left_open_s`."""
    return Waits(limits.open_wait_s * MS_PER_S, limits.settle_ms, left_open_s * MS_PER_S)


def step(door: Door, event: Event, now_ms: int, waits: Waits) -> Result:
    """Say what `event` at `now_ms` makes of `door`."""
    match door:
        case Unknown():
            return _unknown(door, event, now_ms, waits)
        case Shut():
            return _shut(door, event, now_ms, waits)
        case Opening():
            return _opening(door, event, now_ms, waits)
        case Open():
            return _open(door, event, now_ms, waits)
        case Stuck():
            return _stuck(door, event, now_ms, waits)
    assert_never(door)


def wake_at(door: Door, settle_ms: int) -> int | None:
    """When `door` wants a `Tick`; None for never."""
    match door:
        case Opening():
            return door.until_ms
        case Open():
            return door.remind_ms if door.closing_ms is None else door.closing_ms + settle_ms
        case Unknown() | Shut() | Stuck():
            return None
    assert_never(door)


def _unknown(door: Unknown, event: Event, now_ms: int, waits: Waits) -> Result:
    match event:
        case Seen(reading="closed"):
            if door.held:
                return Open(remind_ms=now_ms + waits.remind_ms, closing_ms=now_ms), (Happening.FOUND,)
            return Shut(), (Happening.FOUND,)
        case Seen(reading="open"):
            opened = Open(remind_ms=now_ms + waits.remind_ms)
            return opened, (Happening.FOUND,) if door.held else (Happening.FOUND, Happening.OPENED_UNASKED)
        case Seen() | Asked() | PulseAnswered() | Used() | Tick():
            return door, ()
    assert_never(event)


def _shut(door: Shut, event: Event, now_ms: int, waits: Waits) -> Result:
    match event:
        case Asked():
            return Opening(intent=event.intent, attempt=event.attempt, until_ms=now_ms + waits.open_ms), ()
        case Seen(reading="open"):
            return Open(remind_ms=now_ms + waits.remind_ms), (Happening.OPENED_UNASKED,)
        case Seen(reading="unknown"):
            return Unknown(), (Happening.LOST,)
        case Seen() | PulseAnswered() | Used() | Tick():
            return door, ()
    assert_never(event)


def _opening(door: Opening, event: Event, now_ms: int, waits: Waits) -> Result:
    match event:
        case Seen(reading="open"):
            happened = (Happening.FOUND, Happening.OPENED) if door.blind else (Happening.OPENED,)
            return Open(remind_ms=now_ms + waits.remind_ms), happened
        case Seen(reading="closed"):
            return msgspec.structs.replace(door, blind=False), (Happening.FOUND,) if door.blind else ()
        case Seen(reading="unknown"):
            return msgspec.structs.replace(door, blind=True, missed=True), () if door.blind else (Happening.LOST,)
        case PulseAnswered(outcome="refused") if event.intent == door.intent:
            return Unknown() if door.blind else Shut(), (Happening.NOT_PULSED,)
        case PulseAnswered() if event.intent == door.intent:
            # The slow pull's time counts from the pulse, which may have waited for another coil.
            return msgspec.structs.replace(door, until_ms=now_ms + waits.open_ms), ()
        case Tick() if now_ms >= door.until_ms:
            return _not_opened(door)
        case Asked():  # the second pulse, which TRY_AGAIN asked for
            return Opening(intent=event.intent, attempt=event.attempt, until_ms=now_ms + waits.open_ms), ()
        case Seen() | PulseAnswered() | Used() | Tick():
            return door, ()
    assert_never(event)


def _not_opened(door: Opening) -> Result:
    if door.missed:
        return Unknown() if door.blind else Shut(), (Happening.OUTCOME_UNKNOWN,)
    if door.attempt < MAX_ATTEMPTS:
        return door, (Happening.TRY_AGAIN,)
    return Stuck(), (Happening.NOT_OPENED,)


def _open(door: Open, event: Event, now_ms: int, waits: Waits) -> Result:
    match event:
        case Seen(reading="closed"):
            return door if door.closing_ms is not None else msgspec.structs.replace(door, closing_ms=now_ms), ()
        case Seen(reading="open"):
            return msgspec.structs.replace(door, closing_ms=None), ()
        case Seen(reading="unknown"):
            return Unknown(held=True), (Happening.LOST,)
        case Used():
            return msgspec.structs.replace(door, remind_ms=now_ms + waits.remind_ms), ()
        case Tick() if door.closing_ms is not None and now_ms >= door.closing_ms + waits.settle_ms:
            return Shut(), (Happening.CLOSED,)
        case Tick() if door.closing_ms is None and now_ms >= door.remind_ms:
            return msgspec.structs.replace(door, remind_ms=now_ms + waits.remind_ms), (Happening.LEFT_OPEN,)
        case Seen() | Asked() | PulseAnswered() | Tick():
            return door, ()
    assert_never(event)


def _stuck(door: Stuck, event: Event, now_ms: int, waits: Waits) -> Result:
    match event:
        case Seen(reading="open"):  # somebody pulled after all, long after the intent was given up
            return Open(remind_ms=now_ms + waits.remind_ms), (Happening.OPENED_UNASKED,)
        case Seen(reading="unknown"):
            return Unknown(), (Happening.LOST,)
        case Seen() | Asked() | PulseAnswered() | Used() | Tick():
            return door, ()
    assert_never(event)
