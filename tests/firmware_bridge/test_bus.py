"""The bus turn by turn on virtual time, and its thread as the daemon runs it."""

import threading
from collections import deque
from collections.abc import Sequence

import pytest

from firmware_bridge.board import BoardProfile, DoorReading, Echo
from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus, Lock, LockSeen, PulseDone, PulseOutcome, Report
from firmware_bridge.errors import WrongProfile
from firmware_bridge.report import BusHealth
from firmware_bridge.schedule import MOST_WAITING
from simulator.boards import CoilRan, EightATwin
from simulator.wires import MemoryWire

CLOSED, OPEN, UNKNOWN = DoorReading.CLOSED, DoorReading.OPEN, DoorReading.UNKNOWN
A1, A2 = Lock("a", 1), Lock("a", 2)
PATIENCE_S = 10.0


class Desk:
    """Two doors on one board, a bus whose line is open and whose reports are known."""

    def __init__(self) -> None:
        self.twin = EightATwin(channels=2)
        self.wire = MemoryWire(self.twin)
        self.reports: list[Report] = []
        self.bus = self.serve()
        self.run(500)
        self.reports.clear()

    def serve(self) -> Bus:
        return Bus(
            "mem",
            [BoardProfile("a", channels=2)],
            self.reports.append,
            budget=Budget(),
            now_ms=self.wire.now_ms,
            open_port=self.wire.open,
        )

    def run(self, for_ms: int) -> None:
        """Let the bus take its turns for so long."""
        end_ms = self.wire.now_ms() + for_ms
        turns = 0
        while (left_ms := end_ms - self.wire.now_ms()) > 0:
            turns += 1
            assert turns < for_ms + 100, "the bus is busy without end"
            self.wire.pass_time(min(self.bus.turn(), left_ms))

    def asked_at(self) -> list[int]:
        return [at_ms for at_ms, _ in self.twin.requests]


def test_the_first_thing_told_is_how_every_door_stands() -> None:
    desk = Desk()
    desk.bus = desk.serve()
    desk.wire.unplug()
    desk.run(499)
    assert desk.reports == [LockSeen(A1, UNKNOWN), LockSeen(A2, UNKNOWN)]
    desk.wire.plug()
    desk.run(500)
    assert desk.reports[2:] == [LockSeen(A1, CLOSED), LockSeen(A2, CLOSED)]


def test_a_line_taken_for_one_that_echoes_is_opened_and_learnt_anew() -> None:
    desk = Desk()
    desk.wire.unplug()
    desk.run(1100)  # noticed at the next look
    desk.twin.quirks.noise_ahead = bytes.fromhex("80 01 01 33 b3")  # noise that happens to be the very first question
    desk.wire.plug()
    asked_before = len(desk.twin.requests)
    while len(desk.twin.requests) == asked_before:
        desk.run(20)
    desk.run(100)
    desk.twin.quirks.noise_ahead = b""
    desk.reports.clear()
    desk.run(10_000)
    assert [seen.reading for seen in desk.reports if isinstance(seen, LockSeen)] == [CLOSED, CLOSED]
    assert desk.twin.coil_log == deque()


def test_what_ails_the_bus_is_told_once_and_so_is_its_end() -> None:
    told: list[BusHealth] = []
    wire = MemoryWire(twin := EightATwin(channels=2))
    bus = Bus(
        "mem",
        [BoardProfile("a", channels=2)],
        lambda _report: None,
        budget=Budget(),
        now_ms=wire.now_ms,
        open_port=wire.open,
        tell_health=told.append,
    )

    def run(until_ms: int) -> None:
        while wire.now_ms() < until_ms:
            wire.pass_time(bus.turn())

    wire.unplug()
    run(5_000)
    wire.plug()
    run(15_000)
    twin.quirks.dead = True
    run(25_000)
    twin.quirks.dead = False
    run(40_000)
    assert [health.answering for health in told] == [False, True, False, True]
    assert told[0].why
    assert told[2].why == "board a does not answer: look at its power and wires"
    assert told[1] == told[3] == BusHealth(answering=True, why="")


