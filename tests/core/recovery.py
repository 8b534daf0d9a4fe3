"""What a cabinet makes of a power cut: a run after it with nobody there, and what must come out of it.

The expectation is worked out from the facts by hand, not from the core's memory; its rules are the table in
`locker/core/boot.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, assert_never

from locker.core import cabinet as core
from locker.core.actions import PulseBolt
from locker.core.draft import Cabinet
from locker.core.memory import Memory, decode, encode, fold
from locker.core.signals import DoorObserved, Signal, TimeUp
from locker.core.site import Site
from sync import facts as f
from sync.facts import AnyFact
from sync.reasons import Cause
from tests.core.laws import Witness
from tests.core.moment import stamp

Leaf = Literal["open", "closed", "unknown", "silent"]
"""What the doors in question say after the cut: a reading, that the board is silent, or nothing at all."""
LEAVES: tuple[Leaf, ...] = ("open", "closed", "unknown", "silent")

_F = TypeVar("_F")
AWAY_MS = 60_000
"""How long whoever stood there leaves the door as it is before it reads closed."""
REST_MS = 300_000
"""By then everything is over: the longest wait is a question after a door that a board has found again."""


@dataclass(frozen=True)
class Cut:
    """One thing that was going on at a door when the power went, as the facts tell it."""

    door: int
    intent: int
    visit: int | None
    resident: str | None
    stage: Literal["intended", "pulsed", "opened", "asked"]
    take: str | None = None
    back: str | None = None
    labels: tuple[str, ...] = ()
    settled: bool = False

    def outcome(self, leaf: Leaf) -> Literal["opened", "unknown"]:
        return "unknown" if self.stage in ("intended", "pulsed") and leaf != "open" else "opened"


def memory_of(facts: Sequence[AnyFact]) -> Memory:
    known = Memory()
    for fact in facts:
        known = fold(known, fact)
    return known


def loans_of(facts: Sequence[AnyFact]) -> dict[str, str]:
    """Who has what."""
    loans: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, f.Borrowed):
            loans[fact.item] = fact.resident
        elif isinstance(fact, f.Returned):
            loans.pop(fact.item, None)
    return loans


def going_on(facts: Sequence[AnyFact]) -> dict[int, Cut]:
    """What was going on at each door after these facts."""
    cuts: dict[int, Cut] = {}
    names: dict[int, str] = {}
    for number, fact in enumerate(facts):
        match fact:
            case f.Identified():
                names[fact.visit] = fact.resident
            case f.OpeningIntended():
                back = fact.cause is Cause.LABEL or fact.item in loans_of(facts[:number])
                resident = None if fact.visit is None else names[fact.visit]
                cut = Cut(fact.door, fact.intent, fact.visit, resident, "intended")
                cuts[fact.door] = replace(cut, back=fact.item) if back else replace(cut, take=fact.item)
            case f.OpeningVoided():
                cuts.pop(fact.door, None)
            case f.VisitEnded():
                cuts = {door: cut for door, cut in cuts.items() if cut.visit != fact.visit}
            case f.Returned(visit=None):
                cuts.pop(fact.door, None)
            case (
                f.BoltPulsed()
                | f.DoorOpened()
                | f.DoorClosed()
                | f.LabelShown()
                | f.LabelWithdrawn()
                | f.Borrowed()
                | f.Returned()
                | f.Browsed()
            ) if fact.door in cuts:
                cuts[fact.door] = _further(cuts[fact.door], fact)
            case _:
                pass
    return cuts


def _further(
    cut: Cut,
    fact: f.BoltPulsed
    | f.DoorOpened
    | f.DoorClosed
    | f.LabelShown
    | f.LabelWithdrawn
    | f.Borrowed
    | f.Returned
    | f.Browsed,
) -> Cut:
    match fact:
        case f.BoltPulsed():
            return replace(cut, stage="pulsed") if fact.intent == cut.intent and cut.stage == "intended" else cut
        case f.DoorOpened():
            return replace(cut, stage="opened")
        case f.DoorClosed():
            return replace(cut, stage="asked")
        case f.LabelShown():
            return replace(cut, labels=(*cut.labels, fact.item))
        case f.LabelWithdrawn():
            return replace(cut, labels=tuple(item for item in cut.labels if item != fact.item))
        case f.Borrowed() | f.Returned():
            return replace(cut, settled=True, labels=tuple(item for item in cut.labels if item != fact.item))
        case f.Browsed():
            return replace(cut, settled=True)
    assert_never(fact)


def expected_loans(site: Site, facts: Sequence[AnyFact], leaf: Leaf) -> dict[str, str]:
    """Who has what when everything is over and nobody has said a word since the cut."""
    loans = loans_of(facts)
    places = memory_of(facts).places
    for _, cut in sorted(going_on(facts).items()):  # doors are read, and so settled, in their order
        if cut.outcome(leaf) == "unknown":
            continue
        for item in cut.labels:
            if item in loans or not (item in site.items or item in places):
                loans.pop(item, None)
            else:
                loans[item] = str(cut.resident)
        if cut.settled:
            continue
        if cut.back is not None:
            loans.pop(cut.back, None)
        elif cut.take is not None:
            loans.setdefault(cut.take, str(cut.resident))
    return loans


class Recovery:
    """One run after a cut, with nobody there: switches are read, time passes, the doors come to be closed."""

    def __init__(self, site: Site, facts: Sequence[AnyFact], leaf: Leaf, *, boot: int = 1) -> None:
        """Run it to its end, laws checked at every step."""
        self.site = site
        self.before = tuple(facts)
        self._boot = boot
        self._now_ms = 0
        self._witness = Witness(site, facts)
        known = decode(encode(memory_of(facts)))
        self._step = core.begin(site, known, stamp(0, boot=boot), "after the cut")
        self._saw(None)
        in_question = going_on(facts).keys()
        for door in self._step.cabinet.doors:
            if door not in in_question:
                self._tell(DoorObserved(door, "closed"))
            elif leaf != "silent":
                self._tell(DoorObserved(door, leaf))
        self._let_time_run(AWAY_MS)
        for door in self._step.cabinet.doors:
            self._tell(DoorObserved(door, "closed"))
        self._let_time_run(AWAY_MS + REST_MS)

    @property
    def cabinet(self) -> Cabinet:
        return self._step.cabinet

    @property
    def new_facts(self) -> tuple[AnyFact, ...]:
        return self._witness.facts[len(self.before) :]

    @property
    def at_rest(self) -> bool:
        """Everything has ended and the cabinet wants nothing any more."""
        return self._witness.books.at_rest and self.cabinet.screen.key == "idle" and self._step.wake_at is None

    def of_kind(self, kind: type[_F]) -> Iterator[_F]:
        return (fact for fact in self.new_facts if isinstance(fact, kind))

    def _tell(self, signal: Signal) -> None:
        self._step = core.step(self.cabinet, signal, stamp(self._now_ms, boot=self._boot))
        self._saw(signal)

    def _saw(self, signal: Signal | None) -> None:
        self._witness.saw(signal, self._step, stamp(self._now_ms, boot=self._boot))
        pulses = [action for action in self._step.actions if isinstance(action, PulseBolt)]
        assert pulses == [], "nobody has shown anything since the power came back"

    def _let_time_run(self, until_ms: int) -> None:
        while self._step.wake_at is not None and self._step.wake_at <= until_ms:
            self._now_ms = max(self._now_ms, self._step.wake_at)
            self._tell(TimeUp())
        self._now_ms = until_ms
