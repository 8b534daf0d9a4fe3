"""Question and answer over a wire with one wicked property each, on virtual time."""

import pytest

from firmware_bridge.board import BoardProfile, DoorReading, Echo, Refused, Sent, Silent
from firmware_bridge.codec import board_8a
from firmware_bridge.codec.question import ReadAll, ReadOne
from firmware_bridge.errors import BoardError, BoardTimeout
from firmware_bridge.exchange import Exchange
from firmware_bridge.line import open_line
from firmware_bridge.serial_board import SerialBoard
from simulator.boards import EightATwin
from simulator.wires import MemoryWire

CLOSED, OPEN, UNKNOWN = DoorReading.CLOSED, DoorReading.OPEN, DoorReading.UNKNOWN


class Desk:
    """One twin with four doors, its wire, and our conversation with it."""

    def __init__(self, *, echo: Echo = Echo.AUTO, adapter_echoes: bool = False) -> None:
        self.twin = EightATwin(channels=4)
        self.wire = MemoryWire(self.twin, echo=adapter_echoes)
        self.exchange = Exchange(open_line("mem", 9600, self.wire.open), self.wire.now_ms, echo)
        self.board = SerialBoard(BoardProfile("a", channels=4, echo=echo), self.exchange)

    def pulses(self) -> list[int]:
        return [ran.lock for ran in self.twin.coil_log]


def test_a_question_takes_as_long_as_the_board() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.exchange.ask(board_8a, ReadAll(1), locks=4, timeout_ms=150)
    assert desk.wire.now_ms() == 1020


def test_silence_is_an_error_that_says_what_to_check() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.twin.quirks.dead = True
    with pytest.raises(BoardTimeout) as silence:
        desk.exchange.ask(board_8a, ReadAll(1), locks=4, timeout_ms=150)
    assert str(silence.value) == (
        "no answer to 80 01 00 33 b2 from address 1 within 150 ms: check the board's power, its DIP address, "
        "the wires A and B, the baud rate, and the profile's echo"
    )
    assert isinstance(silence.value, BoardError)
    assert isinstance(silence.value, TimeoutError)
    assert desk.wire.now_ms() == 1180


@pytest.mark.parametrize("adapter_echoes", [True, False])
@pytest.mark.parametrize("echo", [Echo.AUTO, None])
def test_with_and_without_an_echo_doors_are_read_and_opened(*, adapter_echoes: bool, echo: Echo | None) -> None:
    stated = Echo.TRUE if adapter_echoes else Echo.FALSE
    desk = Desk(echo=echo or stated, adapter_echoes=adapter_echoes)
    assert desk.board.read() == dict.fromkeys(range(1, 5), CLOSED)
    assert desk.board.unlock(2) == Sent()
    desk.wire.pass_time(300)
    assert desk.board.read() == {1: CLOSED, 2: OPEN, 3: CLOSED, 4: CLOSED}
    assert desk.pulses() == [2]


def test_an_echo_is_never_taken_for_a_boards_answer() -> None:
    """The reply to an unlock of a closed door equals its request, so with the board unplugged the echo would do."""
    desk = Desk(adapter_echoes=True)
    assert desk.board.identify()
    desk.twin.quirks.dead = True
    assert isinstance(desk.board.unlock(1), Silent)


def test_an_echo_is_found_out_before_the_first_unlock() -> None:
    desk = Desk(adapter_echoes=True)
    desk.twin.quirks.dead = True
    assert desk.board.unlock(1) == Refused("board a does not answer, so nothing was sent")
    desk.twin.quirks.dead = False
    assert desk.board.unlock(1) == Sent()
    assert desk.pulses() == [1]


def test_an_unlock_without_an_answer_is_not_repeated() -> None:
    desk = Desk()
    desk.board.read()
    desk.twin.quirks.mute = True
    assert isinstance(desk.board.unlock(1), Silent)
    assert desk.pulses() == [1]


def test_an_unlock_whose_answer_alone_was_lost_is_not_repeated() -> None:
    desk = Desk()
    desk.twin.quirks.interlock = False
    desk.twin.pulse_ms = 10
    desk.board.read()
    losses = [bytes(5)]
    desk.wire.pair.spoil = lambda reply: losses.pop() if losses else reply
    assert isinstance(desk.board.unlock(1), Silent)
    assert desk.board.identify()
    assert desk.pulses() == [1]


def test_after_an_unanswered_unlock_the_board_must_answer_before_the_next() -> None:
    desk = Desk()
    desk.board.read()
    desk.twin.quirks.mute = True
    desk.board.unlock(1)
    desk.wire.pass_time(2000)
    assert desk.board.unlock(1) == Refused("board a does not answer, so nothing was sent")
    desk.twin.quirks.mute = False
    assert desk.board.unlock(1) == Sent()
    assert desk.pulses() == [1, 1]


def test_an_answer_after_the_pulse_is_waited_for() -> None:
    desk = Desk()
    desk.board.read()
    desk.twin.quirks.late_ms = 300
    assert desk.board.unlock(1) == Sent()


def test_an_unlock_reply_that_says_closed_and_one_that_says_open_are_both_only_sent() -> None:
    desk = Desk()
    desk.board.read()
    assert desk.board.unlock(1) == Sent()
    desk.wire.pass_time(2000)
    assert desk.twin.doors[1].is_open(desk.wire.now_ms())
    assert desk.board.unlock(1) == Sent()


