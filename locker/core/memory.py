"""This file knows what a cabinet remembers: the fold of its facts, and nothing that a fact does not say.

Replaying the journal gives the identical memory; a checkpoint is this memory as JSON.
"""

from collections.abc import Mapping
from typing import Literal, TypeVar, assert_never

import msgspec

from sync.facts import (
    AnyFact,
    BoltPulsed,
    Borrowed,
    Browsed,
    DoorClosed,
    DoorOpened,
    FaultCleared,
    FaultRaised,
    Identified,
    LabelShown,
    LabelWithdrawn,
    OpenedUnasked,
    OpeningIntended,
    OpeningVoided,
    PassRefused,
    PulseRefused,
    Returned,
    Started,
    Stopped,
    UnknownFact,
    VisitEnded,
    VisitInterrupted,
)
from sync.reasons import Cause, Fault

Stage = Literal["intended", "pulsed", "opened", "closed", "settled"]


class Loan(msgspec.Struct, frozen=True):
    """Who has an item, and since which visit."""

    resident: str
    visit: int
    due: str | None


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """What is going on at a door: enough to explain it after a power cut."""

    intent: int
    cause: Cause
    visit: int | None
    item: str | None
    back: bool = False
    """Whether the item was to be given back when the door was asked for."""
    stage: Stage
    """The last edge on record; settled = its loans are written, the visit's end is not yet."""
    shown: tuple[str, ...] = ()
    """Labels that are on record and not settled."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """All that outlives the power."""

    run: Literal["nothing", "running", "stopped"] = "nothing"
    visits: int = 0
    """The number of the last visit."""
    intents: int = 0
    """The number of the last intent."""
    loans: Mapping[str, Loan] = {}
    places: Mapping[str, int] = {}
    """Items that lie behind another door than their home's, by label."""
    unseen: frozenset[str] = frozenset()
    """Returned on the word of their label alone."""
    floors: Mapping[str, int] = {}
    """The highest serial seen, by `resident/type`."""
    present: Mapping[int, str] = {}
    """Residents with an open visit, by visit."""
    going: Mapping[int, Going] = {}
    """By door."""
    faults: frozenset[tuple[Fault, int]] = frozenset()

    def loans_of(self, resident: str) -> int:
        """How many items this resident has from here."""
        return sum(loan.resident == resident for loan in self.loans.values())


def floor_key(resident: str, pass_type: int) -> str:
    """The key of `Memory.floors`."""
    return f"{resident}/{pass_type}"


def encode(memory: Memory) -> bytes:
    """The checkpoint's bytes."""
    return msgspec.json.encode(memory)


def decode(state: bytes) -> Memory:
    """Read a checkpoint; msgspec.MsgspecError when it is none."""
    return msgspec.json.decode(state, type=Memory)


def fold(memory: Memory, fact: AnyFact | UnknownFact) -> Memory:
    """What is remembered after this fact. Total: a fact of a later version changes nothing here."""
    match fact:
        case Started():
            return _with(memory, run="running")
        case Stopped():
            return _with(memory, run="stopped")
        case Identified():
            return _identified(memory, fact)
        case OpeningIntended() | BoltPulsed() | OpeningVoided() | DoorOpened() | DoorClosed():
            return _opening(memory, fact)
        case LabelShown() | LabelWithdrawn():
            return _label(memory, fact)
        case Borrowed() | Returned():
            return _moved(_settled(memory, fact), fact)
        case Browsed():
            return _settled(memory, fact)
        case VisitEnded():
            return _ended(memory, fact)
        case FaultRaised():
            return _with(memory, faults=memory.faults | {(fact.fault, fact.door)})
        case FaultCleared():
            return _with(memory, faults=memory.faults - {(fact.fault, fact.door)})
        case PassRefused() | PulseRefused() | OpenedUnasked() | VisitInterrupted() | UnknownFact():
            return memory
    assert_never(fact)


def _with(memory: Memory, **changes: object) -> Memory:
    return msgspec.structs.replace(memory, **changes)


def _identified(memory: Memory, fact: Identified) -> Memory:
    key = floor_key(fact.resident, fact.pass_type)
    floors = memory.floors
    if fact.serial > floors.get(key, -1):
        floors = {**floors, key: fact.serial}
    present = {**memory.present, fact.visit: fact.resident}
    return _with(memory, visits=fact.visit, floors=floors, present=present)


def _opening(memory: Memory, fact: OpeningIntended | BoltPulsed | OpeningVoided | DoorOpened | DoorClosed) -> Memory:
    if isinstance(fact, OpeningIntended):
        going = Going(
            intent=fact.intent,
            cause=fact.cause,
            visit=fact.visit,
            item=fact.item,
            back=fact.cause is Cause.LABEL or fact.item in memory.loans,
            stage="intended",
        )
        return _with(memory, intents=fact.intent, going={**memory.going, fact.door: going})
    if isinstance(fact, OpeningVoided):
        return _with(memory, going=_without(memory.going, fact.door))
    going_on = memory.going.get(fact.door)
    if going_on is None:
        return memory
    stage: Stage = "pulsed" if isinstance(fact, BoltPulsed) else "opened" if isinstance(fact, DoorOpened) else "closed"
    if isinstance(fact, BoltPulsed) and (going_on.stage != "intended" or going_on.intent != fact.intent):
        return memory  # a late answer to a pulse that has ended meanwhile
    changed = msgspec.structs.replace(going_on, stage=stage)
    return _with(memory, going={**memory.going, fact.door: changed})


def _label(memory: Memory, fact: LabelShown | LabelWithdrawn) -> Memory:
    going = memory.going.get(fact.door)
    if going is None:
        return memory
    shown = tuple(item for item in going.shown if item != fact.item)
    if isinstance(fact, LabelShown):
        shown = (*shown, fact.item)
    return _with(memory, going={**memory.going, fact.door: msgspec.structs.replace(going, shown=shown)})


def _settled(memory: Memory, fact: Borrowed | Returned | Browsed) -> Memory:
    """Note at the door that this much is settled, so that no cut between two facts settles it twice."""
    going = memory.going.get(fact.door)
    if going is None or going.visit != fact.visit:
        return memory
    shown = going.shown if isinstance(fact, Browsed) else tuple(item for item in going.shown if item != fact.item)
    changed = msgspec.structs.replace(going, stage="settled", shown=shown)
    return _with(memory, going={**memory.going, fact.door: changed})


def _moved(memory: Memory, fact: Borrowed | Returned) -> Memory:
    if isinstance(fact, Borrowed):
        loans = {**memory.loans, fact.item: Loan(fact.resident, fact.visit, fact.due)}
        return _with(memory, loans=loans, places=_without(memory.places, fact.item), unseen=memory.unseen - {fact.item})
    going = memory.going
    if fact.visit is None:
        going = _without(going, fact.door)
    return _with(
        memory,
        loans=_without(memory.loans, fact.item),
        places={**memory.places, fact.item: fact.door},
        unseen=memory.unseen if fact.seen else memory.unseen | {fact.item},
        going=going,
    )


def _ended(memory: Memory, fact: VisitEnded) -> Memory:
    going = {door: going for door, going in memory.going.items() if going.visit != fact.visit}
    return _with(memory, present=_without(memory.present, fact.visit), going=going)


_K = TypeVar("_K")
_V = TypeVar("_V")


def _without(mapping: Mapping[_K, _V], key: _K) -> dict[_K, _V]:
    return {k: v for k, v in mapping.items() if k != key}
