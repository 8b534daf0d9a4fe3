"""Waiting for a condition of another process: looked at again and again, with a deadline that only a failure meets."""

import threading
import time
from collections.abc import Callable

LOOK_EVERY_S = 0.05


def until(holds: Callable[[], bool], what: str, within_s: float = 60.0) -> None:
    """Return when the condition holds; fail, naming it, when it does not within `within_s`."""
    nobody = threading.Event()
    until_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < until_s, f"waited {within_s:g} s in vain until {what}"
        nobody.wait(LOOK_EVERY_S)