@pytest.mark.parametrize("lock", [0, 5, -1])
def test_a_lock_the_board_does_not_have_is_refused(lock: int) -> None:
    desk = Desk()
    assert desk.board.unlock(lock) == Refused(f"board a has no lock {lock}: its locks are 1 to 4")
    assert desk.board.read_one(lock) is UNKNOWN
    assert desk.pulses() == []


def test_a_reading_is_tried_three_times_then_unknown() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.twin.quirks.dead = True
    began_ms = desk.wire.now_ms()
    assert desk.board.read() == dict.fromkeys(range(1, 5), UNKNOWN)
    assert desk.wire.now_ms() - began_ms == 3 * (150 + 25 + 30)
    assert desk.board.read_one(1) is UNKNOWN
    assert not desk.board.identify()


def test_one_lost_reply_is_made_good() -> None:
    desk = Desk()
    desk.board.read()
    losses = [bytes(7)]
    desk.wire.pair.spoil = lambda reply: losses.pop() if losses else reply
    assert desk.board.read() == dict.fromkeys(range(1, 5), CLOSED)


def test_one_lock_is_read_alone() -> None:
    desk = Desk()
    desk.twin.doors[3].unlock_by_key(0)
    assert [desk.board.read_one(lock) for lock in (1, 3)] == [CLOSED, OPEN]


def test_noise_ahead_of_every_reply_is_heard_through() -> None:
    desk = Desk()
    desk.twin.quirks.noise_ahead = bytes.fromhex("FA FD 99 99")
    assert desk.board.read() == dict.fromkeys(range(1, 5), CLOSED)
    assert desk.board.unlock(1) == Sent()


def test_noise_that_looks_like_a_head_is_heard_through() -> None:
    desk = Desk()
    desk.twin.quirks.noise_ahead = bytes.fromhex("80 01 8A 01")
    assert desk.board.read() == dict.fromkeys(range(1, 5), CLOSED)


def test_what_arrived_before_the_question_is_thrown_away() -> None:
    desk = Desk()
    desk.board.read()
    desk.wire.stray(bytes.fromhex("80 01 00 00 00 33 B2"))  # "all low", which here would be: all open
    assert desk.board.read() == dict.fromkeys(range(1, 5), CLOSED)


def test_the_wrong_baud_rate_is_silence() -> None:
    desk = Desk()
    desk.twin.baud = 19200
    assert desk.board.read() == dict.fromkeys(range(1, 5), UNKNOWN)


@pytest.mark.parametrize("late_ms", [160, 190, 250])
def test_a_late_reply_is_not_taken_for_the_next_questions_answer(late_ms: int) -> None:
    """The reply to the first question tells the doors of then; the second question must hear the doors of now."""
    desk = Desk()
    desk.board.read()
    desk.twin.quirks.late_ms = late_ms
    with pytest.raises(BoardTimeout):
        desk.exchange.ask(board_8a, ReadAll(1), locks=4, timeout_ms=150)
    desk.twin.quirks.late_ms = 0
    desk.twin.doors[2].unlock_by_key(desk.wire.now_ms())
    desk.wire.pass_time(10)
    assert desk.board.read()[2] is OPEN


@pytest.mark.parametrize("question", [ReadOne(1, 1), ReadAll(1), ReadOne(1, 2)])
def test_a_repeated_question_is_asked_only_after_another_was_answered(question: ReadOne | ReadAll) -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.twin.quirks.dead = True
    with pytest.raises(BoardTimeout):
        desk.exchange.ask(board_8a, question, locks=4, timeout_ms=150)
    desk.twin.quirks.dead = False
    began_ms = desk.wire.now_ms()
    desk.exchange.ask(board_8a, question, locks=4, timeout_ms=150)
    assert desk.wire.now_ms() - began_ms == 40
    desk.exchange.ask(board_8a, question, locks=4, timeout_ms=150)
    assert desk.wire.now_ms() - began_ms == 60


def test_a_reply_for_another_lock_is_no_answer() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.wire.pair.spoil = lambda _: bytes.fromhex("80 01 02 11 92")
    with pytest.raises(BoardTimeout):
        desk.exchange.ask(board_8a, ReadOne(1, 1), locks=4, timeout_ms=150)


def test_a_reply_to_another_command_is_no_answer() -> None:
    """A late reply to an unlock of lock 1 tells its switch, too, but of another moment."""
    desk = Desk(echo=Echo.FALSE)
    desk.wire.pair.spoil = lambda _: bytes.fromhex("8A 01 01 00 8A")
    with pytest.raises(BoardTimeout):
        desk.exchange.ask(board_8a, ReadOne(1, 1), locks=4, timeout_ms=150)


def test_a_reply_from_another_board_is_no_answer() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.wire.pair.spoil = lambda _: bytes.fromhex("80 02 00 00 0F 33 BE")
    with pytest.raises(BoardTimeout):
        desk.exchange.ask(board_8a, ReadAll(1), locks=4, timeout_ms=150)


def test_a_babbling_line_is_given_up_in_bounded_time() -> None:
    desk = Desk(echo=Echo.FALSE)
    desk.twin.quirks.noise_ahead = bytes(4000)
    desk.wire.pair.spoil = lambda reply: reply[:-1]
    began_ms = desk.wire.now_ms()
    assert desk.board.read() == dict.fromkeys(range(1, 5), UNKNOWN)
    assert desk.wire.now_ms() - began_ms < 3 * (150 + 25 + 300)
