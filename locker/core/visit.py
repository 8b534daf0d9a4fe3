"""This file knows one resident at the cabinet, from the pass to the settled visit.

    Choosing ──wish──► Waiting ──opened──► AtDoor ──closed──► Asking ──✓ ✗ label or time──► ended
        ▲                 │ not opened        │ labels shown, or given back
        └─────────────────┘                   └────────────────────────────────────────────► ended

A return by label is the same walk without a resident: Waiting, AtDoor, gone. Pure and total: `step` answers every
event in every state, and says with a `Wish` that it wants a door; the cabinet alone opens doors.
"""

from typing import assert_never

import msgspec

from locker.core import catalogue
from locker.core.actions import Screen
from locker.core.codes import LabelRead
from locker.core.rules import MS_PER_S
from locker.core.screen import IDLE, screen_of, screen_of_end
from locker.core.settlement import settle
from locker.core.signals import DoorChosen, KeyPressed
from locker.core.site import DoorKind
from locker.core.states import (
    Asking,
    AtDoor,
    Choosing,
    Closed,
    Displaced,
    Event,
    GiveBack,
    LeftOpen,
    LookAtShelf,
    NotOpened,
    Opened,
    PassAgain,
    Room,
    Take,
    Tick,
    Visit,
    VisitStep,
    Waiting,
    Wish,
)
from sync.facts import AnyFact, Browsed, DoorClosed, DoorOpened, LabelShown, LabelWithdrawn, OpeningVoided, VisitEnded
from sync.reasons import Evidence


def step(visit: Visit, event: Event, room: Room) -> VisitStep:
    """Say what `event` makes of `visit`."""
    match visit:
        case Choosing():
            return _choosing(visit, event, room)
        case Waiting():
            return _waiting(visit, event, room)
        case AtDoor():
            return _at_door(visit, event, room)
        case Asking():
            return _asking(visit, event, room)
    assert_never(visit)


def _repeat(visit: Visit, room: Room) -> VisitStep:
    return VisitStep(visit, screen=screen_of(visit, room))


def conclude(visit: AtDoor | Asking, room: Room, evidence: Evidence) -> VisitStep:
    """End the visit with what is concluded from it; `evidence` as for `settle`."""
    return _over(visit, settle(visit, room, evidence))


def at_counter(visit: int, resident: str, room: Room) -> Choosing:
    """Somebody who has just shown or done something, and has `idle_s` for the next thing."""
    until_ms = room.now.uptime_ms + room.site.limits.idle_s * MS_PER_S
    return Choosing(visit=visit, resident=resident, until_ms=until_ms)


def _choosing(visit: Choosing, event: Event, room: Room) -> VisitStep:
    awake = at_counter(visit.visit, visit.resident, room)
    match event:
        case DoorChosen():
            return _by_door(awake, event.door, room)
        case LabelRead():
            return _by_label(awake, event.item, room)
        case Displaced():
            return VisitStep(None, (VisitEnded(visit=visit.visit, how="left"),))
        case Tick() if room.now.uptime_ms >= visit.until_ms:
            return VisitStep(None, (VisitEnded(visit=visit.visit, how="left"),), IDLE)
        case KeyPressed(key="no"):
            return VisitStep(None, (VisitEnded(visit=visit.visit, how="left"),), IDLE)
        case PassAgain():
            return _repeat(awake, room)
        case KeyPressed():
            return VisitStep(awake)
        case Opened() | Closed() | NotOpened() | LeftOpen() | Tick():
            return VisitStep(visit)
    assert_never(event)


def _by_door(visit: Choosing, door: int, room: Room) -> VisitStep:
    spec = room.site.doors.get(door)
    if spec is None:
        return VisitStep(visit, screen=Screen("no_such_door", {"door": door}))
    if spec.kind is DoorKind.SHELF:
        return VisitStep(visit, wish=Wish(door, LookAtShelf()))
    if spec.kind is DoorKind.SLOT:
        return VisitStep(visit, screen=Screen("label_first"))
    item = catalogue.item_behind(room.site, room.memory, door)
    if item is not None:
        return _take(visit, door, item, room)
    home = catalogue.item_of(room.site, door)
    loan = room.memory.loans.get(home) if home else None
    if home is not None and loan is not None and loan.resident == visit.resident:
        return VisitStep(visit, wish=Wish(door, GiveBack(home)))
    return VisitStep(visit, screen=Screen("item_out", {"door": door}))


