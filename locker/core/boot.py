"""This file knows how a cabinet wakes up: what the journal says was going on, and what the switches say now. Pure.

A restart never moves a bolt. A visit that was cut off becomes `VisitInterrupted` with its evidence; a door that is
still open goes on being that visit's, and whatever nobody can know is called unknown.
"""

import msgspec

from locker.core import visit
from locker.core.catalogue import is_out
from locker.core.door import Unknown
from locker.core.draft import Cabinet, Draft
from locker.core.memory import Going, Memory
from locker.core.rules import MS_PER_S
from locker.core.signals import Reading
from locker.core.site import Site
from locker.core.states import Asking, AtDoor, Closed, Errand, GiveBack, LookAtShelf, Take, VisitStep
from sync.facts import (
    AnyFact,
    Cause,
    DoorOpened,
    Fault,
    FaultRaised,
    OpeningVoided,
    Stamp,
    Started,
    VisitEnded,
    VisitInterrupted,
)


def wake_up(site: Site, memory: Memory, now: Stamp, software: str) -> Draft:
    """Begin a run: `Started`, the visits that never came to a door explained, the others waiting for their switch."""
    cabinet = Cabinet(
        site=site,
        memory=memory,
        doors={number: Unknown() for number, spec in site.doors.items() if spec.locked},
        unexplained=memory.going,
        explain_by_ms=now.uptime_ms + site.limits.explain_s * MS_PER_S,
    )
    draft = Draft(cabinet, now)
    before = {"nothing": "nothing", "stopped": "stopped", "running": "cut_off"}[memory.run]
    draft.keep(msgspec.convert({"software": software, "before": before}, Started))
    at_doors = {going.visit for going in memory.going.values()}
    for number in sorted(memory.present.keys() - at_doors):
        interrupted = VisitInterrupted(visit=number, stage="identified", outcome="not_opened")
        draft.keep(interrupted, VisitEnded(visit=number, how="interrupted"))
    return draft


def explain(draft: Draft, number: int, leaf: Reading) -> VisitStep:
    """Explain what was going on at this door when the power went, now that its switch says `leaf` (or stays silent)."""
    going = draft.cabinet.unexplained[number]
    draft.change(unexplained={door: at for door, at in draft.cabinet.unexplained.items() if door != number})
    was_open = going.stage in ("opened", "closed")
    draft.keep(
        VisitInterrupted(
            visit=going.visit,
            stage="asked" if going.stage == "closed" else going.stage,
            door=number,
            leaf=leaf,
            outcome="opened" if was_open or leaf == "open" else "unknown",
            items=going.shown,
        )
    )
    if not was_open and leaf != "open":
        return VisitStep(None, _never_known(draft, number, going))
    at = AtDoor(
        visit=going.visit,
        resident=draft.cabinet.memory.present.get(going.visit) if going.visit is not None else None,
        door=number,
        errand=_errand(draft.cabinet.memory, going),
        interrupted=True,
    )
    if leaf == "open":
        reopened = () if going.stage == "opened" else (_opened(number, going),)
        return VisitStep(at, reopened)
    if going.stage == "closed":
        return _ask_again(draft, at)
    if leaf == "closed":
        return visit.step(at, Closed(), draft.room)
    draft.set_door(number, Unknown(held=True))  # it was open, and stays this visit's until the board answers
    return VisitStep(at)


def _opened(number: int, going: Going) -> DoorOpened:
    return DoorOpened(door=number, intent=going.intent if going.stage != "closed" else None, visit=going.visit)


def _ask_again(draft: Draft, at: AtDoor) -> VisitStep:
    """The door was closed before the cut and the question stood: put it once more to whoever is still there."""
    if at.visit is None or at.resident is None or isinstance(at.errand, GiveBack):
        return visit.step(at, Closed(), draft.room)
    until_ms = draft.now.uptime_ms + draft.cabinet.site.limits.ask_s * MS_PER_S
    return VisitStep(
        Asking(
            visit=at.visit,
            resident=at.resident,
            door=at.door,
            errand=at.errand,
            until_ms=until_ms,
            interrupted=True,
        )
    )


def _never_known(draft: Draft, number: int, going: Going) -> tuple[AnyFact, ...]:
    """Say that nobody knows whether the door opened: no loan, and a volunteer looks inside."""
    facts: list[AnyFact] = [
        OpeningVoided(intent=going.intent, door=number, why="unknown", visit=going.visit),
    ]
    if (Fault.DOOR_DOUBTFUL, number) not in draft.cabinet.memory.faults:
        facts.append(FaultRaised(fault=Fault.DOOR_DOUBTFUL, door=number))
    if going.visit is not None:
        facts.append(VisitEnded(visit=going.visit, how="interrupted"))
    return tuple(facts)


def _errand(memory: Memory, going: Going) -> Errand:
    if going.item is None:
        return LookAtShelf(going.shown)
    if going.cause is Cause.LABEL or is_out(memory, going.item):
        return GiveBack(going.item)
    return Take(going.item)
