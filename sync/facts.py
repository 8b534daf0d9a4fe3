"""This file knows every fact: the things a cabinet remembers for ever.

A fact is the journal's row, the line on the wire and the server's input. Facts are past tense, never edited,
and complete in themselves. Adding a field with a default is a minor change; anything else is a new type name.
Pure: no IO, no clock.
"""

from typing import ClassVar, Literal, TypeAlias, get_args

import msgspec

from sync.reasons import Cause, Evidence, Fault


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened, for ever."""

    name: ClassVar[str]
    """The middle of the wire's type: `locker.{name}.v1`."""
    about: ClassVar[str | None] = None
    """The field that says what the fact is about; None for the cabinet itself."""


class Started(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The daemon began."""

    name: ClassVar[str] = "cabinet.started"
    software: str
    before: Literal["nothing", "stopped", "cut_off"]
    """How the run before it ended; cut_off = by power, kill or crash."""


class Stopped(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The daemon ended in good order."""

    name: ClassVar[str] = "cabinet.stopped"
    why: str


class Identified(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A valid pass began a visit."""

    name: ClassVar[str] = "visit.identified"
    about: ClassVar[str | None] = "visit"
    visit: int
    resident: str
    """Pseudonym, 12 lower-case hex digits."""
    pass_type: int
    serial: int
    issuer: int


class PassRefused(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A pass of the community was shown and opens nothing here and now."""

    name: ClassVar[str] = "pass.refused"
    about: ClassVar[str | None] = "resident"
    resident: str
    serial: int
    why: str


class OpeningIntended(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A bolt is about to be pulsed, and this is why. Durable before the pulse."""

    name: ClassVar[str] = "door.opening_intended"
    about: ClassVar[str | None] = "door"
    intent: int
    door: int
    cause: Cause
    attempt: int = 1
    visit: int | None = None
    item: str | None = None


class BoltPulsed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The pulse left for the lock board. It does not say that the door opened."""

    name: ClassVar[str] = "door.bolt_pulsed"
    about: ClassVar[str | None] = "door"
    intent: int
    door: int
    answered: bool
    """Whether the board answered; only its door switch says what became of it."""


class PulseRefused(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """No pulse was sent for this intent."""

    name: ClassVar[str] = "door.pulse_refused"
    about: ClassVar[str | None] = "door"
    intent: int
    door: int
    why: str


class OpeningVoided(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The intent ends without an opened door: nobody took anything."""

    name: ClassVar[str] = "door.opening_voided"
    about: ClassVar[str | None] = "door"
    intent: int
    door: int
    why: Literal["not_opened", "not_pulsed", "unknown"]
    visit: int | None = None


class DoorOpened(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The door switch says open, as intended."""

    name: ClassVar[str] = "door.opened"
    about: ClassVar[str | None] = "door"
    door: int
    intent: int | None = None
    visit: int | None = None


class OpenedUnasked(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The door switch says open and nobody asked for it; nobody is charged."""

    name: ClassVar[str] = "door.opened_unasked"
    about: ClassVar[str | None] = "door"
    door: int


class DoorClosed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The door switch has said closed for long enough to believe it."""

    name: ClassVar[str] = "door.closed"
    about: ClassVar[str | None] = "door"
    door: int
    visit: int | None = None


class LabelShown(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A label was shown at an open door: an act in waiting, settled when the door closes."""

    name: ClassVar[str] = "visit.label_shown"
    about: ClassVar[str | None] = "item"
    item: str
    door: int
    visit: int


class LabelWithdrawn(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The same label was shown again: not this one."""

    name: ClassVar[str] = "visit.label_withdrawn"
    about: ClassVar[str | None] = "item"
    item: str
    door: int
    visit: int


class Borrowed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A resident has the item."""

    name: ClassVar[str] = "item.borrowed"
    about: ClassVar[str | None] = "item"
    item: str
    resident: str
    visit: int
    door: int
    evidence: Evidence
    due: str | None = None
    """Local date `YYYY-MM-DD`; None while the clock is unknown: the server sets it."""
    over_limit: bool = False
    interrupted: bool = False
    """The visit was cut off; this rests on what the switch and the labels had said."""


class Returned(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The item came back to this cabinet."""

    name: ClassVar[str] = "item.returned"
    about: ClassVar[str | None] = "item"
    item: str
    door: int
    evidence: Evidence
    seen: bool
    """Whether more than a label vouches for it; False = returned-unseen: no blame, and looked at again."""
    visit: int | None = None
    interrupted: bool = False


class Browsed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A door was opened and closed and nobody says that anything was taken."""

    name: ClassVar[str] = "visit.browsed"
    about: ClassVar[str | None] = "visit"
    visit: int
    door: int


class VisitInterrupted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Power, kill or crash cut a visit off; this is all the evidence there is."""

    name: ClassVar[str] = "visit.interrupted"
    about: ClassVar[str | None] = "visit"
    visit: int | None
    """None for an opening by label, which names nobody."""
    stage: Literal["identified", "intended", "pulsed", "opened", "asked"]
    """The last edge that is on record."""
    door: int | None = None
    leaf: Literal["open", "closed", "unknown"] = "unknown"
    """What the switch says now."""
    outcome: Literal["not_opened", "opened", "unknown"] = "unknown"
    items: tuple[str, ...] = ()


class VisitEnded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The visit is settled."""

    name: ClassVar[str] = "visit.ended"
    about: ClassVar[str | None] = "visit"
    visit: int
    how: Literal["settled", "left", "not_opened", "interrupted"]


class FaultRaised(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Something is wrong with a door; at most one open fault a (door, kind)."""

    name: ClassVar[str] = "fault.raised"
    about: ClassVar[str | None] = "door"
    fault: Fault
    door: int


class FaultCleared(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """What was wrong with the door is over, by the door's own evidence."""

    name: ClassVar[str] = "fault.cleared"
    about: ClassVar[str | None] = "door"
    fault: Fault
    door: int


class UnknownFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a later version: kept whole, understood by nobody here."""

    type: str
    raw: bytes
    """The JSON of its `data`."""


AnyFact: TypeAlias = (
    Started
    | Stopped
    | Identified
    | PassRefused
    | OpeningIntended
    | BoltPulsed
    | PulseRefused
    | OpeningVoided
    | DoorOpened
    | OpenedUnasked
    | DoorClosed
    | LabelShown
    | LabelWithdrawn
    | Borrowed
    | Returned
    | Browsed
    | VisitInterrupted
    | VisitEnded
    | FaultRaised
    | FaultCleared
)
"""Every fact of this version, so that a match over facts can be checked to be complete."""

FACTS: tuple[type[AnyFact], ...] = get_args(AnyFact)


def type_name(fact: type[Fact]) -> str:
    """The CloudEvents type: `locker.{name}.v1`."""
    return f"locker.{fact.name}.v1"


BY_TYPE: dict[str, type[AnyFact]] = {type_name(fact): fact for fact in FACTS}


def subject(fact: Fact) -> str:
    """The CloudEvents subject: `door/3`, `item/00000011`, or `cabinet`."""
    if fact.about is None:
        return "cabinet"
    value = getattr(fact, fact.about)
    return f"{fact.about}/{'-' if value is None else value}"