def _take(visit: Choosing, door: int, item: str, room: Room) -> VisitStep:
    limit = room.site.limits.loans_per_resident
    if room.memory.loans_of(visit.resident) >= limit:
        return VisitStep(visit, screen=Screen("limit_reached", {"limit": limit}))
    return VisitStep(visit, wish=Wish(door, Take(item)))


def _by_label(visit: Choosing, item: str, room: Room) -> VisitStep:
    site, memory = room.site, room.memory
    shelf = catalogue.shelf_for(site, item)
    place = catalogue.place_of(site, memory, item)
    if place is not None and place in site.doors and site.doors[place].kind is DoorKind.SINGLE:
        return _take(visit, place, item, room)
    if catalogue.lent_from_shelf(site, item) and shelf is not None:
        return VisitStep(visit, wish=Wish(shelf, LookAtShelf((item,) if place is None else ())))
    empty = catalogue.empty_singles(site, memory, item)
    if place is None and empty:
        return VisitStep(visit, wish=Wish(empty[0], GiveBack(item)))
    return VisitStep(visit, screen=Screen("keep_it"))


def _waiting(visit: Waiting, event: Event, room: Room) -> VisitStep:
    match event:
        case Opened():
            at = AtDoor(visit=visit.visit, resident=visit.resident, door=visit.door, errand=visit.errand)
            opened = DoorOpened(door=visit.door, intent=visit.intent, visit=visit.visit)
            return VisitStep(at, (opened, *_first_labels(at)), screen_of(at, room))
        case NotOpened():
            return _not_opened(visit, event, room)
        case LabelRead() if _full(visit, event.item, room):
            return VisitStep(visit, screen=Screen("list_full", {"door": visit.door}))
        case LabelRead() if isinstance(visit.errand, LookAtShelf):  # kept until the door is open
            return _repeat(msgspec.structs.replace(visit, errand=_toggled(visit.errand, event.item)), room)
        case PassAgain() | LabelRead() | DoorChosen():
            return _repeat(visit, room)
        case KeyPressed() | Closed() | LeftOpen() | Displaced() | Tick():
            return VisitStep(visit)
    assert_never(event)


def _full(visit: Waiting | AtDoor, item: str, room: Room) -> bool:
    """Whether one visit has shown as many labels as it may: everything that can grow has a cap, a list too."""
    errand = visit.errand
    if not isinstance(errand, LookAtShelf) or item in errand.shown:
        return False
    return len(errand.shown) >= room.site.limits.labels_per_visit


def _toggled(errand: LookAtShelf, item: str) -> LookAtShelf:
    """The same label again means: not this one."""
    again = item in errand.shown
    return LookAtShelf(tuple(other for other in errand.shown if other != item) if again else (*errand.shown, item))


def _first_labels(visit: AtDoor) -> tuple[AnyFact, ...]:
    if not isinstance(visit.errand, LookAtShelf):
        return ()
    assert visit.visit is not None, "only a return goes without a visit"
    return tuple(LabelShown(item=item, door=visit.door, visit=visit.visit) for item in visit.errand.shown)


def _not_opened(visit: Waiting, event: NotOpened, room: Room) -> VisitStep:
    voided = OpeningVoided(intent=visit.intent, door=visit.door, why=event.why, visit=visit.visit)
    if visit.visit is None:
        return VisitStep(None, (voided,), Screen("keep_it"))
    assert visit.resident is not None, "only a return goes without a resident"
    back = at_counter(visit.visit, visit.resident, room)
    key = "cannot_see" if event.why == "unknown" else "did_not_open"
    return VisitStep(back, (voided,), Screen(key, {"door": visit.door}))


