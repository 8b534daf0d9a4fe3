"""Ties this process to its parent, and a frame to its deadline. Both by the kernel, which no hang in here can stop."""

import ctypes
import os
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final

from locker.scan.lines import DEADLINE_SIGNAL

FRAME_DEADLINE_S: Final = 1.0
"""Processor time that one frame may take. The worst wall of finder patterns takes 0.2 s at 640 x 480 and 0.7 s at 720p
(measured): a wall can end a slower board's reader, a pass cannot."""

_PR_SET_PDEATHSIG: Final = 1
"""From <linux/prctl.h>."""

_STDIN: Final = 0


def tie_to_parent() -> None:
    """From now on die with the parent, with the reader of stdout, at Ctrl-C and at a missed deadline, silently."""
    for number in (signal.SIGINT, signal.SIGPIPE, DEADLINE_SIGNAL):
        signal.signal(number, signal.SIG_DFL)
    sys.excepthook = _without_words
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def parent_gone(wait_s: float) -> bool:
    """Wait up to `wait_s` for the parent to close our stdin; say whether it has. What it writes there is dropped."""
    ready, _, _ = select.select([_STDIN], [], [], wait_s)
    return bool(ready) and not os.read(_STDIN, 4096)


@contextmanager
def deadline(processor_s: float = FRAME_DEADLINE_S) -> Iterator[None]:
    """End this process if the block takes more processor time than that.

    Processor time, so that a busy computer is not taken for a hostile picture; a block that sleeps for ever writes no
    heartbeat, and the parent ends it for that.
    """
    signal.setitimer(signal.ITIMER_PROF, processor_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _without_words(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Say where it went wrong and not in which words: the words of an error can hold a stranger's code."""
    traceback.print_tb(trace)
    sys.stderr.write(f"{kind.__name__}\n")
