"""What a bus must do with whatever boards are on it, however they are reached."""

from itertools import pairwise

from firmware_bridge.board import DoorReading
from firmware_bridge.bus import Lock, LockSeen, PulseDone, PulseOutcome
from firmware_bridge.schedule import MOST_WAITING
from simulator.boards import EightATwin
from tests.contracts.conftest import Build
from tests.contracts.rigs import pulses

CLOSED, OPEN, UNKNOWN = DoorReading.CLOSED, DoorReading.OPEN, DoorReading.UNKNOWN
A1, A2, A3, A4 = (Lock("a", number) for number in range(1, 5))
B1 = Lock("b", 1)


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
