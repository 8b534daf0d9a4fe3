"""One serial bus and its boards: one thread owns the port, takes pulses from any other, and reports what it sees."""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, assert_never

from firmware_bridge.board import BoardProfile, DoorReading, Echo, Refused, Sent, Silent
from firmware_bridge.budget import Budget
from firmware_bridge.errors import LineLost, WrongProfile
from firmware_bridge.exchange import Exchange
from firmware_bridge.line import Line, Port, open_line, serial_port
from firmware_bridge.report import BusHealth, Lock, LockSeen, PulseDone, PulseOutcome, Report
from firmware_bridge.schedule import MOST_WAITING, Drop, Look, Open, Rest, Schedule, Send, Wanted
from firmware_bridge.serial_board import SerialBoard
from firmware_bridge.sightings import Sightings

__all__ = ["Bus", "Lock", "LockSeen", "PulseDone", "PulseOutcome", "Report"]

_STOP_WITHIN_S: Final = 0.1  # how long a rest lasts at most before `stop` is looked at again


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Bus:
    """The boards on one line. WrongProfile when their profiles cannot share it.

    `report` and `tell_health` are called from the bus's own thread and must not block. One `budget` stands for one
    power supply; it is used by this bus's thread alone. `open_port` is the way to the device.
    """

    def __init__(  # noqa: PLR0913  what only a test or a log needs has a default
        self,
        url: str,
        boards: Sequence[BoardProfile],
        report: Callable[[Report], None],
        *,
        budget: Budget,
        now_ms: Callable[[], int] = _monotonic_ms,
        open_port: Callable[[str, int], Port] = serial_port,
        tell_health: Callable[[BusHealth], None] = lambda _health: None,
    ) -> None:
        self._echo = _agreed_echo(url, boards)
        self._url = url
        self._profiles = tuple(boards)
        self._report = report
        self._now_ms = now_ms
        self._open_port = open_port
        self._tell_health = tell_health
        self._health: BusHealth | None = None
        self._schedule = Schedule(boards, budget)
        self._sightings = Sightings(boards)
        self._asked: queue.Queue[Wanted] = queue.Queue(MOST_WAITING)
        self._armed: frozenset[Lock] = frozenset()
        self._news = threading.Event()
        self._line: Line | None = None
        self._boards: Mapping[str, SerialBoard] = {}

    def pulse(self, lock: Lock, ticket: int) -> bool:
        """Ask for one pulse; one PulseDone will follow. From any thread, never blocks; False: too many are waiting."""
        try:
            self._asked.put_nowait(Wanted(ticket, lock, self._now_ms()))
        except queue.Full:
            return False
        self._news.set()
        return True

    def arm(self, locks: frozenset[Lock]) -> None:
        """Look often at these locks, and only at these, from now on. From any thread, never blocks."""
        self._armed = locks
        self._news.set()

    def run(self, stop: threading.Event) -> None:
        """Serve the bus until `stop` is set, which is noticed within 0.1 s or one transaction. The thread's body."""
        self._sightings.forget()
        try:
            while not stop.is_set():
                rest_ms = self.turn()
                if rest_ms and self._news.wait(min(rest_ms / 1000, _STOP_WITHIN_S)):
                    self._news.clear()
        finally:
            self._hang_up()
            self._refuse_all("the bus was stopped before this pulse was sent")

    def turn(self) -> int:
        """Do the one thing that is due, and give the milliseconds until the next is: 0 for go on at once."""
        self._take_in()
        now_ms = self._now_ms()
        todo = self._schedule.next(now_ms)
        try:
            match todo:
                case Rest(until_ms):
                    return until_ms - now_ms
                case Drop(wanted, why):
                    self._report(PulseDone(wanted.ticket, wanted.lock, PulseOutcome.REFUSED, why))
                case Open():
                    self._connect()
                case Look(board):
                    self._look(board)
                case Send(wanted):
                    self._send(wanted)
                case _:
                    assert_never(todo)
        except LineLost as lost:
            self._is(BusHealth(answering=False, why=str(lost)))
            self._hang_up()
            for profile in self._profiles:
                self._tell(self._sightings.silence(profile.name))
        return 0

    def _take_in(self) -> None:
        self._schedule.arm(self._armed)
        while self._schedule.has_room:
            try:
                self._schedule.want(self._asked.get_nowait())
            except queue.Empty:
                return

    def _connect(self) -> None:
        self._line = open_line(self._url, self._profiles[0].baud, self._open_port)
        exchange = Exchange(self._line, self._now_ms, self._echo)
        self._boards = {profile.name: SerialBoard(profile, exchange) for profile in self._profiles}
        for board in self._boards.values():
            board.safe_state()
        self._schedule.opened()

    def _look(self, board: str) -> None:
        began_ms = self._now_ms()
        readings = self._boards[board].read_once()
        now_ms = self._now_ms()
        if any(reading is not DoorReading.UNKNOWN for reading in readings.values()):
            self._tell(self._sightings.read(board, readings))
            self._schedule.answered(began_ms, now_ms, board, doubted=self._sightings.doubts(board))
            if not self._schedule.any_silent:
                self._is(BusHealth(answering=True, why=""))
        elif self._schedule.missed(began_ms, now_ms, board):
            self._is(BusHealth(answering=False, why=f"board {board} does not answer: look at its power and wires"))
            self._tell(self._sightings.silence(board))
            if self._schedule.all_silent:  # perhaps it is the line: what was learnt of it, its echo too, is learnt anew
                self._hang_up()

    def _send(self, wanted: Wanted) -> None:
        outcome, why = PulseOutcome.SILENT, "the line broke while the pulse was being sent"
        try:
            match self._boards[wanted.lock.board].unlock(wanted.lock.number):
                case Sent():
                    outcome, why = PulseOutcome.SENT, ""
                case Refused(reason):
                    outcome, why = PulseOutcome.REFUSED, reason
                case Silent(reason):
                    outcome, why = PulseOutcome.SILENT, reason
        finally:
            if outcome is not PulseOutcome.REFUSED:
                self._schedule.pulsed(self._now_ms(), wanted.lock)
            self._report(PulseDone(wanted.ticket, wanted.lock, outcome, why))

    def _tell(self, seen: Sequence[LockSeen]) -> None:
        for sighting in seen:
            self._report(sighting)

    def _is(self, health: BusHealth) -> None:
        if health != self._health:
            self._health = health
            self._tell_health(health)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
        self._schedule.lost(self._now_ms())

    def _refuse_all(self, why: str) -> None:
        waiting = self._schedule.give_up()
        while not self._asked.empty():
            waiting.append(self._asked.get_nowait())
        for wanted in waiting:
            self._report(PulseDone(wanted.ticket, wanted.lock, PulseOutcome.REFUSED, why))


def _agreed_echo(url: str, boards: Sequence[BoardProfile]) -> Echo:
    """The echo setting the boards share: whether a line echoes is a matter of its one adapter."""
    if not boards:
        raise WrongProfile(f"{url} has no boards")
    if len({board.name for board in boards}) < len(boards) or len({board.address for board in boards}) < len(boards):
        raise WrongProfile(f"{url}: two boards share a name or an address; set the DIP switches apart")
    if len({board.baud for board in boards}) > 1:
        raise WrongProfile(f"{url}: boards on one line must speak at one baud rate")
    stated = {board.echo for board in boards} - {Echo.AUTO}
    if len(stated) > 1:
        raise WrongProfile(f"{url}: one adapter either echoes or does not; set the same echo for all its boards")
    return stated.pop() if stated else Echo.AUTO
