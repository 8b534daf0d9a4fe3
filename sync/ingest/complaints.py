"""This file knows how to complain: one clean line, at most one a cabinet a minute, and how many it stands for. Pure."""

from typing import Final

EVERY_S: Final = 60.0
"""Often enough for a person who watches, and 1,440 lines a day at most for a cabinet gone mad."""
MAX_NAMES: Final = 1000
"""Forged names must not fill the memory; beyond this all share one line."""


class Complaints:
    """What was said last about whom."""

    def __init__(self) -> None:
        self._said_s: dict[str, float] = {}
        self._silent: dict[str, int] = {}

    def due(self, name: str, now_s: float) -> int | None:
        """How many complaints this line stands for; None when it is to be swallowed. `now_s` is a monotonic clock."""
        if name not in self._said_s and len(self._said_s) >= MAX_NAMES:
            name = ""
        said_s = self._said_s.get(name)
        count = self._silent.get(name, 0) + 1
        if said_s is not None and now_s - said_s < EVERY_S:
            self._silent[name] = count
            return None
        self._silent[name] = 0
        self._said_s[name] = now_s
        return count


def one_line(text: str) -> str:
    """The text in printable ASCII: what came from outside must not write log lines of its own or drive a terminal."""
    return text.encode("unicode_escape").decode()
