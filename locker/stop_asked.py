"""This file knows how the operating system asks a daemon to end: SIGTERM and SIGINT, heard in a thread of their own.

A Python signal handler runs in the main thread wherever that happens to be, perhaps inside the inbox's own lock; so the
handlers do nothing, and the interpreter's wake-up socket tells a worker, which may block and call whatever it likes.
"""

import selectors
import signal
import socket
import threading
from collections.abc import Callable
from typing import Final

ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
_TURN_S: Final = 0.2
"""How often the thread looks whether it is to stop."""


class StopAsks:
    """Hears the signals from its making until `close`; makes one only in the main thread."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with the signal's name, from the thread that runs `run`."""
        self._heard = heard
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self._before = {number: signal.signal(number, _nothing) for number in ENDINGS}
        self._fd_before = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)

    def run(self, stop: threading.Event) -> None:
        """Listen until told to stop."""
        with selectors.DefaultSelector() as ears:
            ears.register(self._ear, selectors.EVENT_READ)
            while not stop.is_set():
                if not ears.select(_TURN_S):
                    continue
                for number in self._ear.recv(64):
                    if number in ENDINGS:
                        self._heard(signal.Signals(number).name)

    def close(self) -> None:
        """Give the signals back as they were."""
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ear.close()
        self._mouth.close()


def _nothing(_number: int, _frame: object) -> None:
    """Exist, so that the signal neither kills us nor is ignored."""
