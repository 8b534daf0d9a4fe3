"""This file knows the numbers: how many, how long, how often. `defaults.toml` says each one and where it comes from."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec

from sync.stamp import Stamp

Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
Days = Annotated[int, msgspec.Meta(ge=1, le=366)]
MS_PER_S = 1000
HOUR_MS = 3_600_000
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value for each line of `defaults.toml`."""

    loan_days_book: Days
    loan_days_kit: Days
    loan_days_tool: Days
    loans_per_resident: Annotated[int, msgspec.Meta(ge=1, le=100)]
    idle_s: Seconds
    open_wait_s: Annotated[int, msgspec.Meta(ge=4, le=60)]
    """Not below 4: a pulse may wait 3 s for its turn on the bus, and must not come after it was given up."""
    settle_ms: Annotated[int, msgspec.Meta(ge=50, le=5000)]
    ask_s: Seconds
    show_s: Seconds
    left_open_single_s: Seconds
    left_open_shelf_s: Seconds
    left_open_slot_s: Seconds
    label_gap_s: Seconds
    label_per_hour: Annotated[int, msgspec.Meta(ge=1, le=100)]
    strange_log_s: Annotated[int, msgspec.Meta(ge=10, le=3600)]
    """Not below 10: a crowd of codes must not fill the log."""
    explain_s: Seconds


def local_date(now: Stamp, utc_offset_min: int) -> date | None:
    """The day on the wall calendar; None while the clock is unknown."""
    if now.utc_ms is None:
        return None
    return (_EPOCH_START + timedelta(milliseconds=now.utc_ms, minutes=utc_offset_min)).date()


def label_may_open(openings_ms: tuple[int, ...], now_ms: int, limits: Limits) -> bool:
    """Whether one more opening without identity is within the limits, given those before (uptime, ms)."""
    last_hour = [at for at in openings_ms if at > now_ms - HOUR_MS]
    recent = any(at > now_ms - limits.label_gap_s * MS_PER_S for at in last_hour)
    return not recent and len(last_hour) < limits.label_per_hour
