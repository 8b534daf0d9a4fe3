"""What every lock board must do, whatever it is and however it is reached."""

import pytest

from firmware_bridge.board import BoardProfile, DoorReading, Feedback, Sent
from firmware_bridge.bus import Lock
from firmware_bridge.codec.frame import StatusOrder
from firmware_bridge.errors import BoardError, LineLost
from simulator.boards import EightATwin
from tests.contracts.conftest import Build
from tests.contracts.rigs import pulses

CLOSED, OPEN, UNKNOWN = DoorReading.CLOSED, DoorReading.OPEN, DoorReading.UNKNOWN
A1, A2, A3, A4 = (Lock("a", number) for number in range(1, 5))
B1 = Lock("b", 1)


def test_unlocking_one_moves_only_that_bolt(build: Build) -> None:
    rig = build()
    board = rig.board(rig.profile(rig.twin))
    assert board.unlock(3) == Sent()
    rig.until(lambda: rig.wire.is_open(3))
    assert pulses(rig) == [3]
    assert [rig.wire.is_open(lock) for lock in rig.twin.doors] == [False, False, True, False]


def test_a_reply_to_an_unlock_is_no_word_about_the_door(build: Build) -> None:
    rig = build()
    rig.twin.doors[2].jammed = True
    board = rig.board(rig.profile(rig.twin))
    assert board.unlock(2) == Sent()
    assert board.read()[2] is CLOSED
    assert board.read_one(2) is CLOSED


@pytest.mark.parametrize("feedback", Feedback)
@pytest.mark.parametrize("order", StatusOrder)
@pytest.mark.parametrize("channels", [4, 24, 50])
def test_all_doors_are_read_whatever_the_wiring(
    build: Build, feedback: Feedback, order: StatusOrder, channels: int
) -> None:
    twin = EightATwin(channels=channels, feedback=feedback.value, status_order=order.value)
    opened = {1, channels // 2, channels}
    for lock in opened:
        twin.doors[lock].unlock_by_key(0)
    rig = build(twin)
    board = rig.board(BoardProfile("a", channels=channels, feedback=feedback, status_order=order))
    wanted = {lock: OPEN if lock in opened else CLOSED for lock in range(1, channels + 1)}
    assert board.read() == wanted
    assert {lock: board.read_one(lock) for lock in (1, 2, channels)} == {
        lock: wanted[lock] for lock in (1, 2, channels)
    }


def test_with_the_wrong_polarity_open_reads_as_closed_and_nothing_else_breaks(build: Build) -> None:
    rig = build()
    board = rig.board(BoardProfile("a", channels=4, feedback=Feedback.OPEN_HIGH))
    assert board.read() == dict.fromkeys(range(1, 5), OPEN)


def test_a_silent_board_is_unknown_within_three_time_outs(build: Build) -> None:
    rig = build()
    rig.twin.quirks.dead = True
    board = rig.board(rig.profile(rig.twin))
    began_ms = rig.wire.now_ms()
    assert board.read() == dict.fromkeys(range(1, 5), UNKNOWN)
    assert rig.wire.now_ms() - began_ms >= 3 * 150
    assert not board.identify()
    assert board.read_one(1) is UNKNOWN


def test_garbage_on_the_line_is_heard_through(build: Build) -> None:
    rig = build()
    rig.twin.quirks.noise_ahead = bytes.fromhex("FA FD 99 99 80 8A")
    board = rig.board(rig.profile(rig.twin))
    rig.wire.stray(bytes.fromhex("80 01 00 00 00 33"))
    assert board.read() == dict.fromkeys(range(1, 5), CLOSED)
    rig.wire.stray(bytes(range(256)))
    assert board.unlock(1) == Sent()
    assert pulses(rig) == [1]


def test_an_echoing_adapter_is_found_out(build: Build) -> None:
    rig = build(echo=True)
    board = rig.board(rig.profile(rig.twin))
    assert board.identify()
    assert board.read() == dict.fromkeys(range(1, 5), CLOSED)
    assert board.unlock(4) == Sent()
    rig.twin.quirks.dead = True
    assert board.unlock(4) != Sent()


def test_a_board_at_the_wrong_speed_is_unknown(build: Build) -> None:
    rig = build(EightATwin(channels=4, baud=19200))
    assert rig.board(rig.profile(rig.twin)).read() == dict.fromkeys(range(1, 5), UNKNOWN)


def test_the_line_is_ours_alone(build: Build) -> None:
    rig = build()
    rig.line()
    with pytest.raises(LineLost) as refusal:
        rig.line()
    assert "no other program holds it" in str(refusal.value)
    assert isinstance(refusal.value, BoardError)
    assert isinstance(refusal.value, OSError)


def test_an_unplugged_adapter_is_a_lost_line(build: Build) -> None:
    rig = build()
    board = rig.board(rig.profile(rig.twin))
    assert board.identify()
    rig.wire.unplug()
    with pytest.raises(LineLost) as loss:
        board.read()
    assert "check that the adapter is plugged in" in str(loss.value)