def test_a_quiet_board_is_asked_once_a_second() -> None:
    desk = Desk()
    desk.twin.requests.clear()
    desk.run(3000)
    first, *later = desk.asked_at()
    assert later == [first + 1000, first + 2000]


def test_an_armed_board_is_asked_every_50_ms() -> None:
    desk = Desk()
    desk.run(1000)
    desk.bus.arm(frozenset({A1}))
    desk.run(1)
    desk.twin.requests.clear()
    desk.run(200)
    first, *later = desk.asked_at()
    assert later == [first + 50, first + 100, first + 150]


def test_a_pulse_is_sent_at_once_and_reported_when_answered() -> None:
    desk = Desk()
    at_ms = desk.wire.now_ms()
    desk.bus.pulse(A1, ticket=5)
    desk.bus.turn()
    assert list(desk.twin.coil_log) == [CoilRan(1, at_ms, at_ms + 300)]
    assert desk.reports == [PulseDone(5, A1, PulseOutcome.SENT, "")]
    assert desk.wire.now_ms() == at_ms + 20


def test_a_change_is_reported_after_the_second_reading_not_the_first() -> None:
    desk = Desk()
    desk.bus.arm(frozenset({A2}))
    desk.run(60)
    desk.twin.doors[2].unlock_by_key(desk.wire.now_ms())
    desk.wire.pass_time(10)
    desk.twin.requests.clear()
    while not desk.reports:
        desk.wire.pass_time(desk.bus.turn())
    first_ms, second_ms = desk.asked_at()
    assert second_ms == first_ms + 20
    assert desk.reports == [LockSeen(A2, OPEN)]


def test_the_gap_is_counted_from_the_latest_moment_the_coil_may_have_gone_on() -> None:
    desk = Desk()
    at_ms = desk.wire.now_ms()
    desk.bus.pulse(A1, ticket=1)
    desk.bus.pulse(A2, ticket=2)
    desk.run(1000)
    assert list(desk.twin.coil_log) == [CoilRan(1, at_ms, at_ms + 300), CoilRan(2, at_ms + 620, at_ms + 920)]


def test_a_silent_pulse_is_counted_as_heat_all_the_same() -> None:
    desk = Desk()
    desk.twin.quirks.mute = True
    desk.bus.pulse(A1, ticket=1)
    desk.bus.turn()
    desk.twin.quirks.mute = False
    answered_ms = desk.wire.now_ms()
    desk.bus.pulse(A2, ticket=2)
    desk.run(1000)
    assert [ran.on_ms for ran in desk.twin.coil_log if ran.lock == 2] == [answered_ms + 600]


def test_a_line_that_breaks_under_a_pulse_leaves_its_outcome_open_and_it_is_not_sent_again() -> None:
    desk = Desk()
    obey = desk.twin.receive

    def obey_and_break(now_ms: int, heard: bytes) -> None:
        obey(now_ms, heard)
        desk.wire.unplug()

    desk.twin.receive = obey_and_break  # type: ignore[method-assign]  # the adapter falls out as the bolt is drawn
    desk.bus.pulse(A1, ticket=3)
    desk.bus.turn()
    desk.twin.receive = obey  # type: ignore[method-assign]
    assert desk.reports == [
        PulseDone(3, A1, PulseOutcome.SILENT, "the line broke while the pulse was being sent"),
        LockSeen(A1, UNKNOWN),
        LockSeen(A2, UNKNOWN),
    ]
    desk.wire.plug()
    desk.run(5000)
    assert len(desk.twin.coil_log) == 1
    assert desk.reports[3:] == [LockSeen(A1, OPEN), LockSeen(A2, CLOSED)]


