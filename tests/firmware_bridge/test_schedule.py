"""What a bus does next, on exact times."""

import pytest

from firmware_bridge.board import BoardProfile
from firmware_bridge.budget import Budget
from firmware_bridge.report import Lock
from firmware_bridge.schedule import MISSES, MOST_WAITING, Drop, Look, Open, Rest, Schedule, Send, Wanted

A = BoardProfile("a")
B = BoardProfile("b", address=2)
A1, A2, B1 = Lock("a", 1), Lock("a", 2), Lock("b", 1)


def opened(*boards: BoardProfile) -> Schedule:
    schedule = Schedule(boards or (A,), Budget())
    schedule.opened()
    return schedule


def looked(schedule: Schedule, at_ms: int, board: str = "a", took_ms: int = 30, *, doubted: bool = False) -> None:
    assert schedule.next(at_ms) == Look(board)
    schedule.answered(at_ms, at_ms + took_ms, board, doubted=doubted)


def test_the_line_is_opened_first() -> None:
    assert Schedule((A,), Budget()).next(0) == Open()


@pytest.mark.parametrize(("failures", "wait_ms"), [(1, 500), (2, 1000), (3, 2000), (4, 4000), (5, 5000), (30, 5000)])
def test_a_lost_line_is_opened_again_less_and_less_often(failures: int, wait_ms: int) -> None:
    schedule = opened()
    for _ in range(failures):
        schedule.lost(10_000)
    assert schedule.next(10_000) == Rest(10_000 + wait_ms)
    assert schedule.next(10_000 + wait_ms - 1) == Rest(10_000 + wait_ms)
    assert schedule.next(10_000 + wait_ms) == Open()


def test_a_line_that_came_back_is_trusted_anew() -> None:
    schedule = opened()
    for _ in range(4):
        schedule.lost(0)
    schedule.opened()
    looked(schedule, 9_000)
    schedule.lost(10_000)
    assert schedule.next(10_000) == Rest(10_500)


def test_a_line_on_which_nobody_answers_is_opened_less_and_less_often() -> None:
    schedule = opened()
    waits_ms = []
    for at_ms in range(0, 100_000, 20_000):
        for _ in range(MISSES):
            schedule.missed(at_ms, at_ms + 150, "a")
        assert schedule.all_silent
        schedule.lost(at_ms + 450)
        rest = schedule.next(at_ms + 450)
        assert isinstance(rest, Rest)
        waits_ms.append(rest.until_ms - at_ms - 450)
        schedule.opened()
        assert not schedule.all_silent
    assert waits_ms == [500, 1000, 2000, 4000, 5000]


def test_every_board_is_looked_at_once_the_line_is_open() -> None:
    schedule = opened(A, B)
    looked(schedule, 1000, "a")
    looked(schedule, 1030, "b")
    assert schedule.next(1060) == Rest(2000)


def test_a_quiet_board_is_swept_once_a_second() -> None:
    schedule = opened()
    looked(schedule, 1000)
    assert schedule.next(1999) == Rest(2000)
    looked(schedule, 2000)


@pytest.mark.parametrize(("took_ms", "every_ms"), [(10, 50), (30, 50), (31, 52), (60, 100), (100, 167)])
def test_an_armed_board_is_asked_every_50_ms_or_for_six_tenths_of_the_time(took_ms: int, every_ms: int) -> None:
    schedule = opened()
    schedule.arm(frozenset({A1}))
    looked(schedule, 1000, took_ms=took_ms)
    assert schedule.next(1000 + took_ms) == Rest(1000 + every_ms)
    looked(schedule, 1000 + every_ms)


def test_armed_boards_share_the_bus() -> None:
    schedule = opened(A, B)
    schedule.arm(frozenset({A1, A2, B1}))
    looked(schedule, 1000, "a", 30)
    looked(schedule, 1030, "b", 30)
    assert schedule.next(1060) == Rest(1100)


def test_arming_takes_effect_at_once_and_so_does_disarming() -> None:
    schedule = opened()
    looked(schedule, 1000)
    schedule.arm(frozenset({A2}))
    looked(schedule, 1050)
    schedule.arm(frozenset())
    assert schedule.next(1100) == Rest(2050)


def test_arming_a_lock_that_hangs_elsewhere_changes_nothing() -> None:
    schedule = opened()
    looked(schedule, 1000)
    schedule.arm(frozenset({Lock("elsewhere", 1)}))
    assert schedule.next(1050) == Rest(2000)


def test_a_doubted_change_is_looked_at_again_at_once_but_not_for_ever() -> None:
    schedule = opened()
    looked(schedule, 1000, doubted=True)
    looked(schedule, 1030, doubted=True)
    assert schedule.next(1060) == Rest(2030)
    looked(schedule, 2030, doubted=True)
    looked(schedule, 2060)


def test_a_pulse_goes_ahead_of_every_look() -> None:
    schedule = opened(A, B)
    wanted = Wanted(7, B1, 1000)
    schedule.want(wanted)
    assert schedule.next(1000) == Send(wanted)
    assert schedule.next(1000) == Look("a")


