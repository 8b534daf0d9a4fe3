"""Power and heat, on exact times."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.budget import Budget, Go, Hot, NotBefore
from firmware_bridge.report import Lock

ONE, TWO, THREE = Lock("a", 1), Lock("a", 2), Lock("b", 1)
PULSE_MS = 300


def test_a_rested_cabinet_may_pulse() -> None:
    assert Budget().ask(0, ONE, PULSE_MS) == Go()


def test_asking_spends_nothing() -> None:
    budget = Budget()
    budget.ask(0, ONE, PULSE_MS)
    assert budget.ask(0, TWO, PULSE_MS) == Go()


@pytest.mark.parametrize(
    ("now_ms", "verdict"),
    [(1000, NotBefore(1600)), (1299, NotBefore(1600)), (1300, NotBefore(1600)), (1599, NotBefore(1600)), (1600, Go())],
)
def test_the_next_coil_waits_for_the_end_of_the_last_and_the_gap(now_ms: int, verdict: object) -> None:
    budget = Budget()
    budget.spend(1000, ONE, PULSE_MS)
    assert budget.ask(now_ms, TWO, PULSE_MS) == verdict


@pytest.mark.parametrize(("now_ms", "verdict"), [(2299, NotBefore(2300)), (2300, Go())])
def test_a_lock_rests_a_second_after_its_pulse(now_ms: int, verdict: object) -> None:
    budget = Budget()
    budget.spend(1000, ONE, PULSE_MS)
    assert budget.ask(now_ms, ONE, PULSE_MS) == verdict


def test_a_pulse_as_long_as_the_cap_may_go() -> None:
    assert Budget().ask(0, ONE, 1000) == Go()


def test_a_pulse_over_the_cap_is_refused() -> None:
    assert Budget().ask(0, ONE, 1001) == Hot("a pulse of 1001 ms is longer than the cap of 1000 ms")


@pytest.mark.parametrize(
    ("now_ms", "verdict"),
    [
        (59_999, Hot("10 pulses within a minute: the coil must cool for 1 ms more")),
        (60_000, Go()),
    ],
)
def test_the_eleventh_pulse_of_a_lock_waits_until_the_first_is_a_minute_old(now_ms: int, verdict: object) -> None:
    budget = Budget()
    for turn in range(10):
        budget.spend(2000 * turn, ONE, PULSE_MS)
    assert budget.ask(now_ms, ONE, PULSE_MS) == verdict
    assert budget.ask(now_ms, TWO, PULSE_MS) == Go()


def test_two_coils_at_once_where_the_supply_carries_two() -> None:
    budget = Budget(coils_at_once=2)
    budget.spend(1000, ONE, PULSE_MS)
    assert budget.ask(1000, TWO, PULSE_MS) == Go()
    budget.spend(1100, TWO, PULSE_MS)
    assert budget.ask(1100, THREE, PULSE_MS) == NotBefore(1600)
    budget.spend(1600, THREE, PULSE_MS)
    assert budget.ask(1600, Lock("b", 2), PULSE_MS) == NotBefore(1700)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("on_cap_ms", 3001),
        ("on_cap_ms", 0),
        ("cooldown_ms", 999),
        ("pulses_a_minute", 11),
        ("pulses_a_minute", 0),
        ("coils_at_once", 0),
        ("gap_ms", -1),
    ],
)
def test_limits_outside_what_is_safe_cannot_be_set(name: str, value: int) -> None:
    with pytest.raises(ValueError, match="allowed"):
        Budget(**{name: value})


def test_the_cap_can_be_raised_to_three_seconds() -> None:
    assert Budget(on_cap_ms=3000).ask(0, ONE, 3000) == Go()


@given(
    wishes=st.lists(
        st.tuples(st.integers(0, 2000), st.sampled_from([ONE, TWO, THREE]), st.integers(1, 1200)), max_size=60
    )
)
def test_whatever_is_wished_for_coils_stay_cool(wishes: list[tuple[int, Lock, int]]) -> None:
    budget, now_ms = Budget(), 0
    ran: list[tuple[int, int, Lock]] = []
    for wait_ms, lock, pulse_ms in wishes:
        now_ms += wait_ms
        if budget.ask(now_ms, lock, pulse_ms) == Go():
            budget.spend(now_ms, lock, pulse_ms)
            ran.append((now_ms, now_ms + pulse_ms, lock))
    assert all(off_ms - on_ms <= 1000 for on_ms, off_ms, _ in ran)
    assert all(on_ms - off_ms >= 300 for (_, off_ms, _), (on_ms, _, _) in pairwise(ran))
    for lock in (ONE, TWO, THREE):
        own = [(on_ms, off_ms) for on_ms, off_ms, used in ran if used == lock]
        assert all(on_ms - off_ms >= 1000 for (_, off_ms), (on_ms, _) in pairwise(own))
        assert all(late - early >= 60_000 for (early, _), (late, _) in zip(own, own[10:], strict=False))
