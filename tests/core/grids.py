"""One of each: states and events of a door and of a visit, with the names that the tables give them."""

from locker.core import door, visit
from locker.core.codes import LabelRead
from locker.core.memory import Memory, fold
from locker.core.signals import DoorChosen, KeyPressed
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
)
from tests.core.lines import lent
from tests.core.moment import stamp
from tests.core.place import (
    ATLAS,
    BIN,
    DRILL,
    DRILL_DOOR,
    FOREIGN,
    KIT,
    KIT_DOOR,
    LIMITS,
    NOVEL,
    PAIR,
    SAW,
    SAW_DOOR,
    SHELF,
    A,
    B,
)

NOW_MS = 100_000
LATER_MS = NOW_MS + 1
WAITS = door.waits(LIMITS, LIMITS.left_open_single_s)
CLOSED_AGES_AGO = NOW_MS - WAITS.settle_ms
"""Stable for exactly as long as it must be."""

DOORS: dict[str, door.Door] = {
    "Unknown": door.Unknown(),
    "Unknown, a visit's": door.Unknown(held=True),
    "Shut": door.Shut(),
    "Opening, first pulse": door.Opening(intent=1, attempt=1, until_ms=LATER_MS),
    "Opening, first pulse, time over": door.Opening(intent=1, attempt=1, until_ms=NOW_MS),
    "Opening, second pulse, time over": door.Opening(intent=1, attempt=2, until_ms=NOW_MS),
    "Opening, board silent": door.Opening(intent=1, attempt=1, until_ms=LATER_MS, blind=True, missed=True),
    "Opening, board silent, time over": door.Opening(intent=1, attempt=1, until_ms=NOW_MS, blind=True, missed=True),
    "Opening, board was silent, time over": door.Opening(intent=1, attempt=1, until_ms=NOW_MS, missed=True),
    "Open": door.Open(remind_ms=LATER_MS),
    "Open, for long": door.Open(remind_ms=NOW_MS),
    "Open, closing": door.Open(remind_ms=NOW_MS, closing_ms=CLOSED_AGES_AGO + 1),
    "Open, closed for long enough": door.Open(remind_ms=NOW_MS, closing_ms=CLOSED_AGES_AGO),
    "Stuck": door.Stuck(),
}
DOOR_EVENTS: dict[str, door.Event] = {
    "asked": door.Asked(2, 1),
    "switch: closed": door.Seen("closed"),
    "switch: open": door.Seen("open"),
    "board silent": door.Seen("unknown"),
    "pulse sent": door.PulseAnswered(1, "sent"),
    "pulse not answered": door.PulseAnswered(1, "silent"),
    "pulse refused": door.PulseAnswered(1, "refused"),
    "another pulse's answer": door.PulseAnswered(99, "refused"),
    "used": door.Used(),
    "time": door.Tick(),
}

SHELF_VISIT = LookAtShelf()
LIST_VISIT = LookAtShelf((NOVEL, ATLAS))
"""The novel is out and comes back, the atlas is taken."""

VISITS: dict[str, Visit] = {
    "Choosing": Choosing(visit=1, resident=A, until_ms=LATER_MS),
    "Choosing, time over": Choosing(visit=1, resident=A, until_ms=NOW_MS),
    "Waiting": Waiting(visit=1, resident=A, door=KIT_DOOR, errand=Take(KIT), intent=1),
    "Waiting, first label shown": Waiting(visit=1, resident=A, door=SHELF, errand=LookAtShelf((NOVEL,)), intent=1),
    "Waiting, by label": Waiting(visit=None, resident=None, door=SAW_DOOR, errand=GiveBack(SAW), intent=1),
    "AtDoor, shelf": AtDoor(visit=1, resident=A, door=SHELF, errand=SHELF_VISIT),
    "AtDoor, shelf, labels shown": AtDoor(visit=1, resident=A, door=SHELF, errand=LIST_VISIT),
    "AtDoor, to take": AtDoor(visit=1, resident=A, door=KIT_DOOR, errand=Take(KIT)),
    "AtDoor, to give back": AtDoor(visit=1, resident=A, door=DRILL_DOOR, errand=GiveBack(DRILL)),
    "AtDoor, to give back, by label": AtDoor(visit=None, resident=None, door=SAW_DOOR, errand=GiveBack(SAW)),
    "Asking, shelf": Asking(visit=1, resident=A, door=SHELF, errand=SHELF_VISIT, until_ms=LATER_MS),
    "Asking, shelf, time over": Asking(visit=1, resident=A, door=SHELF, errand=SHELF_VISIT, until_ms=NOW_MS),
    "Asking, single": Asking(visit=1, resident=A, door=KIT_DOOR, errand=Take(KIT), until_ms=LATER_MS),
    "Asking, single, time over": Asking(visit=1, resident=A, door=KIT_DOOR, errand=Take(KIT), until_ms=NOW_MS),
}
VISIT_EVENTS: dict[str, Event] = {
    "label of a book that is out": LabelRead(NOVEL),
    "label of a book that is in": LabelRead(ATLAS),
    "label of a tool that is out": LabelRead(DRILL),
    "label of the tool behind the door": LabelRead(KIT),
    "label from elsewhere": LabelRead(FOREIGN),
    "number of a shelf": DoorChosen(SHELF),
    "number of a full door": DoorChosen(KIT_DOOR),
    "number of one's own empty door": DoorChosen(DRILL_DOOR),
    "number of another's empty door": DoorChosen(SAW_DOOR),
    "number of a slot": DoorChosen(BIN),
    "number of no door": DoorChosen(77),
    "yes": KeyPressed("yes"),
    "no": KeyPressed("no"),
    "door opened": Opened(),
    "door closed": Closed(),
    "door did not open": NotOpened("not_opened"),
    "door was not pulsed": NotOpened("not_pulsed"),
    "nobody knows": NotOpened("unknown"),
    "door open for long": LeftOpen(),
    "the same pass again": PassAgain(),
    "somebody else's pass": Displaced(),
    "time": Tick(),
}


def _memory() -> Memory:
    memory = Memory()
    for fact in (*lent(NOVEL, A), *lent(DRILL, A, 2, DRILL_DOOR), *lent(SAW, B, 3, SAW_DOOR)):
        memory = fold(memory, fact)
    return memory


ROOM = Room(PAIR, _memory(), stamp(NOW_MS))


def door_answer(state: door.Door, event: door.Event) -> door.Result:
    return door.step(state, event, NOW_MS, WAITS)


def visit_answer(state: Visit, event: Event) -> VisitStep:
    return visit.step(state, event, ROOM)
