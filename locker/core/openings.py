"""This file knows how a door comes to be opened: a visit's wish or a label becomes an intent, and then a pulse. Pure.

This is the only place that asks for a pulse, and each has its intent among the same step's facts.
"""

from typing import assert_never

from locker.core import catalogue, door
from locker.core.actions import PulseBolt, Screen
from locker.core.draft import Draft
from locker.core.rules import label_may_open, unlisted_may_return
from locker.core.site import DoorKind
from locker.core.states import Choosing, GiveBack, LookAtShelf, Waiting, Wish
from sync.facts import OpeningIntended, OpeningVoided, Returned
from sync.reasons import Cause, Evidence, Fault


def waits_of(draft: Draft, number: int) -> door.Waits:
    """How long this door may take, by its kind."""
    limits = draft.cabinet.site.limits
    kind = draft.cabinet.site.doors[number].kind
    match kind:
        case DoorKind.SHELF:
            return door.waits(limits, limits.left_open_shelf_s)
        case DoorKind.SINGLE:
            return door.waits(limits, limits.left_open_single_s)
        case DoorKind.SLOT:
            return door.waits(limits, limits.left_open_slot_s)
    assert_never(kind)


def available(draft: Draft, number: int) -> bool:
    """Whether this door can be opened for somebody now: a door that is open is never given to another."""
    cabinet = draft.cabinet
    return (
        isinstance(cabinet.doors.get(number), door.Shut)
        and number not in cabinet.at_doors
        and (Fault.DOOR_STUCK, number) not in cabinet.memory.faults
    )


def used(draft: Draft, number: int) -> None:
    """Let the reminder to close this door wait from now: somebody is busy there."""
    state, _ = door.step(draft.cabinet.doors[number], door.Used(), draft.now.uptime_ms, waits_of(draft, number))
    draft.set_door(number, state)


def grant(draft: Draft, visit: Choosing, wish: Wish) -> None:
    """Open the door that a visit wishes for, or say why not."""
    if not available(draft, wish.door):
        draft.show(Screen("door_not_free", {"door": wish.door}), draft.cabinet.site.limits.show_s)
        return
    item = None if isinstance(wish.errand, LookAtShelf) else wish.errand.item
    intent = _intend(draft, wish.door, cause=Cause.PASS, visit=visit.visit, item=item)
    waiting = Waiting(visit=visit.visit, resident=visit.resident, door=wish.door, errand=wish.errand, intent=intent)
    draft.change(choosing=None, focus=wish.door)
    draft.set_visit(wish.door, waiting)
    draft.show(Screen("opening", {"door": wish.door}))


def try_again(draft: Draft, number: int) -> None:
    """Pulse once more for the visit that waits at this door: a new intent, since the first one has ended."""
    waiting = draft.cabinet.at_doors[number]
    assert isinstance(waiting, Waiting), "a door is only ever opened for a visit that waits at it"
    going = draft.cabinet.memory.going[number]
    draft.keep(OpeningVoided(intent=waiting.intent, door=number, why="not_opened", visit=waiting.visit))
    intent = _intend(draft, number, cause=going.cause, visit=waiting.visit, item=going.item, attempt=2)
    again = Waiting(visit=waiting.visit, resident=waiting.resident, door=number, errand=waiting.errand, intent=intent)
    draft.set_visit(number, again)
    draft.show(Screen("trying_again", {"door": number}))


def give_back(draft: Draft, item: str) -> None:
    """Take an item back on its label alone: into the bin, an empty single door, or a slot."""
    site, memory = draft.cabinet.site, draft.cabinet.memory
    place = catalogue.place_of(site, memory, item)
    show_s = site.limits.show_s
    if place is not None:
        shown = draft.cabinet.screen
        again = shown.key == "into_the_bin" and shown.args["door"] == place  # held in view: the answer again
        draft.show(shown if again else Screen("pass_first"), show_s)
        return
    target = _door_for(draft, item)
    if target is None:
        shelf = catalogue.lent_from_shelf(site, item) and catalogue.shelf_for(site, item) is not None
        draft.show(Screen("pass_opens_shelf" if shelf else "keep_it"), show_s)
        return
    if site.doors[target].locked:
        _open_for_label(draft, item, target)
    else:
        _into_the_bin(draft, item, target)


def _into_the_bin(draft: Draft, item: str, target: int) -> None:
    """Record what goes through the open flap; of labels nobody has listed only so many, the rest is found later."""
    cabinet, now_ms = draft.cabinet, draft.now.uptime_ms
    limits = cabinet.site.limits
    if item not in cabinet.site.items:
        if not unlisted_may_return(cabinet.unlisted_ms, now_ms, limits):
            draft.show(Screen("bin_later", {"door": target}), limits.show_s)
            return
        draft.change(unlisted_ms=(*cabinet.unlisted_ms, now_ms)[-limits.unlisted_per_hour :])
    draft.keep(Returned(item=item, door=target, evidence=Evidence.LABEL, seen=False))
    draft.show(Screen("into_the_bin", {"door": target}), limits.show_s)


def _open_for_label(draft: Draft, item: str, target: int) -> None:
    cabinet, now_ms = draft.cabinet, draft.now.uptime_ms
    label_door_open = any(going.cause is Cause.LABEL for going in cabinet.memory.going.values())
    if label_door_open or not label_may_open(cabinet.label_openings_ms, now_ms, cabinet.site.limits):
        draft.show(Screen("one_moment"), cabinet.site.limits.show_s)
        return
    draft.change(label_openings_ms=(*cabinet.label_openings_ms, now_ms)[-cabinet.site.limits.label_per_hour :])
    intent = _intend(draft, target, cause=Cause.LABEL, item=item)
    draft.change(focus=target)
    draft.set_visit(target, Waiting(visit=None, resident=None, door=target, errand=GiveBack(item), intent=intent))
    draft.show(Screen("opening", {"door": target}))


def _door_for(draft: Draft, item: str) -> int | None:
    """Pick where an item may go without a pass: a listed tool to an empty single door, all else to the bin."""
    site, memory = draft.cabinet.site, draft.cabinet.memory
    slots = [spec.id for _, spec in sorted(site.doors.items()) if spec.kind is DoorKind.SLOT]
    choices = slots
    if not catalogue.lent_from_shelf(site, item):
        choices = [*catalogue.empty_singles(site, memory, item), *slots]
    free = (id_ for id_ in choices if not site.doors[id_].locked or available(draft, id_))
    return next(free, None)


def _intend(
    draft: Draft, number: int, *, cause: Cause, visit: int | None = None, item: str | None = None, attempt: int = 1
) -> int:
    intent = draft.cabinet.memory.intents + 1
    draft.keep(OpeningIntended(intent=intent, door=number, cause=cause, attempt=attempt, visit=visit, item=item))
    state, _ = door.step(
        draft.cabinet.doors[number], door.Asked(intent, attempt), draft.now.uptime_ms, waits_of(draft, number)
    )
    draft.set_door(number, state)
    draft.do(PulseBolt(number, intent))
    return intent
