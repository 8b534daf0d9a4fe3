"""This file knows the states of a visit and what can happen to it, as plain frozen values."""

from typing import Literal

import msgspec

from locker.core.actions import Screen
from locker.core.codes import LabelRead
from locker.core.memory import Memory
from locker.core.signals import DoorChosen, KeyPressed
from locker.core.site import Site
from sync.facts import AnyFact
from sync.stamp import Stamp


class LookAtShelf(msgspec.Struct, frozen=True):
    """Take and give back at an open shelf, by showing labels."""

    shown: tuple[str, ...] = ()


class Take(msgspec.Struct, frozen=True):
    """Take the one item out of a single door."""

    item: str


class GiveBack(msgspec.Struct, frozen=True):
    """Put the item into an empty single door or a slot."""

    item: str


Errand = LookAtShelf | Take | GiveBack


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """A valid pass was shown; which door is not said yet."""

    visit: int
    resident: str
    until_ms: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The bolt is being pulsed; the leaf has not moved yet."""

    visit: int | None
    """None for a return by label, which names nobody."""
    resident: str | None
    door: int
    errand: Errand
    intent: int


class AtDoor(msgspec.Struct, frozen=True, kw_only=True):
    """The door is open."""

    visit: int | None
    resident: str | None
    door: int
    errand: Errand
    interrupted: bool = False


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """The door is closed and one question stands: whether anything was taken."""

    visit: int
    resident: str
    door: int
    errand: LookAtShelf | Take
    until_ms: int
    interrupted: bool = False


AtADoor = Waiting | AtDoor | Asking
Visit = Choosing | AtADoor


class Wish(msgspec.Struct, frozen=True):
    """The visit wants this door opened, for this errand."""

    door: int
    errand: Errand


class Opened(msgspec.Struct, frozen=True):
    """Its door has opened."""


class Closed(msgspec.Struct, frozen=True):
    """Its door is closed and has been for long enough."""


class NotOpened(msgspec.Struct, frozen=True):
    """Its door did not open, or nobody can say."""

    why: Literal["not_opened", "not_pulsed", "unknown"]


class LeftOpen(msgspec.Struct, frozen=True):
    """Its door has stood open for long."""


class PassAgain(msgspec.Struct, frozen=True):
    """The same resident's pass was shown again."""


class Displaced(msgspec.Struct, frozen=True):
    """Somebody else has come to the counter."""


class Tick(msgspec.Struct, frozen=True):
    """Time has passed."""


Event = LabelRead | DoorChosen | KeyPressed | Opened | Closed | NotOpened | LeftOpen | PassAgain | Displaced | Tick


class Room(msgspec.Struct, frozen=True):
    """What a visit may look at."""

    site: Site
    memory: Memory
    now: Stamp


class VisitStep(msgspec.Struct, frozen=True):
    """What becomes of the visit: its next state (None = over), what is to be kept, shown and opened."""

    visit: Visit | None
    facts: tuple[AnyFact, ...] = ()
    screen: Screen | None = None
    wish: Wish | None = None
