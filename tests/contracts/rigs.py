"""Two ways to stand before the same boards: on virtual time in memory, and through pyserial on a PTY."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from firmware_bridge.board import BoardProfile, DoorReading, LockBoard
from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus, Lock, LockSeen, PulseDone, Report
from firmware_bridge.exchange import Exchange
from firmware_bridge.line import Line, open_line
from firmware_bridge.serial_board import SerialBoard
from simulator.boards import EightATwin
from simulator.pty_wire import PtyWire
from simulator.wires import MemoryWire

PATIENCE_MS = 20_000  # of the rig's own time; what is waited for takes a few seconds at most


class Rig(ABC):
    """Boards on a wire, and what our bus has reported of them."""

    wire: MemoryWire | PtyWire

    def __init__(self, twins: Sequence[EightATwin]) -> None:
        self.twins = {twin.address: twin for twin in twins}
        self.reports: list[Report] = []

    @property
    def twin(self) -> EightATwin:
        return self.twins[1]

    def profile(self, twin: EightATwin, name: str = "a") -> BoardProfile:
        return BoardProfile(name, address=twin.address, channels=twin.channels)

    @abstractmethod
    def line(self) -> Line:
        """Open the adapter."""

    @abstractmethod
    def start(self, *, budget: Budget | None = None) -> Bus:
        """Let a bus serve all boards: the one at address 1 is called a, at 2 b."""

    @abstractmethod
    def until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until the condition holds; fail when it never does."""

    @abstractmethod
    def close(self) -> None:
        """Give everything back."""

    def board(self, profile: BoardProfile) -> LockBoard:
        return SerialBoard(profile, Exchange(self.line(), self.wire.now_ms, profile.echo))

    def profiles(self) -> list[BoardProfile]:
        return [self.profile(twin, "ab"[address - 1]) for address, twin in self.twins.items()]

    def seen(self) -> Mapping[Lock, DoorReading]:
        """The last reading reported of every lock."""
        return {report.lock: report.reading for report in tuple(self.reports) if isinstance(report, LockSeen)}

    def done(self) -> list[PulseDone]:
        return [report for report in tuple(self.reports) if isinstance(report, PulseDone)]

    def until_all(self, reading: DoorReading, board: str = "a") -> None:
        """Wait until every lock of the board was last reported so."""
        count = self.twins[" ab".index(board)].channels
        self.until(lambda: [at for lock, at in self.seen().items() if lock.board == board] == [reading] * count)

    def until_asked(self, times: int, address: int = 1) -> None:
        """Wait until the board was asked so many more times."""
        already = len(self.twins[address].requests)
        self.until(lambda: len(self.twins[address].requests) >= already + times)


class MemoryRig(Rig):
    """Virtual time: the bus takes a turn, or time passes until its next."""

    def __init__(self, twins: Sequence[EightATwin], *, echo: bool = False) -> None:
        super().__init__(twins)
        self.wire: MemoryWire = MemoryWire(*twins, echo=echo)
        self._bus: Bus | None = None

    def line(self) -> Line:
        return open_line("mem", 9600, self.wire.open)

    def start(self, *, budget: Budget | None = None) -> Bus:
        self._bus = Bus(
            "mem",
            self.profiles(),
            self.reports.append,
            budget=budget or Budget(),
            now_ms=self.wire.now_ms,
            open_port=self.wire.open,
        )
        return self._bus

    def until(self, condition: Callable[[], bool]) -> None:
        end_ms, turns = self.wire.now_ms() + PATIENCE_MS, 0
        while not condition():
            turns += 1
            assert self.wire.now_ms() < end_ms, self.reports
            assert turns < 2 * PATIENCE_MS, "the bus is busy without end"
            # One millisecond at most, so that people act and look in between as they do on the PTY.
            rest_ms = 1 if self._bus is None else self._bus.turn()
            self.wire.pass_time(min(rest_ms, 1))

    def close(self) -> None:
        pass


class PtyRig(Rig):
    """Real time, real bytes, real pyserial, and the bus in its thread."""

    def __init__(self, twins: Sequence[EightATwin], folder: Path, *, echo: bool = False) -> None:
        super().__init__(twins)
        self.wire: PtyWire = PtyWire(*twins, echo=echo, link=folder / "adapter")
        self._url = self.wire.path
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lines: list[Line] = []

    def line(self) -> Line:
        self._lines.append(open_line(self._url, 9600))
        return self._lines[-1]

    def start(self, *, budget: Budget | None = None) -> Bus:
        bus = Bus(self._url, self.profiles(), self.reports.append, budget=budget or Budget())
        self._thread = threading.Thread(target=bus.run, args=(self._stop,), name="bus", daemon=True)
        self._thread.start()
        return bus

    def until(self, condition: Callable[[], bool]) -> None:
        end_ms, pause = self.wire.now_ms() + PATIENCE_MS, threading.Event()
        while not condition():
            assert self.wire.now_ms() < end_ms, self.reports
            pause.wait(0.002)

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
            assert not self._thread.is_alive()
        for line in self._lines:
            line.close()
        self.wire.close()


def pulses(rig: Rig, address: int = 1) -> list[int]:
    return [ran.lock for ran in tuple(rig.twins[address].coil_log)]
