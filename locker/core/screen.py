"""This file knows what a resident sees and hears in each state: keys and arguments of `sync/text`, no words. Pure."""

from collections.abc import Sequence
from typing import assert_never

from locker.core.actions import Screen
from locker.core.catalogue import gives_back
from locker.core.site import Site
from locker.core.states import Asking, AtDoor, Choosing, GiveBack, LookAtShelf, Room, Take, Visit, Waiting
from sync.facts import AnyFact, Borrowed, Returned

IDLE = Screen("idle")


def screen_of(visit: Visit, room: Room) -> Screen:
    """The screen that stands while the visit is in this state; it is also the answer to the same pass again."""
    match visit:
        case Choosing():
            return Screen("choose")
        case Waiting():
            return Screen("opening", {"door": visit.door})
        case AtDoor():
            return _at_door(visit, room)
        case Asking(errand=LookAtShelf()):
            return Screen("ask_shelf", {"door": visit.door})
        case Asking():
            return Screen("ask_single", {"door": visit.door})
    assert_never(visit)


def _at_door(visit: AtDoor, room: Room) -> Screen:
    match visit.errand:
        case LookAtShelf(shown=()):
            return Screen("shelf_open", {"door": visit.door})
        case LookAtShelf(shown=shown):
            back = sum(gives_back(room.site, room.memory, item) for item in shown)
            return Screen("shelf_list", {"door": visit.door, "taken": len(shown) - back, "back": back})
        case Take():
            return Screen("take_it", {"door": visit.door})
        case GiveBack():
            return Screen("put_it_in", {"door": visit.door})
    assert_never(visit.errand)


def screen_of_end(facts: Sequence[AnyFact]) -> Screen:
    """What is said when a visit is settled: counts, the day it is due, never a title."""
    borrowed = [fact for fact in facts if isinstance(fact, Borrowed)]
    returned = sum(isinstance(fact, Returned) for fact in facts)
    if not borrowed:
        return Screen("returned", {"back": returned}) if returned else Screen("browsed")
    days = [fact.due for fact in borrowed if fact.due is not None]
    key = "borrowed" if days else "borrowed_no_date"
    args: dict[str, str | int] = {"taken": len(borrowed), "back": returned}
    return Screen(key, {**args, "due": min(days)} if days else args)


def help_args(site: Site) -> dict[str, str | int]:
    """What every screen carries besides its own arguments: who to ask, and where one stands."""
    return {"help": site.help_number, "cabinet": site.cabinet}
