"""Instants for tests: an uptime, and the wall clock that goes with it."""

from sync.stamp import Clock, Stamp

NOON_MS = 1_767_585_600_000
"""2026-01-05 04:00 UTC, noon where the cabinet under test stands."""
BOOT = "00000000000000b0"


def stamp(uptime_ms: int, clock: Clock = Clock.NTP, *, boot: int = 0) -> Stamp:
    """The instant `uptime_ms` after noon; an unknown clock has no wall time."""
    utc_ms = None if clock is Clock.UNKNOWN else NOON_MS + uptime_ms
    return Stamp(boot=f"{int(BOOT, 16) + boot:016x}", uptime_ms=uptime_ms, clock=clock, utc_ms=utc_ms)
