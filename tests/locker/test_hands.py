import queue

from firmware_bridge.board import BoardProfile, DoorReading
from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus
from firmware_bridge.report import Lock, LockSeen, PulseDone, PulseOutcome, Report
from firmware_bridge.schedule import MOST_WAITING
from locker.core.signals import DoorObserved, PulseReported
from locker.hands import BusHands

DOORS = {1: Lock("main", 7), 2: Lock("side", 7)}


def hands_on_two_buses() -> BusHands:
    hands = BusHands(DOORS)
    reports: queue.Queue[Report] = queue.Queue()
    for board in ("main", "side"):
        hands.join(Bus(f"/dev/{board}", [BoardProfile(board)], reports.put, budget=Budget()), [board])
    return hands


def test_a_lock_on_another_board_is_another_door() -> None:
    hands = BusHands(DOORS)
    seen = LockSeen(Lock("side", 7), DoorReading.OPEN)
    assert hands.signal(seen) == DoorObserved(2, "open")


def test_a_pulse_report_keeps_its_intent_and_reason() -> None:
    done = PulseDone(41, Lock("main", 7), PulseOutcome.REFUSED, "too hot")
    assert BusHands(DOORS).signal(done) == PulseReported(1, 41, "refused", "too hot")


def test_a_lock_that_moves_no_door_says_nothing() -> None:
    assert BusHands(DOORS).signal(LockSeen(Lock("main", 8), DoorReading.OPEN)) is None


def test_each_bus_has_its_own_queue_and_says_when_it_is_full() -> None:
    hands = hands_on_two_buses()
    taken = [hands.pulse(1, intent) for intent in range(MOST_WAITING + 1)]
    assert taken == [True] * MOST_WAITING + [False]
    assert hands.pulse(2, 99)


def test_watching_a_door_without_a_lock_is_nothing() -> None:
    hands_on_two_buses().watch(frozenset({1, 2, 99}))
