"""This file knows the whole cabinet: `step` says what a signal makes of it, and touches nothing.

    signal ──► step(cabinet, signal, now) ──► cabinet', facts (on disk first), actions (then done), wake_at

What is said at the `counter` and what comes from the `doorway` are answered in files of their own.
"""

from typing import assert_never

from locker.core import boot, counter, door, doorway, visits
from locker.core.actions import Halt, MarkDelivered, WatchDoors
from locker.core.draft import Cabinet, Draft, Step
from locker.core.memory import Memory
from locker.core.screen import IDLE
from locker.core.signals import (
    CodeRead,
    DoorChosen,
    DoorObserved,
    FactsDelivered,
    KeyPressed,
    PulseReported,
    Signal,
    StopAsked,
    StrangeCodeRead,
    TimeUp,
)
from locker.core.site import Site
from locker.core.states import Asking
from sync.facts import Stopped
from sync.stamp import Stamp


def begin(site: Site, memory: Memory, now: Stamp, software: str) -> Step:
    """Wake a cabinet up from what it remembers. No bolt moves because of a start."""
    draft = boot.wake_up(site, memory, now, software)
    for number in sorted(draft.cabinet.unexplained.keys() - draft.cabinet.doors.keys()):
        visits.apply(draft, None, boot.explain(draft, number, "unknown"))  # no longer in the configuration
    draft.show(IDLE)
    return _finish(draft)


def step(cabinet: Cabinet, signal: Signal, now: Stamp) -> Step:
    """Decide what `signal` at `now` makes of `cabinet`."""
    draft = Draft(cabinet, now)
    if not cabinet.halted:
        _answer(draft, signal)
    return _finish(draft)


def _answer(draft: Draft, signal: Signal) -> None:
    match signal:
        case CodeRead():
            return counter.code_read(draft, signal.text)
        case StrangeCodeRead():
            return counter.strange_code(draft, signal.chars)
        case KeyPressed():
            return counter.key_pressed(draft, signal)
        case DoorChosen():
            return counter.door_chosen(draft, signal)
        case DoorObserved():
            return doorway.observed(draft, signal)
        case PulseReported():
            return doorway.pulse_reported(draft, signal)
        case TimeUp():
            return doorway.time_up(draft)
        case FactsDelivered():
            return draft.do(MarkDelivered(signal.upto))
        case StopAsked():
            return _stop(draft, signal)
    assert_never(signal)


def _stop(draft: Draft, signal: StopAsked) -> None:
    draft.keep(Stopped(why=signal.why))
    draft.change(halted=True)
    draft.do(Halt())


def _finish(draft: Draft) -> Step:
    watched = frozenset(
        number
        for number, state in draft.cabinet.doors.items()
        if isinstance(state, door.Opening | door.Open) or number in draft.cabinet.at_doors
    )
    if watched != draft.cabinet.watched:
        draft.change(watched=watched)
        draft.do(WatchDoors(watched))
    return Step(draft.cabinet, tuple(draft.actions), tuple(draft.facts), _wake_at(draft))


def _wake_at(draft: Draft) -> int | None:
    cabinet = draft.cabinet
    if cabinet.halted:
        return None
    times = [door.wake_at(state, cabinet.site.limits.settle_ms) for state in cabinet.doors.values()]
    times += [at.until_ms for at in cabinet.at_doors.values() if isinstance(at, Asking)]
    times += [cabinet.screen_until_ms, cabinet.explain_by_ms, cabinet.choosing.until_ms if cabinet.choosing else None]
    return min((at for at in times if at is not None), default=None)
