"""This file knows how a cabinet wakes up: what the journal says was going on, and what the switches say now. Pure.

A restart never moves a bolt. A visit that was cut off becomes `VisitInterrupted` with its evidence; a door that is
still open goes on being that visit's, and whatever nobody can know is called unknown.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from locker.core import visit
from locker.core.door import Unknown
from locker.core.draft import Cabinet, Draft
from locker.core.memory import Going, Memory, Stage
from locker.core.rules import MS_PER_S
from locker.core.screen import screen_of
from locker.core.signals import Reading
from locker.core.site import Site
from locker.core.states import AtDoor, Errand, GiveBack, LookAtShelf, Take, VisitStep
from sync.facts import (
    AnyFact,
    DoorOpened,
    FaultRaised,
    OpenedUnasked,
    OpeningVoided,
    Started,
    VisitEnded,
    VisitInterrupted,
)
from sync.reasons import Evidence, Fault
from sync.stamp import Stamp

_LAST_EDGE: Mapping[Stage, Literal["intended", "pulsed", "opened", "asked"]] = {
    "intended": "intended",
    "pulsed": "pulsed",
    "opened": "opened",
    "closed": "asked",
    "settled": "asked",
}


def wake_up(site: Site, memory: Memory, now: Stamp, software: str) -> Draft:
    """Begin a run: `Started`, the visits that never came to a door explained, the others waiting for their switch."""
    cabinet = Cabinet(
        site=site,
        memory=memory,
        doors={number: _unread(memory.going.get(number)) for number, spec in site.doors.items() if spec.locked},
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


def _unread(going: Going | None) -> Unknown:
    """A door whose switch has not been read yet; what was open when the power went is still its visit's."""
    return Unknown(held=going is not None and going.stage == "opened")


def explain(draft: Draft, number: int, leaf: Reading) -> VisitStep:
    """Explain what was going on at this door when the power went, now that its switch says `leaf` (or stays silent).

    | last edge on record | the switch says open | closed | nothing | the door is no longer configured |
    |---|---|---|---|---|
    | intended, pulsed | it opened: goes on | voided as unknown, a volunteer looks inside | the same | the same |
    | opened | goes on | goes on, once stably closed | goes on when the board answers | settled |
    | closed | goes on | labels settled, else asked again | the same | settled |
    | settled | over, and opened unasked | over | over | over |

    Settled without an answer means what it means in any visit: the labels' word, else the switch's for a single door,
    and nothing for a shelf.
    """
    going = draft.cabinet.unexplained[number]
    draft.change(unexplained={door: at for door, at in draft.cabinet.unexplained.items() if door != number})
    draft.keep(_interrupted(number, going, leaf))
    if going.stage in ("intended", "pulsed") and leaf != "open":
        return VisitStep(None, _never_known(draft, number, going))
    resident = None if going.visit is None else draft.cabinet.memory.present[going.visit]
    at = AtDoor(visit=going.visit, resident=resident, door=number, errand=_errand(going), interrupted=True)
    if going.stage == "settled":
        return _only_the_end(draft, at, leaf)
    if number not in draft.cabinet.doors:
        return visit.conclude(at, draft.room, Evidence.SWITCH)
    if leaf == "open":
        return _goes_on(draft, at, going)
    return visit.ask_or_conclude(at, draft.room) if going.stage == "closed" else VisitStep(at)


def _interrupted(number: int, going: Going, leaf: Reading) -> VisitInterrupted:
    opened = going.stage not in ("intended", "pulsed") or leaf == "open"
    return VisitInterrupted(
        visit=going.visit,
        stage=_LAST_EDGE[going.stage],
        door=number,
        leaf=leaf,
        outcome="opened" if opened else "unknown",
        items=going.shown,
    )


def _goes_on(draft: Draft, at: AtDoor, going: Going) -> VisitStep:
    """The door stands open: it is still this visit's, and the opening is on record once."""
    screen = screen_of(at, draft.room)
    if going.stage == "opened":
        return VisitStep(at, screen=screen)
    intent = None if going.stage == "closed" else going.intent
    return VisitStep(at, (DoorOpened(door=at.door, intent=intent, visit=at.visit),), screen)


def _only_the_end(draft: Draft, at: AtDoor, leaf: Reading) -> VisitStep:
    """The cut came between the visit's loans and its end: what labels are left is settled, nothing twice."""
    opened: tuple[AnyFact, ...] = (OpenedUnasked(door=at.door),) if leaf == "open" else ()
    if isinstance(at.errand, LookAtShelf) and at.errand.shown:
        result = visit.conclude(at, draft.room, Evidence.LABEL)
        return VisitStep(None, (*result.facts, *opened))
    assert at.visit is not None, "a label's opening is over with its return"
    return VisitStep(None, (VisitEnded(visit=at.visit, how="interrupted"), *opened))


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


def _errand(going: Going) -> Errand:
    if going.item is None:
        return LookAtShelf(going.shown)
    return GiveBack(going.item) if going.back else Take(going.item)
