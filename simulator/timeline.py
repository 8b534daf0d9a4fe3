"""This file knows how the town's story is told to a person: who did what, what the cabinet said, in zh and en."""

import sys
import threading
import time
from typing import TextIO


class Timeline:
    """A running commentary, one happening a line or two; any thread may tell."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        """Begin the clock."""
        self._out = out
        self._started_s = time.monotonic()
        self._turn = threading.Lock()

    def act(self, who: str, zh: str, en: str) -> None:
        """Tell what somebody does, or what befalls them."""
        self._line(f"● {who}  {zh}", en)

    def said(self, zh: str, en: str) -> None:
        """Tell what the cabinet shows and says."""
        self._line(f"    ▷ {zh}", f"    {en}")

    def _line(self, zh: str, en: str) -> None:
        at_s = time.monotonic() - self._started_s
        with self._turn:
            print(f"{at_s:6.1f} s  {zh}\n{'':10}{en}", file=self._out, flush=True)
