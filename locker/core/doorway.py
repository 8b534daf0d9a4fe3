"""This file knows what comes from the doors: switches, pulses, and time that runs out. Pure."""

from collections.abc import Iterable
from typing import assert_never

from locker.core import boot, door, openings, visits
from locker.core.actions import Screen
from locker.core.door import Happening
from locker.core.draft import Draft
from locker.core.signals import DoorObserved, PulseReported
from locker.core.states import Asking, Closed, LeftOpen, NotOpened, Opened, Tick
from sync.facts import BoltPulsed, DoorClosed, FaultCleared, FaultRaised, OpenedUnasked, PulseRefused
from sync.reasons import Fault


def observed(draft: Draft, signal: DoorObserved) -> None:
    """Answer a switch that was read; a door that is not in the configuration is nobody's."""
    number = signal.door
    if number not in draft.cabinet.doors:
        return
    if number in draft.cabinet.unexplained and signal.reading != "unknown":
        _first_reading(draft, signal)
        return
    _door_event(draft, number, door.Seen(signal.reading))


def _first_reading(draft: Draft, signal: DoorObserved) -> None:
    """Take the first reading after a start at a door where something was going on: it explains that, and no more."""
    state, happened = door.step(
        draft.cabinet.doors[signal.door],
        door.Seen(signal.reading),
        draft.now.uptime_ms,
        openings.waits_of(draft, signal.door),
    )
    draft.set_door(signal.door, state)
    _happen(draft, signal.door, (each for each in happened if each is Happening.FOUND))
    visits.apply(draft, signal.door, boot.explain(draft, signal.door, signal.reading))


def pulse_reported(draft: Draft, signal: PulseReported) -> None:
    """Keep what the hands say of a pulse; what became of the door only its switch can say."""
    if signal.outcome == "refused":
        draft.keep(PulseRefused(intent=signal.intent, door=signal.door, why=signal.why))
    else:
        draft.keep(BoltPulsed(intent=signal.intent, door=signal.door, answered=signal.outcome == "sent"))
    if signal.door in draft.cabinet.doors:
        _door_event(draft, signal.door, door.PulseAnswered(signal.intent, signal.outcome))


def time_up(draft: Draft) -> None:
    """Let time pass for every door, every visit, the screen and the boards that have not answered since the start."""
    now_ms = draft.now.uptime_ms
    for number in draft.cabinet.doors:
        _door_event(draft, number, door.Tick())
    for number in draft.cabinet.at_doors:
        visits.tell(draft, number, Tick())
    visits.tell(draft, None, Tick())
    explain_by_ms = draft.cabinet.explain_by_ms
    if explain_by_ms is not None and now_ms >= explain_by_ms:
        _silent_since_start(draft)
    until_ms = draft.cabinet.screen_until_ms
    if until_ms is not None and now_ms >= until_ms:
        visits.resting_screen(draft)


def _silent_since_start(draft: Draft) -> None:
    draft.change(explain_by_ms=None)
    for number in draft.cabinet.unexplained:
        visits.apply(draft, number, boot.explain(draft, number, "unknown"))
    for number, state in draft.cabinet.doors.items():
        if isinstance(state, door.Unknown):
            _raise(draft, Fault.DOOR_UNKNOWN, number)


def _door_event(draft: Draft, number: int, event: door.Event) -> None:
    state, happened = door.step(
        draft.cabinet.doors[number], event, draft.now.uptime_ms, openings.waits_of(draft, number)
    )
    draft.set_door(number, state)
    _happen(draft, number, happened)


def _happen(draft: Draft, number: int, happened: Iterable[Happening]) -> None:
    for each in happened:
        _answer(draft, number, each)


def _answer(draft: Draft, number: int, happened: Happening) -> None:
    match happened:
        case Happening.OPENED:
            return visits.tell(draft, number, Opened())
        case Happening.OPENED_UNASKED:
            return _opened_unasked(draft, number)
        case Happening.CLOSED:
            return _closed(draft, number)
        case Happening.TRY_AGAIN:
            return openings.try_again(draft, number)
        case Happening.NOT_OPENED:
            visits.tell(draft, number, NotOpened("not_opened"))
            return _raise(draft, Fault.DOOR_STUCK, number)
        case Happening.NOT_PULSED:
            return visits.tell(draft, number, NotOpened("not_pulsed"))
        case Happening.OUTCOME_UNKNOWN:
            visits.tell(draft, number, NotOpened("unknown"))
            return _raise(draft, Fault.DOOR_DOUBTFUL, number)
        case Happening.LEFT_OPEN:
            return _left_open(draft, number)
        case Happening.LOST:
            return _raise(draft, Fault.DOOR_UNKNOWN, number)
        case Happening.FOUND:
            return _clear(draft, Fault.DOOR_UNKNOWN, number)
    assert_never(happened)


def _opened_unasked(draft: Draft, number: int) -> None:
    if isinstance(draft.cabinet.at_doors.get(number), Asking):
        visits.tell(draft, number, Opened())  # soon after its own close: it belongs to that visit
    else:
        draft.keep(OpenedUnasked(door=number))
    _clear(draft, Fault.DOOR_STUCK, number)


def _closed(draft: Draft, number: int) -> None:
    if number in draft.cabinet.at_doors:
        visits.tell(draft, number, Closed())
        _clear(draft, Fault.DOOR_DOUBTFUL, number)  # somebody has looked inside, and what they did is on record
    else:
        draft.keep(DoorClosed(door=number))


def _left_open(draft: Draft, number: int) -> None:
    if number in draft.cabinet.at_doors:
        visits.tell(draft, number, LeftOpen())
    elif draft.cabinet.choosing is None:
        draft.show(Screen("please_close", {"door": number}), draft.cabinet.site.limits.show_s)


def _raise(draft: Draft, fault: Fault, number: int) -> None:
    if (fault, number) not in draft.cabinet.memory.faults:
        draft.keep(FaultRaised(fault=fault, door=number))


def _clear(draft: Draft, fault: Fault, number: int) -> None:
    if (fault, number) in draft.cabinet.memory.faults:
        draft.keep(FaultCleared(fault=fault, door=number))
