"""One door of a cabinet as physics: a coil draws the bolt, a spring pops the leaf, people pull and push it.

Pure: every time is given, in milliseconds, and never goes back. Seeded, so that a story can be told twice.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

PULL_IN_MS: Final = 20  # a solenoid that is on for less does not draw its bolt
POP_MS: Final = (80, 250)  # from drawn bolt to ajar leaf: sprung locker doors, light and heavy
BOUNCE_MS: Final = 8  # a reed or micro switch settles within 5-10 ms


@dataclass(frozen=True, slots=True)
class LeafSwung:
    """The leaf of a door opened or closed. A switch may take BOUNCE_MS to say so."""

    lock: int
    open: bool
    at_ms: int


class Door:
    """One door. `pop_ms` None: the spring is broken or missing, and a person has to pull once the bolt is drawn."""

    def __init__(self, lock: int, *, pop_ms: int | None = 120, jammed: bool = False, seed: int = 0) -> None:
        self.lock = lock
        self.pop_ms = pop_ms
        self.jammed = jammed
        self.on_move: Callable[[LeafSwung], None] = lambda _move: None
        self._random = random.Random(f"{seed}:{lock}")
        self._open = False
        self._latched = True
        self._coil_on_ms: int | None = None
        self._pops_at_ms: int | None = None
        self._moved_ms = -BOUNCE_MS
        self._bounces: frozenset[int] = frozenset()

    @property
    def next_ms(self) -> int | None:
        """When this door will move by itself, if it will."""
        return self._pops_at_ms

    def coil_on(self, now_ms: int) -> None:
        """Current flows. The bolt is drawn after PULL_IN_MS, and the spring then has its way."""
        self.settle(now_ms)
        self._coil_on_ms = now_ms
        if self.pop_ms is not None and not self._open and not self.jammed:
            self._pops_at_ms = now_ms + max(self.pop_ms, PULL_IN_MS)

    def coil_off(self, now_ms: int) -> None:
        """Current stops. A drawn latch stays drawn until the leaf is pushed shut; an undrawn one holds."""
        self.settle(now_ms)
        if self._coil_on_ms is not None and now_ms - self._coil_on_ms < PULL_IN_MS:
            self._pops_at_ms = None
        elif self._coil_on_ms is not None:
            self._latched = False
        self._coil_on_ms = None

    def pull(self, now_ms: int) -> bool:
        """A person pulls at the leaf. Whether it is open now."""
        self.settle(now_ms)
        drawn = self._coil_on_ms is not None and now_ms - self._coil_on_ms >= PULL_IN_MS
        if not self._open and not self.jammed and (drawn or not self._latched):
            self._move(now_ms, to_open=True)
        return self._open

    def push(self, now_ms: int) -> bool:
        """A person pushes the leaf shut. Whether it is shut now: a drawn bolt lets the spring throw it back."""
        self.settle(now_ms)
        if self._open and self._coil_on_ms is None:
            self._latched = True
            self._move(now_ms, to_open=False)
        return not self._open

    def unlock_by_key(self, now_ms: int) -> None:
        """A volunteer turns the mechanical key and opens, jam or not."""
        self.settle(now_ms)
        if not self._open:
            self._move(now_ms, to_open=True)

    def settle(self, now_ms: int) -> None:
        """Let happen what happens by itself until now."""
        if self._pops_at_ms is not None and self._pops_at_ms <= now_ms:
            self._move(self._pops_at_ms, to_open=True)

    def is_open(self, now_ms: int) -> bool:
        """Whether the leaf is open: the truth, which the switch only approaches."""
        self.settle(now_ms)
        return self._open

    def switch_says_open(self, now_ms: int) -> bool:
        """What the contact says: the truth, but either way in the milliseconds after a move."""
        self.settle(now_ms)
        return self._open != (now_ms - self._moved_ms in self._bounces)

    def _move(self, at_ms: int, *, to_open: bool) -> None:
        self._open, self._moved_ms, self._pops_at_ms = to_open, at_ms, None
        self._bounces = frozenset(ms for ms in range(BOUNCE_MS) if self._random.random() < 0.5)
        if to_open:
            self._latched = False
        self.on_move(LeafSwung(self.lock, to_open, at_ms))


def hang_doors(count: int, seed: int = 0) -> Mapping[int, Door]:
    """A cabinet's doors, numbered from 1, each with a spring of its own temper."""
    dice = random.Random(seed)
    return {lock: Door(lock, pop_ms=dice.randint(*POP_MS), seed=seed) for lock in range(1, count + 1)}
