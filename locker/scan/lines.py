"""What the reading child and its parent say to each other: one JSON object a line, from child to parent only.

* {"code": "LC1:…", "together": 1}: a code that is news, and how many codes were in view with it
* {"strange": {"length": 18, "hash": "…"}}: a text outside the alphabet; the hash is salted anew in every child
* {"health": "no_camera", "why": "…"}: on change
* {"frame": 1042}: once a second, frames or not: I am alive
"""

import signal
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from locker.scan.alphabet import MAX_CODE_CHARS, alphanumeric

MAX_LINE_BYTES: Final = 4096
"""The longest honest line (300 characters of code) has 330 bytes; also what a pipe takes in one piece."""

DEADLINE_SIGNAL: Final = signal.SIGPROF
"""What the child's exit status names when a frame took longer than its deadline."""

MAX_WHY_CHARS: Final = 200


class ReaderState(StrEnum):
    """How a reader is, as far as it can tell."""

    OK = "ok"
    """Frames come."""
    NO_CAMERA = "no_camera"
    """No frames come; the reason says why."""
    RESTARTING = "restarting"
    """The reading process is over and about to be started again. Said by the parent, never by the child."""


class Strange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that may not be passed on: how many characters, and a salted hash to tell one from another."""

    length: Annotated[int, msgspec.Meta(ge=0)]
    hash: Annotated[str, msgspec.Meta(max_length=64, pattern="^[0-9a-f]+$")]


class Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line. Exactly one of `code`, `strange`, `health`, `frame` is there."""

    code: Annotated[str, msgspec.Meta(max_length=MAX_CODE_CHARS)] | None = None
    together: Annotated[int, msgspec.Meta(ge=1)] | None = None
    strange: Strange | None = None
    health: ReaderState | None = None
    why: Annotated[str, msgspec.Meta(max_length=MAX_WHY_CHARS)] = ""
    frame: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def __repr__(self) -> str:
        """Say what kind of line it is, never what a code says."""
        kinds = (name for name in ("code", "strange", "health", "frame") if getattr(self, name) is not None)
        return f"<a line with {', '.join(kinds) or 'nothing'}>"


def written(line: Line) -> bytes:
    """Return `line` as it goes through the pipe, newline included."""
    return msgspec.json.encode(line) + b"\n"


def understood(raw: bytes) -> Line | None:
    """Return the line in `raw`, or None if it is none of ours: the child may be broken, or not ours at all."""
    try:
        line = msgspec.json.decode(raw, type=Line)
    except msgspec.MsgspecError:
        return None
    said = [part for part in (line.code, line.strange, line.health, line.frame) if part is not None]
    if len(said) != 1 or line.health is ReaderState.RESTARTING:
        return None
    if line.code is not None and not alphanumeric(line.code):
        return None
    return line


class LineCutter:
    """Cuts a stream of bytes into lines. Keeps at most 4 KiB; a longer line is dropped up to its end."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> list[bytes | None]:
        """Return the lines that `chunk` completes; None in place of each that was too long."""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        lines: list[bytes | None] = []
        for line in whole:
            lines.append(None if self._dropping or len(line) > MAX_LINE_BYTES else line)
            self._dropping = False
        if len(self._rest) > MAX_LINE_BYTES:
            self._rest = b""
            self._dropping = True
        return lines
