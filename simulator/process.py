"""This file knows how a program of the town is started, listened to, ended, and killed."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

END_WITHIN_S: Final = 15.0
"""How long a program may take to end in good order before it is killed."""


class Process:
    """One child process; its lines on stdout are heard in a thread of their own, its stderr goes to a file."""

    def __init__(
        self,
        argv: Sequence[str],
        log: Path,
        heard: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Start it."""
        with log.open("ab") as stderr:
            self._child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                env={**os.environ, **(environ or {})},
                process_group=0,  # Ctrl-C at the terminal is for the town, which ends its programs in order
            )
        self._heard = heard
        self._listener = threading.Thread(target=self._listen, name=f"listen {argv[-1]}")
        self._listener.start()

    @property
    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._child.poll()

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end in good order; kill it if it does not. Its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self._child.poll() is None:
            self._child.send_signal(number)
        try:
            code = self._child.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            code = self._child.wait()
        self._listener.join()
        return code

    def _listen(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                self._heard(line.rstrip("\n"))