def test_a_line_that_cannot_be_opened_is_told_once_however_often_it_is_tried() -> None:
    desk = Desk()
    desk.wire.unplug()
    desk.run(60_000)
    assert desk.reports == [LockSeen(A1, UNKNOWN), LockSeen(A2, UNKNOWN)]


def test_a_lock_that_is_not_here_is_refused() -> None:
    desk = Desk()
    desk.bus.pulse(Lock("b", 1), ticket=1)
    desk.bus.turn()
    assert desk.reports == [PulseDone(1, Lock("b", 1), PulseOutcome.REFUSED, "there is no lock 1 on a board 'b' here")]


def test_a_pulse_longer_than_the_cap_is_refused_unsent() -> None:
    desk = Desk()
    profile = BoardProfile("a", channels=2, pulse_ms=1001)
    desk.wire.unplug()
    desk.wire.plug()
    desk.bus = Bus(
        "mem",
        [profile],
        desk.reports.append,
        budget=Budget(),
        now_ms=desk.wire.now_ms,
        open_port=desk.wire.open,
    )
    desk.bus.pulse(A1, ticket=1)
    desk.run(1000)
    assert (
        PulseDone(1, A1, PulseOutcome.REFUSED, "a pulse of 1001 ms is longer than the cap of 1000 ms") in desk.reports
    )
    assert list(desk.twin.coil_log) == []


def test_when_nobody_serves_the_bus_it_takes_only_so_many_pulses() -> None:
    desk = Desk()
    assert [desk.bus.pulse(A1, ticket) for ticket in range(MOST_WAITING + 1)] == [True] * MOST_WAITING + [False]


@pytest.mark.parametrize(
    ("boards", "words"),
    [
        ([], "has no boards"),
        ([BoardProfile("a"), BoardProfile("a", address=2)], "two boards share a name or an address"),
        ([BoardProfile("a"), BoardProfile("b")], "two boards share a name or an address"),
        ([BoardProfile("a"), BoardProfile("b", address=2, baud=19200)], "must speak at one baud rate"),
        (
            [BoardProfile("a", echo=Echo.TRUE), BoardProfile("b", address=2, echo=Echo.FALSE)],
            "set the same echo for all its boards",
        ),
    ],
)
def test_boards_that_cannot_share_a_line_are_refused(boards: Sequence[BoardProfile], words: str) -> None:
    with pytest.raises(WrongProfile) as refusal:
        Bus("/dev/adapter", boards, print, budget=Budget())
    assert str(refusal.value).startswith("/dev/adapter")
    assert words in str(refusal.value)


def test_one_boards_stated_echo_holds_for_all() -> None:
    """Board b is never asked to prove the echo: with the wrong one stated for board a, both are deaf."""
    twins = [EightATwin(channels=1), EightATwin(address=2, channels=1)]
    wire = MemoryWire(*twins)
    reports: list[Report] = []
    boards = [BoardProfile("a", channels=1, echo=Echo.TRUE), BoardProfile("b", address=2, channels=1)]
    bus = Bus("mem", boards, reports.append, budget=Budget(), now_ms=wire.now_ms, open_port=wire.open)
    while wire.now_ms() < 5000:
        wire.pass_time(bus.turn())
    assert reports == [LockSeen(Lock("a", 1), UNKNOWN), LockSeen(Lock("b", 1), UNKNOWN)]


def test_pulses_that_wait_when_the_bus_is_stopped_are_refused() -> None:
    desk = Desk()
    stop = threading.Event()
    stop.set()
    desk.bus.pulse(A1, ticket=1)
    desk.bus.pulse(A2, ticket=2)
    desk.bus.run(stop)
    assert desk.reports == [
        PulseDone(1, A1, PulseOutcome.REFUSED, "the bus was stopped before this pulse was sent"),
        PulseDone(2, A2, PulseOutcome.REFUSED, "the bus was stopped before this pulse was sent"),
    ]
    assert list(desk.twin.coil_log) == []
