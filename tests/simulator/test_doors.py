"""Doors obey their coil, their spring and people, at exact times."""

import pytest

from simulator.doors import BOUNCE_MS, POP_MS, PULL_IN_MS, Door, LeafSwung, hang_doors


def watched(door: Door) -> list[LeafSwung]:
    moves: list[LeafSwung] = []
    door.on_move = moves.append
    return moves


def pulse(door: Door, at_ms: int, long_ms: int = 300) -> None:
    door.coil_on(at_ms)
    door.coil_off(at_ms + long_ms)


def opened(door: Door) -> Door:
    pulse(door, 1000)
    assert door.is_open(1300)
    return door


def test_the_spring_pops_the_leaf_at_its_time() -> None:
    door = Door(3, pop_ms=120)
    moves = watched(door)
    door.coil_on(1000)
    assert door.next_ms == 1120
    assert not door.is_open(1119)
    assert door.is_open(1120)
    assert moves == [LeafSwung(3, True, 1120)]
    assert door.next_ms is None


def test_a_spring_slower_than_the_pulse_still_pops_the_drawn_latch() -> None:
    door = Door(1, pop_ms=250)
    pulse(door, 1000, 100)
    assert not door.is_open(1249)
    assert door.is_open(1250)


def test_a_pulse_too_short_to_draw_the_bolt_opens_nothing() -> None:
    door = Door(1)
    pulse(door, 1000, PULL_IN_MS - 1)
    assert not door.is_open(10_000)
    assert not door.pull(10_000)


def test_a_locked_door_does_not_yield() -> None:
    assert not Door(1).pull(1000)


def test_without_a_spring_a_person_pulls_when_they_come_round_to_it() -> None:
    door = Door(1, pop_ms=None)
    pulse(door, 1000)
    assert not door.is_open(60_000)
    assert door.pull(60_000)
    assert door.is_open(60_000)


def test_without_a_spring_a_person_may_pull_during_the_pulse_once_the_bolt_is_drawn() -> None:
    door = Door(1, pop_ms=None)
    door.coil_on(1000)
    assert not door.pull(1000 + PULL_IN_MS - 1)
    assert door.pull(1000 + PULL_IN_MS)


def test_pulled_before_the_spring_had_its_way_it_opens_once() -> None:
    door = Door(1, pop_ms=200)
    moves = watched(door)
    door.coil_on(1000)
    assert door.pull(1100)
    assert door.is_open(2000)
    assert moves == [LeafSwung(1, True, 1100)]


def test_a_jammed_door_opens_for_nobody_but_the_key() -> None:
    door = Door(1, jammed=True)
    pulse(door, 1000)
    assert not door.pull(5000)
    door.unlock_by_key(6000)
    assert door.is_open(6000)


def test_pushed_shut_it_is_locked_again() -> None:
    door = opened(Door(1))
    assert door.push(5000)
    assert not door.is_open(5000)
    assert not door.pull(6000)


def test_while_the_bolt_is_drawn_it_cannot_be_pushed_shut() -> None:
    door = Door(1, pop_ms=100)
    door.coil_on(1000)
    assert not door.push(1200)
    door.coil_off(1300)
    assert door.push(1300)


def test_a_pulse_on_an_open_door_moves_nothing() -> None:
    door = opened(Door(1))
    moves = watched(door)
    pulse(door, 5000)
    assert door.is_open(9000)
    assert moves == []


@pytest.mark.parametrize("seed", range(20))
def test_the_switch_bounces_and_then_tells_the_truth(seed: int) -> None:
    door = Door(1, pop_ms=100, seed=seed)
    door.coil_on(1000)
    assert not door.switch_says_open(1099)
    assert all(door.switch_says_open(1100 + BOUNCE_MS + later_ms) for later_ms in range(50))


def test_some_switch_bounces() -> None:
    doors = [Door(1, pop_ms=100, seed=seed) for seed in range(20)]
    for door in doors:
        door.coil_on(1000)
    assert any(not door.switch_says_open(1100 + ms) for door in doors for ms in range(BOUNCE_MS))


def test_a_cabinet_of_doors_is_the_same_for_the_same_seed() -> None:
    tempers = [[door.pop_ms for door in hang_doors(24, seed).values()] for seed in (1, 1, 2)]
    assert tempers[0] == tempers[1] != tempers[2]
    assert all(pop_ms is not None and POP_MS[0] <= pop_ms <= POP_MS[1] for pop_ms in tempers[0])
    assert list(hang_doors(24)) == list(range(1, 25))
