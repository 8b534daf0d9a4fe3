"""This file knows an instant at a cabinet, and how far the wall clock of it can be believed. Pure."""

from enum import StrEnum
from typing import TypeAlias

import msgspec

Hex64: TypeAlias = str
"""16 lower-case hex digits: a random 64-bit number (an epoch, a boot)."""


class Clock(StrEnum):
    """How far the wall clock can be believed."""

    NTP = "ntp"
    RTC = "rtc"
    FLOOR = "floor"
    """Not before this: the newest time known from our own records; it may be later."""
    UNKNOWN = "unknown"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """One instant at one cabinet: the only order is (boot, uptime_ms); the wall clock is evidence."""

    boot: Hex64
    uptime_ms: int
    clock: Clock
    utc_ms: int | None = None
    """Milliseconds since 1970 in UTC; None while the clock is unknown."""
