"""This file knows how a visit's answer becomes the cabinet's: its next place, its facts, its screen, its wish. Pure."""

from locker.core import openings, visit
from locker.core.draft import Draft
from locker.core.screen import IDLE, screen_of
from locker.core.states import Choosing, Event, Visit, VisitStep
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
    cabinet = draft.cabinet
    at_doors = cabinet.at_doors
    present: Visit | None = cabinet.choosing
    if present is None and cabinet.focus is not None:
        present = at_doors.get(cabinet.focus)
    if present is None:
        present = next(iter(at_doors.values()), None)
    draft.show(IDLE if present is None else screen_of(present, cabinet.memory))


def _place(draft: Draft, door: int | None, now: Visit | None) -> None:
    if door is None:
        if now is None or isinstance(now, Choosing):
            draft.change(choosing=now)
        return
    if now is not None and not isinstance(now, Choosing):
        draft.set_visit(door, now)
        return
    draft.set_visit(door, None)
    if now is None:
        return
    if draft.cabinet.choosing is None:
        draft.change(choosing=now)
    else:  # somebody else has the counter meanwhile
        draft.keep(VisitEnded(visit=now.visit, how="not_opened"))


def _show(draft: Draft, result: VisitStep) -> None:
    if result.screen is None:
        return
    stands = result.visit is not None and result.screen == screen_of(result.visit, draft.cabinet.memory)
    draft.show(result.screen, None if stands or result.screen == IDLE else draft.cabinet.site.limits.show_s)
