"""The bus in its thread, as the daemon runs it, on a PTY."""

import queue
import threading
from typing import Self

import pytest

from firmware_bridge.board import BoardProfile, DoorReading
from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus, Lock, LockSeen, PulseDone, Report
from simulator.boards import EightATwin
from simulator.pty_wire import PtyWire

CLOSED, OPEN = DoorReading.CLOSED, DoorReading.OPEN
A1, A2 = Lock("a", 1), Lock("a", 2)
PATIENCE_S = 10.0


class Running:
    """A bus in its thread, on a PTY."""

    def __init__(self, wire: PtyWire) -> None:
        self.reports: queue.Queue[Report] = queue.Queue()
        self.bus = Bus(wire.path, [BoardProfile("a", channels=2)], self.reports.put, budget=Budget())
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.bus.run, args=(self.stop,), daemon=True)
        self.thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()

    def next(self) -> Report:
        return self.reports.get(timeout=PATIENCE_S)


def test_stopped_it_gives_the_port_back_to_the_next() -> None:
    with PtyWire(EightATwin(channels=2)) as wire:
        for _ in range(2):
            with Running(wire) as running:
                assert [running.next(), running.next()] == [LockSeen(A1, CLOSED), LockSeen(A2, CLOSED)]


def test_a_bus_that_fell_over_and_is_run_again_tells_every_lock_anew_and_sends_nothing_old() -> None:
    with PtyWire(twin := EightATwin(channels=2)) as wire:
        told: queue.Queue[Report] = queue.Queue()
        falls = [True]

        def report(seen: Report) -> None:
            if isinstance(seen, PulseDone) and falls.pop():
                raise RuntimeError("the listener fell over")
            told.put(seen)

        bus = Bus(wire.path, [BoardProfile("a", channels=2)], report, budget=Budget())
        stop = threading.Event()
        bus.pulse(A1, ticket=1)
        with pytest.raises(RuntimeError):
            bus.run(stop)
        thread = threading.Thread(target=bus.run, args=(stop,), daemon=True)
        thread.start()
        try:
            assert [told.get(timeout=PATIENCE_S) for _ in (1, 2)] == [LockSeen(A1, OPEN), LockSeen(A2, CLOSED)]
        finally:
            stop.set()
            thread.join(PATIENCE_S)
        assert len(twin.coil_log) == 1
