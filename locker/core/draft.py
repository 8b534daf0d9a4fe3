"""This file knows one step in the making: it gathers what changes, what is to be kept and what is to be done.

A draft lives inside one call of `step` and is never shared: the step stays a pure function with a readable body.
"""

from collections.abc import Mapping

import msgspec

from locker.core.actions import Action, Screen, ShowScreen
from locker.core.door import Door
from locker.core.memory import Going, Memory, fold
from locker.core.rules import MS_PER_S
from locker.core.screen import IDLE, help_args
from locker.core.site import Site
from locker.core.states import AtADoor, Choosing, Room
from sync.facts import AnyFact
from sync.stamp import Stamp


class Strangers(msgspec.Struct, frozen=True):
    """Codes that were not ours, since the last log line."""

    count: int = 0
    logged_ms: int | None = None


class Cabinet(msgspec.Struct, frozen=True, kw_only=True):
    """All that the loop's thread owns; replaced by every step, never changed."""

    site: Site
    memory: Memory
    doors: Mapping[int, Door]
    choosing: Choosing | None = None
    """Who stands at the counter and has not chosen a door yet."""
    at_doors: Mapping[int, AtADoor] = {}
    """Whose door it is, by door."""
    focus: int | None = None
    """The door that the last words at the counter were about; None while they are with whoever is choosing."""
    screen: Screen = IDLE
    screen_until_ms: int | None = None
    watched: frozenset[int] = frozenset()
    """The doors that are polled fast."""
    unexplained: Mapping[int, Going] = {}
    """What was going on at these doors when the power went; explained when the switch has been read."""
    explain_by_ms: int | None = None
    label_openings_ms: tuple[int, ...] = ()
    unlisted_ms: tuple[int, ...] = ()
    """When labels that nobody here has listed were recorded at the bin."""
    refused: Mapping[str, int] = {}
    """Passes refused lately (resident/serial) and when last seen, so that a code held in view is one refusal."""
    strangers: Strangers = Strangers()
    halted: bool = False


class Step(msgspec.Struct, frozen=True):
    """What a signal made of the cabinet. The facts are on disk before the first action is done."""

    cabinet: Cabinet
    actions: tuple[Action, ...]
    facts: tuple[AnyFact, ...]
    wake_at: int | None
    """Uptime in ms at which the cabinet wants `TimeUp`; None for never."""


class Draft:
    """One step in the making."""

    def __init__(self, cabinet: Cabinet, now: Stamp) -> None:
        """Begin from `cabinet` at `now`."""
        self.cabinet = cabinet
        self.now = now
        self.facts: list[AnyFact] = []
        self.actions: list[Action] = []

    @property
    def room(self) -> Room:
        """What visits may look at, as it is now."""
        return Room(self.cabinet.site, self.cabinet.memory, self.now)

    def change(self, **changes: object) -> None:
        """Replace fields of the cabinet."""
        self.cabinet = msgspec.structs.replace(self.cabinet, **changes)

    def keep(self, *facts: AnyFact) -> None:
        """Remember these facts for ever."""
        memory = self.cabinet.memory
        for fact in facts:
            memory = fold(memory, fact)
        self.facts.extend(facts)
        self.change(memory=memory)

    def do(self, action: Action) -> None:
        """Do this once the facts are on disk."""
        self.actions.append(action)

    def show(self, screen: Screen, for_s: int | None = None) -> None:
        """Show a screen, until the next one or for so many seconds."""
        whole = Screen(screen.key, {**help_args(self.cabinet.site), **screen.args})
        until_ms = None if for_s is None else self.now.uptime_ms + for_s * MS_PER_S
        self.change(screen=whole, screen_until_ms=until_ms)
        self.do(ShowScreen(whole))

    def set_door(self, door: int, state: Door) -> None:
        """Replace one door's state."""
        if self.cabinet.doors[door] != state:
            self.change(doors={**self.cabinet.doors, door: state})

    def set_visit(self, door: int, visit: AtADoor | None) -> None:
        """Replace or remove the visit at a door."""
        at_doors = {other: at for other, at in self.cabinet.at_doors.items() if other != door}
        if visit is not None:
            at_doors[door] = visit
        self.change(at_doors=at_doors)
