"""Frames out of bytes that arrive in any pieces: hunt for a head, check, drop one byte on failure, keep the tail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from firmware_bridge.codec.frame import Frame, Noise


class Unripe(Enum):
    """`UNRIPE`: these bytes may become a frame, or a longer one; more bytes or a quiet gap will tell."""

    UNRIPE = auto()


UNRIPE: Final = Unripe.UNRIPE


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one protocol's frames are told from noise.

    `head` matches where a frame may begin. `read(window, ended)` gets at most `longest` bytes from there and gives
    the frame at their front, `UNRIPE`, or None when no frame begins there. It is never `UNRIPE` when the window is
    full or `ended` is true (nothing more will come).
    """

    head: re.Pattern[bytes]
    longest: int
    read: Callable[[bytes, bool], Frame | Unripe | None]


class Decoder:
    """Finds one grammar's frames. Holds back less than `grammar.longest` bytes, whatever it is fed."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._tail = b""

    @property
    def held(self) -> int:
        """How many bytes wait for more bytes, or a quiet gap, to explain them."""
        return len(self._tail)

    def feed(self, fresh: bytes) -> list[Frame | Noise]:
        """Take in what has arrived; give what is certain by now, in order."""
        return self._hunt(self._tail + fresh, ended=False)

    def quiet(self) -> list[Frame | Noise]:
        """Say that the line fell silent: what is held back ends here, as a frame or as noise."""
        return self._hunt(self._tail, ended=True)

    def _hunt(self, heard: bytes, *, ended: bool) -> list[Frame | Noise]:
        found: list[Frame | Noise] = []
        told = at = 0
        self._tail = b""
        while (head := self._grammar.head.search(heard, at)) is not None:
            at = head.start()
            verdict = self._grammar.read(heard[at : at + self._grammar.longest], ended)
            if verdict is None:
                at += 1
                continue
            if told < at:
                found.append(Noise(heard[told:at]))
            told = at
            if verdict is UNRIPE:
                self._tail = heard[at:]
                return found
            found.append(verdict)
            told = at = at + len(verdict.raw)
        if told < len(heard):
            found.append(Noise(heard[told:]))
        return found
