"""The standing laws, watched from outside after every step: from signals, facts and actions, not from the core's mind.

A `Witness` follows one cabinet over all its runs. It keeps books of its own and knows nothing of visits' states.
"""

from collections.abc import Sequence
from typing import assert_never

from locker.core.actions import Halt, MarkDelivered, NoteStrangeCode, PulseBolt, ShowScreen, WatchDoors
from locker.core.codes import LabelRead, meaning
from locker.core.door import Open, Opening
from locker.core.draft import Step
from locker.core.memory import Memory, decode, encode, fold
from locker.core.rules import HOUR_MS, MS_PER_S
from locker.core.signals import CodeRead, DoorObserved, PulseReported, Signal, StopAsked, TimeUp
from locker.core.site import Site
from locker.core.states import Waiting
from sync import facts as f
from sync.facts import AnyFact
from sync.reasons import Cause, Fault
from sync.stamp import Clock, Stamp
from tests.core.spoken import check_screen


def law(holds: object, text: str) -> None:
    """Break with the law's text unless it holds."""
    if not holds:
        raise AssertionError(f"law broken: {text}")


class Books:
    """What the facts say so far, kept by hand."""

    def __init__(self) -> None:
        self.runs = 0
        self.kept: list[AnyFact] = []
        self.intended: dict[int, f.OpeningIntended] = {}
        self.live: dict[int, int] = {}
        """Intents that have not ended, with the run they belong to."""
        self.visits: dict[int, str] = {}
        """Open visits."""
        self.visits_of_run: set[int] = set()
        self.owner: dict[int, int | None] = {}
        """Whose door it is, by door; None for a label's."""
        self.opened: set[tuple[int | None, int]] = set()
        """(visit, door) that the switch said open."""
        self.settled: dict[int, type[AnyFact]] = {}
        """How each visit was settled: something changed hands, or nothing."""
        self.loans: dict[str, str] = {}
        self.faults: set[tuple[Fault, int]] = set()
        self.label_openings_ms: list[int] = []
        self.readings: dict[int, tuple[str, int]] = {}
        """What each switch said last in this run, and since when."""

    @property
    def at_rest(self) -> bool:
        return not (self.live or self.visits or self.owner)


