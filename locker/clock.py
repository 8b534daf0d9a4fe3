"""This file knows what time it is, and how far that can be believed. The only place where the daemon asks.

Durations come from the monotonic clock alone. A cabinet without a battery clock wakes up in the past: whatever is
earlier than what our own records show is no time at all.
"""

import ctypes
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sync.stamp import Clock, Stamp

_TIME_ERROR: Final = 5
"""adjtimex(2): the kernel's clock is not synchronised by anybody."""
_TIMEX_BYTES: Final = 256
"""struct timex has 208 bytes on 64-bit Linux; all zero asks and changes nothing."""
_NS_PER_MS: Final = 1_000_000
_RTC = Path("/dev/rtc0")
_LIBC: Final = ctypes.CDLL(None)
"""What this process has loaded already: a stamp is made for every signal and must not start a program to find libc."""


class WallClock:
    """Stamps for one run of the daemon."""

    def __init__(self, boot: str, floor_ms: int, quality: Callable[[], Clock] | None = None) -> None:
        """Begin: `boot` names this run, nothing can be earlier than `floor_ms` (Unix ms)."""
        self._boot = boot
        self._floor_ms = floor_ms
        self._quality = quality or kernel_quality

    def now(self) -> Stamp:
        """The present instant."""
        uptime_ms = time.monotonic_ns() // _NS_PER_MS
        utc_ms = time.time_ns() // _NS_PER_MS
        quality = self._quality()
        # A battery clock that was once far ahead has left a floor in the future; NTP knows better than our records.
        if utc_ms < self._floor_ms and quality is not Clock.NTP:
            return Stamp(boot=self._boot, uptime_ms=uptime_ms, clock=Clock.UNKNOWN)
        return Stamp(boot=self._boot, uptime_ms=uptime_ms, clock=quality, utc_ms=utc_ms)


def kernel_quality() -> Clock:
    """What the kernel says of the wall clock: kept by NTP, set from a battery clock, or only known as a floor."""
    if _synchronised():
        return Clock.NTP
    return Clock.RTC if _RTC.exists() else Clock.FLOOR


def _synchronised() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    state: int = _LIBC.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return 0 <= state < _TIME_ERROR
