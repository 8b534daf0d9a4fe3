"""This file knows which lock moves which door: the locker's doors on one side, boards and their buses on the other."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from firmware_bridge.bus import Bus, Lock, LockSeen, PulseDone, Report
from locker.core.signals import DoorObserved, PulseReported


class BusHands:
    """The hands of a cabinet whose doors hang on serial buses."""

    def __init__(self, doors: Mapping[int, Lock]) -> None:
        """Take the lock of each door; the buses come later, since they report here."""
        self._doors = dict(doors)
        self._numbers = {lock: number for number, lock in doors.items()}
        self._buses: dict[str, Bus] = {}

    def join(self, bus: Bus, boards: Sequence[str]) -> None:
        """Say that these boards hang on this bus."""
        for board in boards:
            self._buses[board] = bus

    def pulse(self, door: int, intent: int) -> bool:
        """Queue one pulse; False when the bus did not take it."""
        lock = self._doors[door]
        return self._buses[lock.board].pulse(lock, intent)

    def watch(self, doors: frozenset[int]) -> None:
        """Have these doors polled fast."""
        locks = frozenset(self._doors[door] for door in doors if door in self._doors)
        for bus in set(self._buses.values()):
            bus.arm(frozenset(lock for lock in locks if self._buses[lock.board] is bus))

    def signal(self, report: Report) -> DoorObserved | PulseReported | None:
        """Put what a bus reports into the cabinet's words; None for a lock that moves none of our doors."""
        number = self._numbers.get(report.lock)
        if number is None:
            return None
        match report:
            case LockSeen():
                return DoorObserved(number, report.reading.value)
            case PulseDone():
                return PulseReported(number, report.ticket, report.outcome.value, report.why)
        assert_never(report)