def _at_door(visit: AtDoor, event: Event, room: Room) -> VisitStep:
    match event:
        case LabelRead() if _full(visit, event.item, room):
            return VisitStep(visit, screen=Screen("list_full", {"door": visit.door}))
        case LabelRead() if isinstance(visit.errand, LookAtShelf):
            return _label(visit, visit.errand, event.item, room)
        case Closed():
            return _closed(visit, room)
        case LeftOpen():
            return VisitStep(visit, screen=Screen("please_close", {"door": visit.door}))
        case PassAgain() | LabelRead():
            return _repeat(visit, room)
        case DoorChosen() | KeyPressed() | Opened() | NotOpened() | Displaced() | Tick():
            return VisitStep(visit)
    assert_never(event)


def _label(visit: AtDoor, errand: LookAtShelf, item: str, room: Room) -> VisitStep:
    assert visit.visit is not None, "only a return goes without a visit"
    kind = LabelWithdrawn if item in errand.shown else LabelShown
    fact: AnyFact = kind(item=item, door=visit.door, visit=visit.visit)
    after = msgspec.structs.replace(visit, errand=_toggled(errand, item))
    return VisitStep(after, (fact,), screen_of(after, room))


def _closed(visit: AtDoor, room: Room) -> VisitStep:
    closed = DoorClosed(door=visit.door, visit=visit.visit)
    result = ask_or_conclude(visit, room)
    return msgspec.structs.replace(result, facts=(closed, *result.facts))


def ask_or_conclude(visit: AtDoor, room: Room) -> VisitStep:
    """Settle at once what a label has said; where none was shown, put the one question."""
    if isinstance(visit.errand, GiveBack) or (isinstance(visit.errand, LookAtShelf) and visit.errand.shown):
        return conclude(visit, room, Evidence.LABEL)
    assert visit.visit is not None, "only a return goes without a visit"
    assert visit.resident is not None, "only a return goes without a resident"
    asking = Asking(
        visit=visit.visit,
        resident=visit.resident,
        door=visit.door,
        errand=visit.errand,
        until_ms=room.now.uptime_ms + room.site.limits.ask_s * MS_PER_S,
        interrupted=visit.interrupted,
    )
    return VisitStep(asking, screen=screen_of(asking, room))


def _asking(visit: Asking, event: Event, room: Room) -> VisitStep:
    match event:
        case LabelRead():
            return _label_after_all(visit, event.item, room)
        case KeyPressed(key="no"):
            return _over(visit, (Browsed(visit=visit.visit, door=visit.door),))
        case KeyPressed():
            if isinstance(visit.errand, Take):
                return conclude(visit, room, Evidence.PERSON)
            return _repeat(visit, room)
        case Displaced():
            return conclude(visit, room, Evidence.SWITCH)
        case Tick() if room.now.uptime_ms >= visit.until_ms:
            return conclude(visit, room, Evidence.SWITCH)
        case Opened():  # a leaf that bounced, or a second thought: it is still this visit
            at = AtDoor(
                visit=visit.visit,
                resident=visit.resident,
                door=visit.door,
                errand=visit.errand,
                interrupted=visit.interrupted,
            )
            return VisitStep(at, (DoorOpened(door=visit.door, visit=visit.visit),), screen_of(at, room))
        case PassAgain():
            return _repeat(visit, room)
        case DoorChosen() | Closed() | NotOpened() | LeftOpen() | Tick():
            return VisitStep(visit)
    assert_never(event)


def _label_after_all(visit: Asking, item: str, room: Room) -> VisitStep:
    if isinstance(visit.errand, Take):
        if item == visit.errand.item:
            return conclude(visit, room, Evidence.LABEL)
        return _repeat(visit, room)
    result = conclude(msgspec.structs.replace(visit, errand=LookAtShelf((item,))), room, Evidence.LABEL)
    shown = LabelShown(item=item, door=visit.door, visit=visit.visit)
    return msgspec.structs.replace(result, facts=(shown, *result.facts))


def _over(visit: AtDoor | Asking, facts: tuple[AnyFact, ...]) -> VisitStep:
    ended: tuple[AnyFact, ...] = ()
    if visit.visit is not None:
        ended = (VisitEnded(visit=visit.visit, how="interrupted" if visit.interrupted else "settled"),)
    return VisitStep(None, facts + ended, screen_of_end(facts))
