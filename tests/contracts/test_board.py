"""What every lock board must do, whatever it is and however it is reached."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.board import BoardProfile, DoorReading, Feedback, Sent
from firmware_bridge.bus import Lock, LockSeen, PulseDone, PulseOutcome
from firmware_bridge.codec.frame import StatusOrder
from firmware_bridge.errors import BoardError, LineLost
from firmware_bridge.schedule import MOST_WAITING
from simulator.boards import EightATwin
from tests.contracts.rigs import MemoryRig, PtyRig, Rig

CLOSED, OPEN, UNKNOWN = DoorReading.CLOSED, DoorReading.OPEN, DoorReading.UNKNOWN
A1, A2, A3, A4 = (Lock("a", number) for number in range(1, 5))
B1 = Lock("b", 1)

Build = Callable[..., Rig]


@pytest.fixture(params=["memory", "pty"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    """A rig with these twins; without any, one board of four doors at address 1."""
    rigs: list[Rig] = []

    def make(*twins: EightATwin, **said: Any) -> Rig:
        twins = twins or (EightATwin(channels=4),)
        rigs.append(MemoryRig(twins, **said) if request.param == "memory" else PtyRig(twins, tmp_path, **said))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


def pulses(rig: Rig, address: int = 1) -> list[int]:
    return [ran.lock for ran in tuple(rig.twins[address].coil_log)]


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


def test_every_lock_is_reported_at_the_start(build: Build) -> None:
    rig = build()
    rig.twin.doors[2].unlock_by_key(0)
    rig.start()
    rig.until(lambda: len(rig.seen()) == 4)
    assert rig.seen() == {A1: CLOSED, A2: OPEN, A3: CLOSED, A4: CLOSED}
    assert len(rig.reports) == 4


def test_a_pulse_is_sent_and_the_open_door_is_seen(build: Build) -> None:
    rig = build()
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.arm(frozenset({A3}))
    assert bus.pulse(A3, ticket=7)
    rig.until(lambda: rig.seen()[A3] is OPEN)
    assert rig.done() == [PulseDone(7, A3, PulseOutcome.SENT, "")]
    rig.until(lambda: rig.wire.push(3))
    rig.until(lambda: rig.seen()[A3] is CLOSED)
    assert pulses(rig) == [3]
    assert {lock for lock, reading in rig.seen().items() if reading is CLOSED} == {A1, A2, A3, A4}


def test_a_door_opened_by_hand_is_seen_without_being_armed(build: Build) -> None:
    rig = build()
    rig.twin.doors[1].pop_ms = None
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.pulse(A1, ticket=1)
    rig.until(lambda: rig.wire.pull(1))
    rig.until(lambda: rig.seen()[A1] is OPEN)


def test_a_jammed_door_stays_closed_though_the_pulse_was_sent(build: Build) -> None:
    rig = build()
    rig.twin.doors[1].jammed = True
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.arm(frozenset({A1}))
    bus.pulse(A1, ticket=1)
    rig.until(lambda: len(rig.done()) == 1)
    rig.until_asked(8)
    assert rig.done() == [PulseDone(1, A1, PulseOutcome.SENT, "")]
    assert rig.seen()[A1] is CLOSED


def test_a_silent_board_is_unknown_and_the_other_goes_on(build: Build) -> None:
    rig = build(EightATwin(channels=2), EightATwin(address=2, channels=2))
    bus = rig.start()
    rig.until_all(CLOSED, "a")
    rig.until_all(CLOSED, "b")
    bus.arm(frozenset({A1, B1}))
    rig.twins[1].quirks.dead = True
    rig.until_all(UNKNOWN, "a")
    bus.pulse(B1, ticket=1)
    rig.until(lambda: rig.seen()[B1] is OPEN)
    assert rig.done() == [PulseDone(1, B1, PulseOutcome.SENT, "")]
    rig.twins[1].quirks.dead = False
    rig.until_all(CLOSED, "a")
    assert (pulses(rig, 1), pulses(rig, 2)) == ([], [1])


def test_a_mute_board_gets_its_pulse_once_and_the_outcome_is_silent(build: Build) -> None:
    rig = build()
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.arm(frozenset({A1}))
    rig.twin.quirks.mute = True
    bus.pulse(A1, ticket=1)
    rig.until(lambda: len(rig.done()) == 1)
    rig.until_all(UNKNOWN)
    rig.twin.quirks.mute = False
    rig.until(lambda: rig.seen()[A1] is OPEN)
    assert rig.done()[0].outcome is PulseOutcome.SILENT
    assert pulses(rig) == [1]


def test_a_pulse_for_a_board_known_to_be_silent_is_refused_unsent(build: Build) -> None:
    rig = build()
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.arm(frozenset({A1}))
    rig.twin.quirks.dead = True
    rig.until_all(UNKNOWN)
    bus.pulse(A1, ticket=1)
    rig.until(lambda: len(rig.done()) == 1)
    rig.twin.quirks.dead = False
    rig.until_all(CLOSED)
    assert rig.done() == [PulseDone(1, A1, PulseOutcome.REFUSED, "board a does not answer, so nothing was sent")]
    assert pulses(rig) == []


def test_unplugged_is_unknown_once_and_plugged_in_again_reconciled_without_a_pulse(build: Build) -> None:
    rig = build()
    bus = rig.start()
    bus.arm(frozenset({A1}))
    bus.pulse(A1, ticket=1)
    rig.until(lambda: A1 in rig.seen() and rig.seen()[A1] is OPEN)
    rig.until(lambda: len(rig.seen()) == 4)
    rig.reports.clear()
    rig.wire.unplug()
    rig.until_all(UNKNOWN)
    rig.until(lambda: rig.wire.push(1))
    rig.wire.plug()
    rig.until_all(CLOSED)
    assert rig.reports == [LockSeen(lock, reading) for reading in (UNKNOWN, CLOSED) for lock in (A1, A2, A3, A4)]
    assert pulses(rig) == [1]


def test_a_bus_that_starts_without_its_adapter_finds_it(build: Build) -> None:
    rig = build()
    rig.wire.unplug()
    rig.start()
    rig.until_all(UNKNOWN)
    rig.wire.plug()
    rig.until_all(CLOSED)


def test_a_pulse_that_waited_in_vain_is_refused_and_never_sent(build: Build) -> None:
    rig = build()
    bus = rig.start()
    rig.until_all(CLOSED)
    bus.arm(frozenset({A1}))
    rig.wire.unplug()
    rig.until_all(UNKNOWN)
    asked_ms = rig.wire.now_ms()
    bus.pulse(A1, ticket=9)
    rig.until(lambda: len(rig.done()) == 1)
    assert rig.wire.now_ms() - asked_ms >= 3000
    rig.wire.plug()
    rig.until_all(CLOSED)
    assert rig.done() == [PulseDone(9, A1, PulseOutcome.REFUSED, "not sent within 3000 ms: the line was down")]
    assert pulses(rig) == []


def test_never_two_coils_never_too_long_and_always_a_gap(build: Build) -> None:
    """The board here has no interlock, so that only our budget stands between two coils."""
    rig = build()
    rig.twin.quirks.interlock = False
    bus = rig.start()
    for ticket, lock in enumerate((A1, A2, A1, A3)):
        bus.pulse(lock, ticket)
    rig.until(lambda: len(rig.done()) == 4)
    log = tuple(rig.twin.coil_log)
    assert [ran.lock for ran in log] == [1, 2, 3, 1]
    assert all(ran.off_ms - ran.on_ms == 300 for ran in log)
    assert all(later.on_ms - earlier.off_ms >= 300 for earlier, later in pairwise(log))
    assert log[3].on_ms - log[0].off_ms >= 1000


def test_when_too_many_wait_the_next_is_not_taken(build: Build) -> None:
    rig = build()
    rig.wire.unplug()
    bus = rig.start()
    taken = 0
    while bus.pulse(A1, ticket=taken):
        taken += 1
        assert taken <= 2 * MOST_WAITING
    assert taken >= MOST_WAITING
    rig.until(lambda: len(rig.done()) == taken)
    assert {done.outcome for done in rig.done()} == {PulseOutcome.REFUSED}
    assert sorted(done.ticket for done in rig.done()) == list(range(taken))
