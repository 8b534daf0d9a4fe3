"""What one bus does next: pulses first, then doors about to move, then a slow look at everything. Pure.

Every time is in milliseconds on one monotonic clock, and is handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from firmware_bridge.board import BoardProfile
from firmware_bridge.budget import Budget, Go, Hot, NotBefore
from firmware_bridge.report import Lock

STALE_MS: Final = 3000  # a person who saw nothing happen for three seconds has stepped away, or asked again
SWEEP_MS: Final = 1000  # a door forced open is told within about a second; 24 locks cost 3 % of a 9600 baud bus
ARMED_MS: Final = 50  # a leaf takes 80 ms and more to pop, a person 200 ms to notice: no use in asking faster
BUSY_SHARE: Final = 0.6  # of the bus's time for armed polling at most, so that a pulse finds the line free
MISSES: Final = 3  # unanswered readings in a row that make a board silent: one question and two more tries
SILENT_FROM_MS: Final = 1000  # a silent board costs 0.2 s of bus time each time it is asked ...
SILENT_TO_MS: Final = 5000  # ... so ask less and less often, but find it within seconds once it is back
REOPEN_FROM_MS: Final = 500  # a re-plugged USB adapter is a device again after about half a second
REOPEN_TO_MS: Final = 5000  # a volunteer who has plugged it in looks at the screen for longer than that
MOST_WAITING: Final = 16  # pulses; with one coil at once a bus sends five within STALE_MS


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pulse that was asked for at `at_ms`."""

    ticket: int
    lock: Lock
    at_ms: int


@dataclass(frozen=True, slots=True)
class Open:
    """Open the line, then say `opened` or `lost`."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this pulse, then say `pulsed`."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Drop:
    """Report this pulse as refused; it will not be sent."""

    wanted: Wanted
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """Read this board once, then say `answered` or `missed`."""

    board: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing is due before `until_ms`, unless something new is asked for."""

    until_ms: int


Next = Open | Send | Drop | Look | Rest


@dataclass(slots=True)
class _Watched:
    """One board, and how looking at it went."""

    profile: BoardProfile
    looked_ms: int | None = None  # when it was last asked on this line
    told_ms: int = 0  # when that ended; before it: long ago
    misses: int = 0  # how often in a row it did not answer
    again: bool = False  # a change was read, and has to be read once more


class Schedule:
    """The plan of one bus with at least one board: say what happened, then ask what is `next`."""

    def __init__(self, boards: Sequence[BoardProfile], budget: Budget) -> None:
        self._boards = {board.name: _Watched(board) for board in boards}
        self._budget = budget
        self._waiting: list[Wanted] = []
        self._armed: frozenset[str] = frozenset()
        self._open = False
        self._reopen_ms = 0
        self._failures = 0

    @property
    def all_silent(self) -> bool:
        """Whether no board on the line answers any more."""
        return all(watched.misses >= MISSES for watched in self._boards.values())

    @property
    def any_silent(self) -> bool:
        """Whether a board on the line has not answered, or was not asked yet."""
        return any(watched.misses or watched.looked_ms is None for watched in self._boards.values())

    @property
    def has_room(self) -> bool:
        """Whether one more pulse may wait."""
        return len(self._waiting) < MOST_WAITING

    def want(self, wanted: Wanted) -> None:
        """Take in a pulse, while there is room."""
        self._waiting.append(wanted)

    def give_up(self) -> list[Wanted]:
        """Take back the pulses that wait, unsent."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def arm(self, locks: frozenset[Lock]) -> None:
        """From now on, look often at the boards of these locks, and slowly at all others."""
        self._armed = frozenset(lock.board for lock in locks)

    def opened(self) -> None:
        """The line is open: look at every board anew. Pulses that were sent on the old line are never sent again."""
        self._open = True
        self._boards = {name: _Watched(watched.profile) for name, watched in self._boards.items()}

    def lost(self, now_ms: int) -> None:
        """The line broke, could not be opened, or was given up because nobody answers on it."""
        self._open = False
        self._reopen_ms = now_ms + min(REOPEN_FROM_MS << min(self._failures, 8), REOPEN_TO_MS)
        self._failures += 1

    def pulsed(self, now_ms: int, lock: Lock) -> None:
        """A pulse was sent, and its coil went on at `now_ms` at the latest."""
        self._budget.spend(now_ms, lock, self._boards[lock.board].profile.pulse_ms)

    def answered(self, began_ms: int, now_ms: int, board: str, *, doubted: bool) -> None:
        """A board told its doors. A `doubted` change is looked at again at once, but only once until the next look."""
        watched = self._boards[board]
        self._failures = 0
        watched.looked_ms, watched.told_ms = began_ms, now_ms
        watched.misses, watched.again = 0, doubted and not watched.again

    def missed(self, began_ms: int, now_ms: int, board: str) -> bool:
        """A board did not answer. Whether it counts as silent by now."""
        watched = self._boards[board]
        watched.looked_ms, watched.told_ms = began_ms, now_ms
        watched.misses, watched.again = watched.misses + 1, False
        return watched.misses >= MISSES

    def next(self, now_ms: int) -> Next:
        """What to do now."""
        wake_ms = []
        for wanted in self._waiting:
            fate = self._fate(now_ms, wanted)
            if isinstance(fate, int):
                wake_ms.append(fate)
            else:
                self._waiting.remove(wanted)
                return fate
        if self._open:
            due_ms, board = min((self._due_ms(watched), name) for name, watched in self._boards.items())
            due: Next = Look(board)
        else:
            due_ms, due = self._reopen_ms, Open()
        return due if due_ms <= now_ms else Rest(min([due_ms, *wake_ms]))

    def _fate(self, now_ms: int, wanted: Wanted) -> Send | Drop | int:
        """Send it, drop it, or when to think of it again."""
        watched = self._boards.get(wanted.lock.board)
        if watched is None or wanted.lock.number not in watched.profile.numbers:
            return Drop(wanted, f"there is no lock {wanted.lock.number} on a board {wanted.lock.board!r} here")
        stale_ms = wanted.at_ms + STALE_MS
        if now_ms >= stale_ms:
            return Drop(wanted, f"not sent within {STALE_MS} ms: the line was {'busy' if self._open else 'down'}")
        if not self._open:
            return stale_ms
        match self._budget.ask(now_ms, wanted.lock, watched.profile.pulse_ms):
            case Go():
                return Send(wanted)
            case Hot(reason):
                return Drop(wanted, reason)
            case NotBefore(at_ms):
                return min(at_ms, stale_ms)

    def _due_ms(self, watched: _Watched) -> int:
        if watched.looked_ms is None:
            return watched.told_ms
        if watched.misses >= MISSES:
            return watched.told_ms + min(SILENT_FROM_MS << min(watched.misses - MISSES, 8), SILENT_TO_MS)
        if watched.misses or watched.again:
            return watched.told_ms
        if watched.profile.name in self._armed:
            return watched.looked_ms + self._armed_every_ms()
        return watched.looked_ms + SWEEP_MS

    def _armed_every_ms(self) -> int:
        armed = [self._boards[name] for name in self._armed if name in self._boards]
        busy_ms = sum(watched.told_ms - (watched.looked_ms or 0) for watched in armed if not watched.misses)
        return max(ARMED_MS, ceil(busy_ms / BUSY_SHARE))
