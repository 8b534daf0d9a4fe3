"""One example of every fact, more where a fact has fields that may be left out: what the golden lines say."""

from sync.facts import (
    BoltPulsed,
    Borrowed,
    Browsed,
    DoorClosed,
    DoorOpened,
    Fact,
    FaultCleared,
    FaultRaised,
    Identified,
    LabelShown,
    LabelWithdrawn,
    OpenedUnasked,
    OpeningIntended,
    OpeningVoided,
    PassRefused,
    PulseRefused,
    Returned,
    Started,
    Stopped,
    VisitEnded,
    VisitInterrupted,
)
from sync.reasons import Cause, Evidence, Fault
from sync.stamp import Clock, Stamp

CABINET = "A03"
EPOCH = "5f0c9a3e71d2b846"
BOOT = "00000000000000b1"
DAY_25_MS = 25 * 86_400_000 + 17
"""Beyond 2^31 milliseconds: where a 32-bit counter of uptime turns over."""
BEYOND_A_DOUBLE = 2**53 + 1
"""The first sequence number that a parser which keeps numbers as doubles cannot tell from its neighbour."""
NTP = Stamp(boot=BOOT, uptime_ms=61_250, clock=Clock.NTP, utc_ms=1_772_375_400_000)
RTC = Stamp(boot=BOOT, uptime_ms=DAY_25_MS, clock=Clock.RTC, utc_ms=1_772_375_400_007)
FLOOR = Stamp(boot=BOOT, uptime_ms=1, clock=Clock.FLOOR, utc_ms=1_767_225_600_999)
UNKNOWN = Stamp(boot=BOOT, uptime_ms=0, clock=Clock.UNKNOWN)

EXAMPLES: tuple[tuple[int, Stamp, Fact], ...] = (
    (1, UNKNOWN, Started(software="0.1.0", before="nothing")),
    (2, FLOOR, Started(software="0.1.0", before="cut_off")),
    (3, NTP, Stopped(why="asked to")),
    (4, NTP, Identified(visit=7, resident="0123456789ab", pass_type=1, serial=3, issuer=9)),
    (5, NTP, PassRefused(resident="0123456789ab", serial=2, why="retired by a newer card")),
    (6, NTP, OpeningIntended(intent=12, door=3, cause=Cause.PASS, visit=7)),
    (7, NTP, OpeningIntended(intent=13, door=3, cause=Cause.LABEL, attempt=2, item="00000013")),
    (8, NTP, BoltPulsed(intent=12, door=3, answered=True)),
    (9, NTP, PulseRefused(intent=12, door=3, why="the board does not answer")),
    (10, NTP, OpeningVoided(intent=12, door=3, why="not_opened", visit=7)),
    (11, NTP, OpeningVoided(intent=13, door=3, why="unknown")),
    (12, NTP, DoorOpened(door=3, intent=12, visit=7)),
    (13, NTP, OpenedUnasked(door=4)),
    (14, NTP, DoorClosed(door=3, visit=7)),
    (15, NTP, DoorClosed(door=4)),
    (16, NTP, LabelShown(item="00000013", door=3, visit=7)),
    (17, NTP, LabelWithdrawn(item="00000013", door=3, visit=7)),
    (
        18,
        NTP,
        Borrowed(
            item="00000013",
            resident="0123456789ab",
            visit=7,
            door=3,
            evidence=Evidence.LABEL,
            due="2026-03-29",
            over_limit=True,
        ),
    ),
    (
        19,
        UNKNOWN,
        Borrowed(item="00000013", resident="0123456789ab", visit=7, door=3, evidence=Evidence.SWITCH, interrupted=True),
    ),
    (20, NTP, Returned(item="00000013", door=3, evidence=Evidence.PERSON, seen=False)),
    (21, NTP, Returned(item="00000013", door=3, evidence=Evidence.RFID, seen=True, visit=7, interrupted=True)),
    (22, NTP, Browsed(visit=7, door=3)),
    (23, NTP, VisitInterrupted(visit=None, stage="pulsed")),
    (
        24,
        NTP,
        VisitInterrupted(
            visit=7, stage="opened", door=3, leaf="open", outcome="opened", items=("00000013", "00000021")
        ),
    ),
    (25, NTP, VisitEnded(visit=7, how="settled")),
    (26, RTC, FaultRaised(fault=Fault.DOOR_STUCK, door=3)),
    (BEYOND_A_DOUBLE, RTC, FaultCleared(fault=Fault.DOOR_STUCK, door=3)),
)
