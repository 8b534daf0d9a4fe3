"""Facts as a cabinet would write them, for tests that need many and do not care which."""

from sync.facts import BoltPulsed, Borrowed, DoorClosed, DoorOpened, Fact, OpeningIntended
from sync.reasons import Cause, Evidence
from sync.stamp import Clock, Stamp

BOOT = "00000000000000b0"


def stamp(uptime_ms: int, *, utc_ms: int | None = None) -> Stamp:
    clock = Clock.UNKNOWN if utc_ms is None else Clock.NTP
    return Stamp(boot=BOOT, uptime_ms=uptime_ms, clock=clock, utc_ms=utc_ms)


def fact(number: int) -> Fact:
    """The number-th fact of an endless row of loans."""
    loan, edge = divmod(number, 5)
    facts: tuple[Fact, ...] = (
        OpeningIntended(intent=loan, door=loan % 8 + 1, cause=Cause.PASS, visit=loan),
        BoltPulsed(intent=loan, door=loan % 8 + 1, answered=True),
        DoorOpened(door=loan % 8 + 1, intent=loan, visit=loan),
        Borrowed(
            item=f"{loan:08d}",
            resident="0123456789ab",
            visit=loan,
            door=loan % 8 + 1,
            evidence=Evidence.SWITCH,
            due="2026-03-01",
        ),
        DoorClosed(door=loan % 8 + 1, visit=loan),
    )
    return facts[edge]
