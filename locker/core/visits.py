"""This file knows how a visit's answer becomes the cabinet's: its next place, its facts, its screen, its wish. Pure."""

from collections.abc import Iterator

from locker.core import openings, visit
from locker.core.draft import Cabinet, Draft
from locker.core.screen import IDLE, screen_of
from locker.core.states import Asking, AtADoor, Choosing, Event, Visit, VisitStep
from sync.facts import VisitEnded


def tell(draft: Draft, door: int | None, event: Event) -> None:
    """Tell the visit at this door (None: the one at the counter) what happened, and do what it says."""
    present = draft.cabinet.choosing if door is None else draft.cabinet.at_doors.get(door)
    if present is not None:
        apply(draft, door, visit.step(present, event, draft.room))


def apply(draft: Draft, door: int | None, result: VisitStep) -> None:
    """Put the visit where it now belongs, keep its facts, show its screen and grant its wish."""
    draft.keep(*result.facts)
    _place(draft, door, result.visit)
    _show(draft, result)
    if result.wish is not None and isinstance(result.visit, Choosing):
        openings.grant(draft, result.visit, result.wish)


def resting_screen(draft: Draft) -> None:
    """Show what stands when nothing is being answered: the visit last spoken with, any other one, or idle."""
    present = _spoken_with(draft.cabinet)
    draft.change(focus=None if present is None or isinstance(present, Choosing) else present.door)
    draft.show(IDLE if present is None else screen_of(present, draft.room))


def _spoken_with(cabinet: Cabinet) -> Visit | None:
    """The visit last spoken with; else whoever chooses, else a question that stands, else anybody at a door."""
    at_doors = cabinet.at_doors
    if cabinet.focus is not None and cabinet.focus in at_doors:
        return at_doors[cabinet.focus]
    if cabinet.choosing is not None:
        return cabinet.choosing
    questions: Iterator[AtADoor] = (at for at in at_doors.values() if isinstance(at, Asking))
    return next(questions, None) or next(iter(at_doors.values()), None)


def _place(draft: Draft, door: int | None, now: Visit | None) -> None:
    if isinstance(now, Choosing):
        _to_counter(draft, door, now)
    elif door is None:
        draft.change(choosing=None)
    else:
        draft.set_visit(door, now)


def _to_counter(draft: Draft, door: int | None, now: Choosing) -> None:
    if door is None:
        draft.change(choosing=now)
        return
    draft.set_visit(door, None)
    if draft.cabinet.choosing is None:
        draft.change(choosing=now, focus=None)
    else:  # somebody else has the counter meanwhile
        draft.keep(VisitEnded(visit=now.visit, how="not_opened"))


def _show(draft: Draft, result: VisitStep) -> None:
    if result.screen is None:
        return
    if result.screen == IDLE:
        resting_screen(draft)
        return
    if isinstance(result.visit, Asking):
        draft.change(focus=result.visit.door)
    stands = result.visit is not None and result.screen == screen_of(result.visit, draft.room)
    draft.show(result.screen, None if stands else draft.cabinet.site.limits.show_s)
