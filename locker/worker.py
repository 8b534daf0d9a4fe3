"""This file knows how a thread of ours lives: it has a name, can be stopped, and never dies unheard.

What happens after a death is its owner's to decide; the daemon stops as a whole and systemd starts it again.
"""

import logging
import threading
from collections.abc import Callable

import msgspec

from locker.logs import named

_log = logging.getLogger(__name__)


class WorkerDied(msgspec.Struct, frozen=True):
    """A thread ended that nobody had told to stop."""

    name: str
    error: str
    """Type and words of what went wrong, without anything that people showed to the scanner."""


class Worker:
    """One thread around `run(stop)`, which returns soon after `stop` is set and not before.

    `died` is called in that thread, once, when `run` raises or returns unasked. It must be quick and must not raise:
    putting the value into a queue is what it is for.
    """

    def __init__(self, name: str, run: Callable[[threading.Event], None], died: Callable[[WorkerDied], None]) -> None:
        """Make the thread; it does nothing before `start`."""
        self.name = name
        self._run = run
        self._died = died
        self._stop = threading.Event()
        # Not a daemon thread: such a one is cut off anywhere when the process ends, in the middle of a write too.
        self._thread = threading.Thread(target=self._live, name=name, daemon=False)

    def start(self) -> None:
        """Begin. RuntimeError the second time: who died is made anew."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Tell it to stop and wait at most `timeout_s`; whether it has ended. May be called at any time and again.

        False means that `run` hangs: as long as it does, the process cannot end but by `os._exit`.
        """
        self._stop.set()
        started = self._thread.ident is not None
        if started and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _live(self) -> None:
        try:
            self._run(self._stop)
        except Exception as error:  # noqa: BLE001  the one broad except: no thread of ours may die in silence
            _log.exception("worker died", extra={"fields": {"worker": self.name}})
            self._died(WorkerDied(self.name, named(error)))
        else:
            if not self._stop.is_set():
                _log.error("worker ended unasked", extra={"fields": {"worker": self.name}})
                self._died(WorkerDied(self.name, "ended without having been told to stop"))
