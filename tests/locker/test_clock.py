import sys
import time

import pytest

from locker.clock import WallClock, kernel_quality
from sync.stamp import Clock

BOOT = "00000000000000ab"
FAR_FUTURE_MS = 10**15


def test_a_stamp_names_the_boot_and_runs_with_the_monotonic_clock() -> None:
    clock = WallClock(BOOT, floor_ms=0, quality=lambda: Clock.NTP)
    before_ms = time.monotonic_ns() // 1_000_000
    stamp = clock.now()
    assert stamp.boot == BOOT
    assert before_ms <= stamp.uptime_ms <= time.monotonic_ns() // 1_000_000
    assert stamp.clock is Clock.NTP
    assert stamp.utc_ms is not None


@pytest.mark.parametrize("quality", [Clock.RTC, Clock.FLOOR])
def test_a_clock_behind_our_own_records_is_no_clock(quality: Clock) -> None:
    stamp = WallClock(BOOT, floor_ms=FAR_FUTURE_MS, quality=lambda: quality).now()
    assert (stamp.clock, stamp.utc_ms) == (Clock.UNKNOWN, None)


def test_ntp_knows_better_than_a_floor_that_lies_in_the_future() -> None:
    stamp = WallClock(BOOT, floor_ms=FAR_FUTURE_MS, quality=lambda: Clock.NTP).now()
    assert stamp.clock is Clock.NTP
    assert stamp.utc_ms is not None


def test_a_stamp_starts_no_program() -> None:
    started: list[str] = []
    watching = True

    def watch(event: str, _arguments: tuple[object, ...]) -> None:
        if watching and event in {"subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"}:
            started.append(event)

    sys.addaudithook(watch)
    clock = WallClock(BOOT, floor_ms=0)
    for _ in range(3):
        clock.now()
    watching = False
    assert started == []


@pytest.mark.parametrize("quality", [Clock.NTP, Clock.RTC, Clock.FLOOR])
def test_the_quality_is_asked_for_each_stamp(quality: Clock) -> None:
    assert WallClock(BOOT, floor_ms=0, quality=lambda: quality).now().clock is quality


def test_this_machines_kernel_says_something_of_its_clock() -> None:
    assert kernel_quality() in {Clock.NTP, Clock.RTC, Clock.FLOOR}
