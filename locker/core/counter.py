"""This file knows what is said at the counter: codes shown to the scanner, keys pressed, doors asked for. Pure."""

from typing import assert_never

import msgspec

from locker.core import openings, visits
from locker.core.actions import NoteStrangeCode, Screen
from locker.core.admission import Admitted, Refused, admit
from locker.core.codes import LabelRead, meaning
from locker.core.draft import Draft, Strangers
from locker.core.rules import MS_PER_S
from locker.core.signals import DoorChosen, KeyPressed
from locker.core.site import DoorKind
from locker.core.states import Asking, Displaced, GiveBack, LookAtShelf, PassAgain, Take
from locker.core.visit import at_counter
from sync.credential import Pass, ReadPass
from sync.facts import Identified, PassRefused

MOST_REFUSED = 16
"""Refused passes remembered at once: more than anybody holds in one hand, and a cap on what they can write."""


def code_read(draft: Draft, text: str) -> None:
    """Answer a code; whatever is not ours gets one generic answer and is not looked at further."""
    said = meaning(text)
    match said:
        case ReadPass():
            return _pass_shown(draft, said, len(text))
        case LabelRead():
            return _label_shown(draft, said)
        case DoorChosen():
            return door_chosen(draft, said)
        case KeyPressed():
            return key_pressed(draft, said)
        case None:
            return strange_code(draft, len(text))
    assert_never(said)


def strange_code(draft: Draft, chars: int) -> None:
    """Answer a code that is not ours."""
    _stranger(draft, chars)
    draft.show(Screen("not_our_code"), draft.cabinet.site.limits.show_s)


def door_chosen(draft: Draft, chosen: DoorChosen) -> None:
    """Answer a door's number."""
    if draft.cabinet.choosing is None:
        draft.show(Screen("pass_first"), draft.cabinet.site.limits.show_s)
        return
    visits.tell(draft, None, chosen)


def key_pressed(draft: Draft, key: KeyPressed) -> None:
    """Answer yes or no, to the visit last spoken with or to whoever is choosing: nobody answers for somebody else."""
    focus = draft.cabinet.focus
    visits.tell(draft, focus if focus in draft.cabinet.at_doors else None, key)


def _pass_shown(draft: Draft, read: ReadPass, chars: int) -> None:
    cabinet = draft.cabinet
    verdict = admit(read, cabinet.site, cabinet.memory, draft.now)
    match verdict:
        case Refused(why="not_believed"):
            _stranger(draft, chars)
            return draft.show(Screen("pass_not_from_here"), cabinet.site.limits.show_s)
        case Refused():
            return _refuse(draft, verdict)
        case Admitted():
            return _welcome(draft, verdict.claims)
    assert_never(verdict)


def _refuse(draft: Draft, refused: Refused) -> None:
    show_ms = draft.cabinet.site.limits.show_s * MS_PER_S
    claims, now_ms = refused.claims, draft.now.uptime_ms
    key = f"{claims.resident}/{claims.serial}"
    lately = {other: at for other, at in draft.cabinet.refused.items() if now_ms < at + show_ms}
    if key in lately or len(lately) < MOST_REFUSED:
        if key not in lately:
            draft.keep(PassRefused(resident=claims.resident, serial=claims.serial, why=refused.why))
        draft.change(refused={**lately, key: now_ms})
    draft.show(Screen(f"pass_{refused.why}"), draft.cabinet.site.limits.show_s)


def _welcome(draft: Draft, claims: Pass) -> None:
    cabinet = draft.cabinet
    if cabinet.choosing is not None and cabinet.choosing.resident == claims.resident:
        draft.change(focus=None)
        visits.tell(draft, None, PassAgain())
        return
    for door, at in cabinet.at_doors.items():
        if at.resident == claims.resident:
            draft.change(focus=door)
            visits.tell(draft, door, PassAgain())
            return
    _make_room(draft)
    number = draft.cabinet.memory.visits + 1
    draft.keep(
        Identified(
            visit=number,
            resident=claims.resident,
            pass_type=claims.type,
            serial=claims.serial,
            issuer=claims.issuer,
        )
    )
    draft.change(choosing=at_counter(number, claims.resident, draft.room), focus=None)
    doors = cabinet.site.doors_of(DoorKind.SHELF, DoorKind.SINGLE)
    if len(doors) == 1:  # nothing to choose: the bookcase that stands alone opens at once
        visits.tell(draft, None, DoorChosen(doors[0].id))
    else:
        visits.tell(draft, None, PassAgain())


def _make_room(draft: Draft) -> None:
    """End what waits at the counter for an answer that will not come any more."""
    visits.tell(draft, None, Displaced())
    for door, at in draft.cabinet.at_doors.items():
        if isinstance(at, Asking):
            visits.tell(draft, door, Displaced())


def _label_shown(draft: Draft, label: LabelRead) -> None:
    door = _door_of_label(draft, label.item)
    if door is not None:
        draft.change(focus=door)
        openings.used(draft, door)
        visits.tell(draft, door, label)
    elif draft.cabinet.choosing is not None:
        visits.tell(draft, None, label)
    else:
        openings.give_back(draft, label.item)


def _door_of_label(draft: Draft, item: str) -> int | None:
    """Find the door whose visit a label is shown to; None for whoever is choosing, or nobody.

    A door that was opened for this very item comes first. Then a shelf: the one last spoken with, and any other only
    while nobody is choosing, since whoever showed a pass last must not fill somebody else's list.
    """
    cabinet = draft.cabinet
    for door, at in cabinet.at_doors.items():
        if isinstance(at.errand, Take | GiveBack) and at.errand.item == item:
            return door
    shelves = [door for door, at in cabinet.at_doors.items() if isinstance(at.errand, LookAtShelf)]
    if cabinet.focus in shelves:
        return cabinet.focus
    return shelves[-1] if shelves and cabinet.choosing is None else None


def _stranger(draft: Draft, chars: int) -> None:
    """Count a code that is not ours; at most one log line in `strange_log_s`, with its length and never its text."""
    before = draft.cabinet.strangers
    count, now_ms = before.count + 1, draft.now.uptime_ms
    gap_ms = draft.cabinet.site.limits.strange_log_s * MS_PER_S
    if before.logged_ms is None or now_ms >= before.logged_ms + gap_ms:
        draft.do(NoteStrangeCode(chars, count))
        draft.change(strangers=Strangers(0, now_ms))
    else:
        draft.change(strangers=msgspec.structs.replace(before, count=count))
