"""The reading child's one loop: frames in, lines out, until the parent is gone.

It keeps nothing that would be missed: whatever goes wrong in here, the parent ends the process and starts another.
"""

import hashlib
import os
import time
from collections.abc import Callable
from typing import Final, TypeAlias, assert_never

import numpy as np

from locker.scan.alphabet import alphanumeric
from locker.scan.backoff import Backoff
from locker.scan.camera import Camera, Gone, NothingNew
from locker.scan.decode import Scan
from locker.scan.lines import MAX_WHY_CHARS, Line, ReaderState, Strange
from locker.scan.sightings import Sightings
from locker.scan.step import Grey

HEARTBEAT_S: Final = 1.0
"""The parent ends this process after three of these without a line."""

FRAME_WAIT_S: Final = 0.25
"""How long to wait for a frame before looking up: a quarter of a heartbeat."""

LOOK_EVERY_S: Final = 1 / 15
"""At 30 a second the ladder would take 15 % of the core it was measured on (4.8 ms a look at an empty 640 x 480 frame),
several times that on a small board; at 15 a code waits 33 ms longer on average, which nobody feels."""

LOOK_AGAIN_S: Final = 0.5
"""Who puts a picture into a folder waits no longer than that; listing a thousand names takes 10 ms (measured)."""

Look: TypeAlias = Callable[[Grey], list[Scan]]
Say: TypeAlias = Callable[[Line], None]
ParentGone: TypeAlias = Callable[[float], bool]
"""Waits so many seconds for the parent to go away and says whether it has: the only place where the loop rests."""


class Watch:
    """One camera being watched: `look` reads a frame, `say` writes a line, `parent_gone` says when to stop."""

    def __init__(self, camera: Camera, look: Look, say: Say, parent_gone: ParentGone) -> None:
        self._camera = camera
        self._look = look
        self._say = say
        self._parent_gone = parent_gone
        self._sightings = Sightings()
        # A volunteer stands there with the cable in hand: never longer than 5 s between two attempts.
        self._backoff = Backoff(first_s=0.5, most_s=5.0, well_s=10.0)
        self._salt = os.urandom(16)
        self._health: ReaderState | None = None
        self._open = False
        self._frames = 0
        self._opened_s = self._heartbeat_s = time.monotonic()

    def run(self) -> None:
        """Watch until the parent is gone. Blocks all that time."""
        rest_s = 0.0
        while not self._rest(rest_s):
            rest_s = self._turn()
        self._camera.close()

    def _turn(self) -> float:
        """Do one thing; return how long to rest after it."""
        began_s = time.monotonic()
        if not self._open:
            return self._try_to_open(began_s)
        frame = self._camera.newest(FRAME_WAIT_S)
        match frame:
            case NothingNew():
                self._tell(ReaderState.OK)
                return LOOK_AGAIN_S
            case Gone():
                return self._lose(frame)
            case None:
                return 0.0
            case np.ndarray():
                self._take(frame)
                return max(0.0, began_s + LOOK_EVERY_S - time.monotonic())
        assert_never(frame)

    def _try_to_open(self, now_s: float) -> float:
        self._opened_s = now_s
        gone = self._camera.open()
        if gone is not None:
            return self._lose(gone)
        self._open = True
        return 0.0

    def _lose(self, gone: Gone) -> float:
        self._camera.close()
        self._open = False
        self._tell(ReaderState.NO_CAMERA, gone.why)
        return self._backoff.after(time.monotonic() - self._opened_s)

    def _take(self, frame: Grey) -> None:
        """Look at one frame and say what is news in it."""
        texts = [scan.text for scan in self._look(frame)]
        self._frames += 1
        self._tell(ReaderState.OK)
        codes = {text for text in texts if alphanumeric(text)}
        for text in self._sightings.news(texts, time.monotonic_ns() // 1_000_000):
            if text in codes:
                self._say(Line(code=text, together=len(codes)))
            else:
                self._say(Line(strange=Strange(length=len(text), hash=self._hash(text))))

    def _hash(self, text: str) -> str:
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._salt, digest_size=8).hexdigest()

    def _tell(self, state: ReaderState, why: str = "") -> None:
        if state is not self._health:
            self._health = state
            self._say(Line(health=state, why=why[:MAX_WHY_CHARS]))

    def _rest(self, seconds: float) -> bool:
        """Rest for `seconds` without missing a heartbeat; say whether the parent went away meanwhile."""
        until_s = time.monotonic() + seconds
        while True:
            now_s = time.monotonic()
            if now_s - self._heartbeat_s >= HEARTBEAT_S:
                self._heartbeat_s = now_s
                self._say(Line(frame=self._frames))
            if self._parent_gone(max(0.0, min(until_s - now_s, HEARTBEAT_S))):
                return True
            if time.monotonic() >= until_s:
                return False
