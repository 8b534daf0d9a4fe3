"""Which readings are believed."""

from firmware_bridge.board import BoardProfile, DoorReading
from firmware_bridge.report import Lock, LockSeen
from firmware_bridge.sightings import Sightings

OPEN, CLOSED, UNKNOWN = DoorReading.OPEN, DoorReading.CLOSED, DoorReading.UNKNOWN
ONE, TWO = Lock("a", 1), Lock("a", 2)


def fresh() -> Sightings:
    return Sightings([BoardProfile("a", channels=2), BoardProfile("b", address=2, channels=2)])


def settled() -> Sightings:
    """Both doors of board a were reported closed."""
    sightings = fresh()
    sightings.read("a", {1: CLOSED, 2: CLOSED})
    sightings.read("a", {1: CLOSED, 2: CLOSED})
    return sightings


def test_a_first_reading_is_not_yet_believed() -> None:
    sightings = fresh()
    assert sightings.read("a", {1: CLOSED, 2: OPEN}) == []
    assert sightings.doubts("a")
    assert not sightings.doubts("b")


def test_the_second_that_agrees_is_reported_once() -> None:
    sightings = fresh()
    sightings.read("a", {1: CLOSED, 2: OPEN})
    assert sightings.read("a", {1: CLOSED, 2: OPEN}) == [LockSeen(ONE, CLOSED), LockSeen(TWO, OPEN)]
    assert not sightings.doubts("a")
    assert sightings.read("a", {1: CLOSED, 2: OPEN}) == []


def test_a_lone_wrong_reading_is_never_reported() -> None:
    sightings = settled()
    assert sightings.read("a", {1: OPEN, 2: CLOSED}) == []
    assert sightings.read("a", {1: CLOSED, 2: CLOSED}) == []
    assert sightings.read("a", {1: OPEN, 2: CLOSED}) == []


def test_readings_that_differ_from_each_other_confirm_nothing() -> None:
    sightings = settled()
    assert sightings.read("a", {1: OPEN, 2: CLOSED}) == []
    assert sightings.read("a", {1: CLOSED, 2: OPEN}) == []
    assert sightings.read("a", {1: OPEN, 2: OPEN}) == [LockSeen(TWO, OPEN)]


def test_silence_is_believed_at_once_and_told_once() -> None:
    sightings = settled()
    assert sightings.silence("a") == [LockSeen(ONE, UNKNOWN), LockSeen(TWO, UNKNOWN)]
    assert sightings.silence("a") == []


def test_a_board_that_was_never_heard_is_told_unknown() -> None:
    assert fresh().silence("b") == [LockSeen(Lock("b", 1), UNKNOWN), LockSeen(Lock("b", 2), UNKNOWN)]


def test_silence_between_two_readings_makes_the_second_a_first() -> None:
    sightings = settled()
    sightings.read("a", {1: OPEN, 2: CLOSED})
    sightings.silence("a")
    assert sightings.read("a", {1: OPEN, 2: CLOSED}) == []
    assert sightings.read("a", {1: OPEN, 2: CLOSED}) == [LockSeen(ONE, OPEN), LockSeen(TWO, CLOSED)]


def test_one_lock_may_be_unknown_alone() -> None:
    assert settled().read("a", {1: UNKNOWN, 2: CLOSED}) == [LockSeen(ONE, UNKNOWN)]


def test_forgotten_locks_are_told_anew() -> None:
    sightings = settled()
    sightings.forget()
    sightings.read("a", {1: CLOSED, 2: CLOSED})
    assert sightings.read("a", {1: CLOSED, 2: CLOSED}) == [LockSeen(ONE, CLOSED), LockSeen(TWO, CLOSED)]
