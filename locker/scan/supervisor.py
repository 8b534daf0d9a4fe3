"""The parent's side of reading: keeps one reading child alive and turns its lines into reports.

The child is a process of its own because a camera driver can hang and a decoder can crash, and only a process can be
ended for that. Nothing that it writes, or fails to write, gets past this file unread.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from locker.scan.backoff import Backoff
from locker.scan.lines import DEADLINE_SIGNAL, Line, LineCutter, ReaderState, understood

LISTEN_S: Final = 0.2
"""How late a request to stop may be seen: less than a person notices when the cabinet is switched off."""

BURY_S: Final = 5.0
"""A process killed while its driver hangs in the kernel can take seconds; longer, and we go on without it."""

MOST_GARBAGE_LINES: Final = 1000
"""In one life. Whatever writes so many lines that are not ours is not our child, or has lost its mind: start afresh."""


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """`reader` read a text of QR alphanumeric characters (1…300 of them) that is news."""

    reader: str
    text: str = field(repr=False)
    together: int
    """How many different codes were in view in that frame."""


@dataclass(frozen=True, slots=True)
class StrangeSeen:
    """`reader` read a text that cannot be ours; `hash` is salted anew at each start of the child."""

    reader: str
    length: int
    hash: str


@dataclass(frozen=True, slots=True)
class ReaderHealth:
    """`reader` is now in `state`; `why` is for a volunteer."""

    reader: str
    state: ReaderState
    why: str


ScanReport: TypeAlias = CodeSeen | StrangeSeen | ReaderHealth


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a child may be silent before it is killed, in seconds."""

    first_line_s: float = 20.0
    """Starting takes 0.5 s where it was measured; a small board with a slow, cold card takes many times that."""
    silence_s: float = 3.0
    """It writes at least once a second; a frame has 1 s of processor time; the rest is a busy computer's."""


class ScanChild:
    """One reading child, kept alive. `run` belongs to one thread; the counts may be read from any."""

    def __init__(
        self,
        reader: str,
        argv: Sequence[str],
        report: Callable[[ScanReport], None],
        *,
        patience: Patience | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._reader = reader
        self._argv = tuple(argv)
        self._report = report
        self._patience = patience or Patience()
        # Half a second is not noticed at the cabinet; half a minute spares a computer whose camera is broken for good.
        self._backoff = backoff or Backoff(first_s=0.5, most_s=30.0, well_s=60.0)
        self.pid: int | None = None
        """The living child's process id; None between two lives."""
        self.restarts = 0
        """Children that ended or were ended, and were replaced."""
        self.garbage_lines = 0
        """Lines that were not ours: no JSON, too long, binary, or a text that may not be passed on."""

    def run(self, stop: threading.Event) -> None:
        """Keep a child alive until `stop` is set; calls `report` from this thread. Returns within about 0.5 s of it.

        The child is tied to the thread that runs this: when that ends, however it ends, the kernel ends the child.
        """
        while not stop.is_set():
            born_s = time.monotonic()
            why = self._one_life(stop)
            if stop.is_set():
                return
            self.restarts += 1
            self._report(ReaderHealth(self._reader, ReaderState.RESTARTING, why))
            stop.wait(self._backoff.after(time.monotonic() - born_s))

    def _one_life(self, stop: threading.Event) -> str:
        """Start a child and listen to it until it ends, must be ended, or `stop` is set. Return why it is over."""
        try:
            child = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        except OSError as refused:
            return f"cannot be started: {refused.strerror}"
        self.pid = child.pid
        try:
            return self._listen(child, stop)
        finally:
            self.pid = None
            _end(child)

    def _listen(self, child: subprocess.Popen[bytes], stop: threading.Event) -> str:
        assert child.stdout is not None
        cutter = LineCutter()
        most_garbage = self.garbage_lines + MOST_GARBAGE_LINES
        heard_s, limit_s = time.monotonic(), self._patience.first_line_s
        with selectors.DefaultSelector() as ears:
            ears.register(child.stdout, selectors.EVENT_READ)
            while not stop.is_set():
                if ears.select(LISTEN_S):
                    chunk = os.read(child.stdout.fileno(), 65536)
                    if not chunk:
                        return _epitaph(child)
                    if self._hear(cutter.feed(chunk)):
                        heard_s, limit_s = time.monotonic(), self._patience.silence_s
                if time.monotonic() - heard_s > limit_s:
                    return f"killed: silent for {limit_s:g} s"
                if self.garbage_lines > most_garbage:
                    return "killed: it writes nonsense"
        return "told to stop"

    def _hear(self, lines: Iterable[bytes | None]) -> bool:
        """Report what `lines` say; return whether any of them was understood."""
        heard = False
        for raw in lines:
            line = None if raw is None else understood(raw)
            if line is None:
                self.garbage_lines += 1
                continue
            heard = True
            report = self._meaning(line)
            if report is not None:
                self._report(report)
        return heard

    def _meaning(self, line: Line) -> ScanReport | None:
        """Return what `line` reports; None for a heartbeat."""
        if line.code is not None:
            return CodeSeen(self._reader, line.code, line.together or 1)
        if line.strange is not None:
            return StrangeSeen(self._reader, line.strange.length, line.strange.hash)
        if line.health is not None:
            return ReaderHealth(self._reader, line.health, line.why)
        return None


def reading_argv(source: str, reader: str) -> list[str]:
    """Return the command that reads `source` in a process of its own, under the name `reader`."""
    return [sys.executable, "-m", "locker.scan", source, "--name", reader]


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill `child`, let go of its pipes, and wait for it: never a second child on the same camera, never a zombie."""
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.wait(BURY_S)
    except subprocess.TimeoutExpired:  # its driver hangs in the kernel; nothing in user space can end that
        return


def _epitaph(child: subprocess.Popen[bytes]) -> str:
    """Say how a child ended that has closed its stdout."""
    try:
        status = child.wait(LISTEN_S)
    except subprocess.TimeoutExpired:
        return "killed: it closed its output and stayed"
    if status == -DEADLINE_SIGNAL:
        return "ended: one frame took longer than 1 s"
    if status < 0:
        return f"ended by signal {-status}"
    return f"ended with status {status}"
