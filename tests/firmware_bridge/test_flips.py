"""Flipped bits on the wire: every one and every two of them, in every frame, and no door is ever told wrong.

Where the XOR cannot tell (two flips in one column), board, lock and command must agree, and a second reading.
"""

from collections.abc import Iterator
from itertools import combinations

import pytest

from firmware_bridge.board import BoardProfile, DoorReading, Feedback, Sent
from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus, Lock, Report
from firmware_bridge.codec.frame import Frame, StatusOrder
from firmware_bridge.exchange import Exchange
from firmware_bridge.line import open_line
from firmware_bridge.serial_board import SerialBoard
from simulator.boards import EightATwin
from simulator.wires import MemoryWire
from tests.firmware_bridge.vectors import MEANINGS_8A, VECTORS_8A, Meaning


def flips(length: int) -> Iterator[int]:
    """Every single and every double flip of a frame of so many bytes, as bits to turn over."""
    bits = [1 << place for place in range(8 * length)]
    yield from bits
    yield from (one | other for one, other in combinations(bits, 2))


def turned(raw: bytes, flip: int) -> bytes:
    return (int.from_bytes(raw, "big") ^ flip).to_bytes(len(raw), "big")


class Watched:
    """A board whose doors stand as a row of PROTOCOLS.md says, and a bus that has reported them."""

    def __init__(self, meaning: Meaning) -> None:
        self.twin = EightATwin(
            address=meaning.raw[1],
            channels=meaning.locks,
            feedback=Feedback(meaning.feedback).value,
            status_order=StatusOrder(meaning.status_order).value,
        )
        for lock in meaning.open:
            self.twin.doors[lock].unlock_by_key(0)
        profile = BoardProfile(
            "a",
            address=self.twin.address,
            channels=meaning.locks,
            feedback=Feedback(meaning.feedback),
            status_order=StatusOrder(meaning.status_order),
        )
        self.wire = MemoryWire(self.twin)
        self.reports: list[Report] = []
        self.bus = Bus(
            "mem",
            [profile],
            self.reports.append,
            budget=Budget(),
            now_ms=self.wire.now_ms,
            open_port=self.wire.open,
        )
        self.bus.arm(frozenset({Lock("a", 1)}))
        self.ask(4)
        self.reports.clear()

    def ask(self, times: int) -> None:
        """Let the bus ask so often."""
        self.twin.requests.clear()
        while len(self.twin.requests) < times:
            self.wire.pass_time(self.bus.turn())


@pytest.mark.parametrize("meaning", MEANINGS_8A, ids=lambda meaning: f"{meaning.raw.hex()}-{meaning.feedback}")
def test_no_flip_in_a_reading_is_ever_reported(meaning: Meaning) -> None:
    watched = Watched(meaning)
    spoiled = 0
    for flip in flips(len(meaning.raw)):
        once = [flip]

        def spoil(reply: bytes, once: list[int] = once) -> bytes:
            return turned(reply, once.pop()) if once and len(reply) == len(meaning.raw) else reply

        watched.wire.pair.spoil = spoil
        watched.ask(3)
        spoiled += not once
        assert watched.reports == [], hex(flip)
    assert spoiled == sum(1 for _ in flips(len(meaning.raw)))


@pytest.mark.parametrize("meaning", MEANINGS_8A[:1] + MEANINGS_8A[-1:], ids=["8", "50"])
def test_no_flip_in_a_question_is_ever_reported_or_moves_a_bolt(meaning: Meaning) -> None:
    watched = Watched(meaning)
    for flip in flips(5):
        once = [flip]

        def spoil(request: bytes, once: list[int] = once) -> bytes:
            return turned(request, once.pop()) if once else request

        watched.wire.pair.spoil_request = spoil
        watched.ask(3)
        assert watched.reports == [], hex(flip)
    assert list(watched.twin.coil_log) == []


def desk(address: int, spoil_request: int = 0, spoil: int = 0) -> tuple[EightATwin, SerialBoard]:
    """A board of 50 locks that has been greeted, and a wire that turns these bits over from now on."""
    twin = EightATwin(address=address, channels=50)
    wire = MemoryWire(twin)
    exchange = Exchange(open_line("mem", 9600, wire.open), wire.now_ms, BoardProfile("a").echo)
    board = SerialBoard(BoardProfile("a", address=address, channels=50), exchange)
    assert board.identify()
    wire.pair.spoil_request = lambda raw: turned(raw, spoil_request)
    wire.pair.spoil = lambda raw: turned(raw, spoil)
    return twin, board


UNLOCKS = [each.frame for each in VECTORS_8A if each.question and each.frame.kind == "unlock"]


@pytest.mark.parametrize("frame", UNLOCKS, ids=lambda frame: frame.raw.hex())
def test_a_flipped_unlock_never_counts_as_sent_when_another_bolt_moved(frame: Frame) -> None:
    for flip in flips(5):
        twin, board = desk(frame.board, spoil_request=flip)
        outcome = board.unlock(frame.lock)
        moved = [ran.lock for ran in twin.coil_log]
        assert isinstance(outcome, Sent) is (moved == [frame.lock]), hex(flip)


@pytest.mark.parametrize("frame", UNLOCKS, ids=lambda frame: frame.raw.hex())
def test_a_flipped_unlock_reply_moves_nothing_more(frame: Frame) -> None:
    for flip in flips(5):
        twin, board = desk(frame.board, spoil=flip)
        board.unlock(frame.lock)
        assert [ran.lock for ran in twin.coil_log] == [frame.lock], hex(flip)


@pytest.mark.parametrize("lock", [1, 24, 50])
def test_a_flipped_reading_of_one_lock_is_true_or_unknown(lock: int) -> None:
    for flip in flips(5):
        twin, board = desk(1, spoil=flip)
        twin.doors[lock].unlock_by_key(0)
        assert board.read_one(lock) in {DoorReading.OPEN, DoorReading.UNKNOWN}, hex(flip)