def test_the_second_pulse_waits_for_the_gap_and_looks_go_on_meanwhile() -> None:
    schedule = opened()
    first, second = Wanted(1, A1, 1000), Wanted(2, A2, 1000)
    schedule.want(first)
    schedule.want(second)
    assert schedule.next(1000) == Send(first)
    schedule.pulsed(1020, A1)
    looked(schedule, 1020)
    assert schedule.next(1050) == Rest(1620)
    assert schedule.next(1619) == Rest(1620)
    assert schedule.next(1620) == Send(second)


def test_a_lock_that_cools_down_does_not_hold_up_another() -> None:
    schedule = opened()
    schedule.pulsed(1000, A1)
    again, other = Wanted(1, A1, 1700), Wanted(2, A2, 1700)
    schedule.want(again)
    schedule.want(other)
    assert schedule.next(1700) == Send(other)


def test_a_pulse_that_waited_three_seconds_is_dropped_not_sent() -> None:
    schedule = Schedule((A,), Budget())
    schedule.lost(1000)
    wanted = Wanted(1, A1, 1000)
    schedule.want(wanted)
    schedule.lost(1500)
    schedule.lost(2500)
    assert schedule.next(3999) == Rest(4000)
    assert schedule.next(4000) == Drop(wanted, "not sent within 3000 ms: the line was down")


def test_a_pulse_that_waited_less_is_sent_when_the_line_is_back() -> None:
    schedule = Schedule((A,), Budget())
    wanted = Wanted(1, A1, 1000)
    schedule.want(wanted)
    schedule.opened()
    assert schedule.next(3999) == Send(wanted)


def test_a_pulse_that_arrives_stale_is_dropped_even_on_an_open_line() -> None:
    schedule = opened()
    wanted = Wanted(1, A1, 1000)
    schedule.want(wanted)
    assert schedule.next(4000) == Drop(wanted, "not sent within 3000 ms: the line was busy")


def test_a_hot_coil_is_refused_with_the_reason() -> None:
    schedule = opened()
    for turn in range(10):
        schedule.pulsed(2000 * turn, A1)
    wanted = Wanted(1, A1, 21_000)
    schedule.want(wanted)
    assert schedule.next(21_000) == Drop(wanted, "10 pulses within a minute: the coil must cool for 39000 ms more")


@pytest.mark.parametrize("lock", [Lock("a", 0), Lock("a", 25), Lock("nowhere", 1)])
def test_a_lock_that_is_not_here_is_refused(lock: Lock) -> None:
    schedule = opened()
    wanted = Wanted(1, lock, 0)
    schedule.want(wanted)
    assert schedule.next(0) == Drop(wanted, f"there is no lock {lock.number} on a board {lock.board!r} here")


def test_a_sent_pulse_is_never_planned_again_whatever_becomes_of_the_line() -> None:
    schedule = opened()
    wanted = Wanted(1, A1, 1000)
    schedule.want(wanted)
    assert schedule.next(1000) == Send(wanted)
    schedule.lost(1001)
    schedule.opened()
    assert schedule.next(1600) == Look("a")
    schedule.answered(1600, 1630, "a", doubted=False)
    assert schedule.next(1630) == Rest(2600)


def test_a_board_is_silent_after_three_misses_in_a_row() -> None:
    schedule = opened()
    assert [schedule.missed(0, 180, "a"), schedule.missed(180, 360, "a"), schedule.missed(360, 540, "a")] == [
        False,
        False,
        True,
    ]


def test_a_missed_board_is_asked_again_at_once_then_ever_more_rarely() -> None:
    schedule = opened()
    for at_ms in (1000, 1180, 1360):
        assert schedule.next(at_ms) == Look("a")
        schedule.missed(at_ms, at_ms + 180, "a")
    for at_ms in (2540, 4720, 8900, 14_080, 19_260):
        assert schedule.next(at_ms - 1) == Rest(at_ms)
        assert schedule.next(at_ms) == Look("a")
        schedule.missed(at_ms, at_ms + 180, "a")


def test_a_silent_board_does_not_keep_an_armed_one_waiting() -> None:
    schedule = opened(A, B)
    schedule.arm(frozenset({B1}))
    assert schedule.next(1000) == Look("a")
    schedule.missed(1000, 1180, "a")
    looked(schedule, 1180, "b")
    assert schedule.next(1210) == Look("a")
    schedule.missed(1210, 1390, "a")
    looked(schedule, 1390, "b")


def test_an_answer_ends_the_silence() -> None:
    schedule = opened()
    for _ in range(3):
        schedule.missed(0, 180, "a")
    looked(schedule, 1180)
    assert schedule.next(1210) == Rest(2180)


def test_there_is_room_for_so_many_pulses() -> None:
    schedule = opened()
    for ticket in range(MOST_WAITING):
        assert schedule.has_room
        schedule.want(Wanted(ticket, A1, 0))
    assert not schedule.has_room


def test_pulses_given_up_are_handed_back_in_order() -> None:
    schedule = opened()
    wanted = [Wanted(1, A1, 0), Wanted(2, A2, 0)]
    for each in wanted:
        schedule.want(each)
    assert schedule.give_up() == wanted
    assert schedule.next(0) == Look("a")
