"""This file knows what is to be seen and heard at the cabinet: screens, coils and leaves, each at its time.

Residents and programs of the town wait here for what they expect; nobody guesses how long a thing takes.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from simulator.pty_wire import CoilPulsed, LeafMoved


@dataclass(frozen=True, slots=True)
class ScreenShown:
    """The cabinet shows and says something new."""

    key: str
    zh: str
    en: str
    at_s: float


@dataclass(frozen=True, slots=True)
class WentDark:
    """The power is gone: screen, light and voice."""

    at_s: float


Sight = ScreenShown | CoilPulsed | LeafMoved | WentDark
_T = TypeVar("_T", bound=Sight)


class NothingHappenedError(AssertionError):
    """What everybody waited for did not come."""


class Scene:
    """All sights since the beginning, in order. Every method may be called from any thread."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._sights: list[Sight] = []
        self._news = threading.Condition()

    def now_s(self) -> float:
        """Return the time by which sights are dated: time.monotonic()."""
        return time.monotonic()

    def see(self, sight: Sight) -> None:
        """Add what has just been seen."""
        with self._news:
            self._sights.append(sight)
            self._news.notify_all()

    def mark(self) -> int:
        """Remember this moment: `wait` can look from here on."""
        with self._news:
            return len(self._sights)

    def all(self, kind: type[_T]) -> list[_T]:
        """Return every sight of a kind so far."""
        with self._news:
            return [sight for sight in self._sights if isinstance(sight, kind)]

    def is_dark(self) -> bool:
        """Say whether the power is gone and nothing has been shown since."""
        with self._news:
            last = next((sight for sight in reversed(self._sights) if isinstance(sight, ScreenShown | WentDark)), None)
            return isinstance(last, WentDark)

    def wait_any(self, since: int, within_s: float) -> Sight | None:
        """Return the first sight from `since` on, of whatever kind; None when none has come `within_s` from now."""
        with self._news:
            self._news.wait_for(lambda: len(self._sights) > since, within_s)
            return self._sights[since] if len(self._sights) > since else None

    def wait(self, kind: type[_T], fits: Callable[[_T], bool], since: int, within_s: float) -> _T | None:
        """Return the first fitting sight from `since` on; None when none comes within `within_s`, or it goes dark."""
        until_s = time.monotonic() + within_s
        seen = since
        with self._news:
            while True:
                while seen < len(self._sights):
                    sight = self._sights[seen]
                    seen += 1
                    if isinstance(sight, kind) and fits(sight):
                        return sight
                    if isinstance(sight, WentDark):
                        return None
                left_s = until_s - time.monotonic()
                if left_s <= 0:
                    return None
                self._news.wait(left_s)
