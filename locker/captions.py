"""This file knows how screens leave the daemon: one JSON line each, in every language, for whatever shows or speaks it.

    {"screen": "take_it", "args": {"door": 3, …}, "zh": "3 号门已打开。…", "en": "Door 3 is open. …", "help": {…}}

The loop must never wait for a reader that has stopped reading, so the lines pass through a bounded queue and a thread
of their own; when it is full the oldest line goes, since only the newest screen matters.
"""

import queue
import select
import threading
from typing import Final, TextIO

import msgspec

from locker.core.actions import Screen
from sync.text import LANGUAGES, words

WAITING: Final = 64
_TURN_S: Final = 0.5
"""How often the thread looks whether it is to stop."""


def caption(screen: Screen) -> bytes:
    """One screen in every language, as JSON without a newline."""
    said = {language: words(language).say(screen.key, screen.args) for language in LANGUAGES}
    help_lines = {language: words(language).help_line(screen.args) for language in LANGUAGES}
    return msgspec.json.encode({"screen": screen.key, "args": dict(screen.args), **said, "help": help_lines})


class Captions:
    """Writes captions to a text stream, in its own thread."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`, one line a screen."""
        self._stream = stream
        self._waiting: queue.Queue[Screen] = queue.Queue(WAITING)

    def show(self, screen: Screen) -> None:
        """Queue a screen; never blocks. Called by the loop alone."""
        while True:
            try:
                return self._waiting.put_nowait(screen)
            except queue.Full:
                self._drop_oldest()

    def run(self, stop: threading.Event) -> None:
        """Write until told to stop, then what is left; a reader that does not read delays nothing."""
        heard = True
        while not (stop.is_set() and self._waiting.empty()):
            try:
                screen = self._waiting.get(timeout=_TURN_S)
            except queue.Empty:
                continue
            heard = heard and self._has_room(stop) and self._write(caption(screen).decode())

    def _has_room(self, stop: threading.Event) -> bool:
        """Wait until a line can be written without blocking; False when it is time to stop instead.

        A pipe that is writable takes 4096 bytes at once, and a caption is far shorter.
        """
        try:
            out = self._stream.fileno()
        except OSError:
            return True  # not the system's: a text in memory has room
        while not select.select([], [out], [], _TURN_S)[1]:
            if stop.is_set():
                return False
        return True

    def _write(self, line: str) -> bool:
        """Write one line; False when there is nobody to read it any more."""
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except OSError:
            return False
        return True

    def _drop_oldest(self) -> None:
        try:
            self._waiting.get_nowait()
        except queue.Empty:
            return