class Witness:
    """Watches one cabinet over all its runs."""

    def __init__(self, site: Site, past: Sequence[AnyFact] = ()) -> None:
        """Begin with the facts of the past, which are believed."""
        self.site = site
        self.books = Books()
        self.memory = Memory()
        self._now = Stamp(boot="", uptime_ms=0, clock=Clock.UNKNOWN)
        for fact in past:
            self._enter(fact)

    @property
    def facts(self) -> tuple[AnyFact, ...]:
        return tuple(self.books.kept)

    def saw(self, signal: Signal | None, step: Step, now: Stamp) -> None:
        """Watch one step; no signal is a start."""
        self._now = now
        if signal is None:
            self._start()
        if isinstance(signal, DoorObserved):
            said, _ = self.books.readings.get(signal.door, ("", 0))
            if said != signal.reading:
                self.books.readings[signal.door] = (signal.reading, now.uptime_ms)
        for fact in step.facts:
            self._check(fact, signal)
            self._enter(fact)
        law(step.cabinet.memory == self.memory, "the cabinet's memory is the fold of its facts")
        law(decode(encode(self.memory)) == self.memory, "a checkpoint gives the same memory back")
        law(dict.fromkeys(self.memory.loans) == dict.fromkeys(self.books.loans), "loans are what the facts say")
        law(self.memory.faults == self.books.faults, "faults are what the facts say")
        self._actions(step, signal)
        self._inside(step, signal)

    def _start(self) -> None:
        books = self.books
        books.runs += 1
        books.readings = {}
        books.visits_of_run = set()
        books.label_openings_ms = []

    def _actions(self, step: Step, signal: Signal | None) -> None:
        intents = {fact.intent: fact.door for fact in step.facts if isinstance(fact, f.OpeningIntended)}
        pulses = [action for action in step.actions if isinstance(action, PulseBolt)]
        law({pulse.intent: pulse.door for pulse in pulses} == intents, "a pulse has its intent in the same step")
        law(len(pulses) == len(intents), "an intent is pulsed once")
        law(signal is not None or not pulses, "a start moves no bolt")
        for action in step.actions:
            match action:
                case ShowScreen():
                    check_screen(action.screen)
                case Halt():
                    law(isinstance(signal, StopAsked), "only a stop halts")
                case PulseBolt() | WatchDoors() | NoteStrangeCode() | MarkDelivered():
                    pass
                case _:
                    assert_never(action)

    def _inside(self, step: Step, signal: Signal | None) -> None:
        cabinet, now_ms = step.cabinet, self._now.uptime_ms
        opening = {number: door.intent for number, door in cabinet.doors.items() if isinstance(door, Opening)}
        waiting = {number: at.intent for number, at in cabinet.at_doors.items() if isinstance(at, Waiting)}
        law(opening == waiting, "a door is opening exactly while a visit waits at it")
        law(cabinet.at_doors.keys() <= cabinet.doors.keys(), "a visit stands at a door that is there")
        law(all(number == at.door for number, at in cabinet.at_doors.items()), "a visit knows its door")
        moving = {number for number, door in cabinet.doors.items() if isinstance(door, Opening | Open)}
        law(cabinet.watched == moving | cabinet.at_doors.keys(), "doors that may move are polled fast")
        if isinstance(signal, TimeUp) or cabinet.halted:
            law(step.wake_at is None or step.wake_at > now_ms, "when time is up it is not asked for again")

    def _check(self, fact: AnyFact, signal: Signal | None) -> None:
        match fact:
            case f.Started():
                law(signal is None, "a run starts once")
            case f.Stopped():
                law(isinstance(signal, StopAsked), "a run stops when asked")
            case f.Identified():
                law(isinstance(signal, CodeRead), "a visit begins with a pass")
                law(fact.visit == self.memory.visits + 1, "visits are numbered without a gap")
            case f.OpeningIntended():
                self._check_intent(fact, signal)
            case f.BoltPulsed() | f.PulseRefused():
                law(isinstance(signal, PulseReported), "only the hands say what became of a pulse")
            case f.DoorOpened() | f.OpeningVoided() | f.DoorClosed() | f.OpenedUnasked():
                self._check_leaf(fact, signal)
            case f.LabelShown() | f.LabelWithdrawn() | f.Browsed() | f.Borrowed() | f.Returned():
                self._check_visit_fact(fact)
            case f.VisitEnded():
                law(fact.visit in self.books.visits, "a visit ends once")
                ours = [self.books.intended[intent].visit for intent in self.books.live]
                law(fact.visit not in ours, "a visit ends after its intents")
            case f.FaultRaised():
                law((fact.fault, fact.door) not in self.books.faults, "an open fault is not raised again")
            case f.FaultCleared():
                law((fact.fault, fact.door) in self.books.faults, "only an open fault is cleared")
            case f.PassRefused():
                law(isinstance(signal, CodeRead), "a pass is refused when it is shown")
            case f.VisitInterrupted():
                law(fact.visit not in self.books.visits_of_run, "only a visit of an earlier run was interrupted")
            case _:
                assert_never(fact)

    def _check_intent(self, fact: f.OpeningIntended, signal: Signal | None) -> None:
        books = self.books
        law(fact.intent == self.memory.intents + 1, "intents are numbered without a gap")
        law(fact.door in self.site.doors and self.site.doors[fact.door].locked, "only a lock is pulsed")
        law(books.readings.get(fact.door, ("", 0))[0] == "closed", "only a door that says closed is pulsed")
        law(fact.door not in books.owner, "a door in use is not given to another")
        law((Fault.DOOR_STUCK, fact.door) not in books.faults, "a stuck door is left alone")
        if fact.attempt == 1:
            law(isinstance(signal, CodeRead) or fact.cause is Cause.PASS, "a label's opening begins with a label")
        else:
            before = books.kept[-1]
            law(isinstance(before, f.OpeningVoided) and before.why == "not_opened", "a second pulse follows a first")
            first = books.intended[before.intent] if isinstance(before, f.OpeningVoided) else None
            law(first is not None and first.attempt == 1 and first.door == fact.door, "there is no third pulse")
            law(isinstance(signal, TimeUp), "a second pulse waits for a slow pull")
        if fact.cause is Cause.PASS:
            law(fact.visit in books.visits_of_run & books.visits.keys(), "a pass of this run opens, nothing older")
        else:
            self._check_label_intent(fact, signal)

    def _check_label_intent(self, fact: f.OpeningIntended, signal: Signal | None) -> None:
        law(fact.visit is None, "a label names nobody")
        if fact.attempt == 2:
            return
        read = meaning(signal.text) if isinstance(signal, CodeRead) else None
        law(isinstance(read, LabelRead) and read.item == fact.item, "the label that was shown opens")
        now_ms, limits = self._now.uptime_ms, self.site.limits
        lately = [at for at in self.books.label_openings_ms if at > now_ms - HOUR_MS]
        law(None not in self.books.owner.values(), "one opening by label at a time")
        law(len(lately) < limits.label_per_hour, "three openings by label an hour")
        law(not lately or lately[-1] <= now_ms - limits.label_gap_s * MS_PER_S, "one opening by label a minute")
        self.books.label_openings_ms.append(now_ms)

    def _check_leaf(
        self, fact: f.DoorOpened | f.OpeningVoided | f.DoorClosed | f.OpenedUnasked, signal: Signal | None
    ) -> None:
        books = self.books
        said, since_ms = books.readings.get(fact.door, ("", 0))
        match fact:
            case f.DoorOpened():
                law(said == "open", "only the switch says that a door opened")
                law(fact.intent is None or fact.intent in books.live, "an intent ends once")
                law(books.owner.get(fact.door, -1) == fact.visit, "a door opens for the visit that asked")
            case f.OpeningVoided():
                law(fact.intent in books.live, "an intent ends once")
            case f.DoorClosed():
                law(isinstance(signal, TimeUp) and said == "closed", "a door is closed after some time")
                stable_ms = self._now.uptime_ms - since_ms
                law(stable_ms >= self.site.limits.settle_ms, "a door is closed when it has been for long enough")
            case f.OpenedUnasked():
                law(said == "open", "only the switch says that a door opened")
                law(fact.door not in books.owner, "an opening is somebody's or nobody's")
            case _:
                assert_never(fact)

    def _check_visit_fact(self, fact: f.LabelShown | f.LabelWithdrawn | f.Browsed | f.Borrowed | f.Returned) -> None:
        books = self.books
        bin_ = fact.door in self.site.doors and not self.site.doors[fact.door].locked
        law((fact.visit, fact.door) in books.opened or bin_, "nothing changes behind a door that did not open")
        law(fact.visit is None or fact.visit in books.visits, "only an open visit takes, gives and shows")
        before = books.settled.get(-1 if fact.visit is None else fact.visit)
        law(before is None or f.Browsed not in (before, type(fact)), "who browsed took and gave nothing")
        if isinstance(fact, f.Borrowed):
            law(fact.item not in books.loans, "at most one loan an item")
            law(books.visits.get(fact.visit) == fact.resident, "a loan is the visitor's")

    def _enter(self, fact: AnyFact) -> None:
        books = self.books
        books.kept.append(fact)
        self.memory = fold(self.memory, fact)
        match fact:
            case f.Identified():
                books.visits[fact.visit] = fact.resident
                books.visits_of_run.add(fact.visit)
            case f.OpeningIntended():
                books.intended[fact.intent] = fact
                books.live[fact.intent] = books.runs
                books.owner[fact.door] = fact.visit
            case f.OpeningVoided():
                books.live.pop(fact.intent, None)
                books.owner.pop(fact.door, None)
            case f.DoorOpened():
                books.opened.add((fact.visit, fact.door))
                if fact.intent is not None:
                    books.live.pop(fact.intent, None)
            case f.Browsed():
                books.settled[fact.visit] = f.Browsed
            case f.Borrowed():
                books.settled[fact.visit] = f.Borrowed
                books.loans[fact.item] = fact.resident
            case f.Returned():
                if fact.visit is not None:
                    books.settled[fact.visit] = f.Returned
                books.loans.pop(fact.item, None)
                if fact.visit is None:
                    books.owner.pop(fact.door, None)
                    books.opened.discard((None, fact.door))
            case f.VisitEnded():
                books.visits.pop(fact.visit, None)
                books.owner = {door: visit for door, visit in books.owner.items() if visit != fact.visit}
            case f.FaultRaised():
                books.faults.add((fact.fault, fact.door))
            case f.FaultCleared():
                books.faults.discard((fact.fault, fact.door))
            case (
                f.Started()
                | f.Stopped()
                | f.PassRefused()
                | f.BoltPulsed()
                | f.PulseRefused()
                | f.OpenedUnasked()
                | f.DoorClosed()
                | f.LabelShown()
                | f.LabelWithdrawn()
                | f.VisitInterrupted()
            ):
                pass
            case _:
                assert_never(fact)
