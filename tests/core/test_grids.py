"""Every state answers every event, and the page that says so is the machines' own."""

from typing import get_args

import pytest

from locker.core import door, states
from locker.core.door import Happening
from locker.core.states import VisitStep
from sync.facts import Browsed, VisitEnded
from tests.core.grids import DOOR_EVENTS, DOORS, NOW_MS, VISIT_EVENTS, VISITS, WAITS, door_answer, visit_answer
from tests.core.states_md import PAGE, page


def test_the_grids_have_one_of_each() -> None:
    assert {type(state) for state in DOORS.values()} == set(get_args(door.Door))
    assert {type(event) for event in DOOR_EVENTS.values()} == set(get_args(door.Event))
    assert {type(state) for state in VISITS.values()} == set(get_args(states.Visit))
    assert {type(event) for event in VISIT_EVENTS.values()} == set(get_args(states.Event))


@pytest.mark.parametrize("event", DOOR_EVENTS)
@pytest.mark.parametrize("state", DOORS)
def test_a_door_answers_everything(state: str, event: str) -> None:
    after, happened = door_answer(DOORS[state], DOOR_EVENTS[event])
    assert isinstance(after, get_args(door.Door))
    opened = {Happening.OPENED, Happening.OPENED_UNASKED} & set(happened)
    assert not opened or DOOR_EVENTS[event] == door.Seen("open"), "only the switch opens a door"
    closed = Happening.CLOSED in happened
    assert not closed or state == "Open, closed for long enough", "closed counts when it is stable"
    again = Happening.TRY_AGAIN in happened
    assert not again or state == "Opening, first pulse, time over", "one second pulse, never after a silence"


@pytest.mark.parametrize("state", DOORS)
def test_a_door_is_not_woken_up_twice_for_the_same_thing(state: str) -> None:
    after, happened = door_answer(DOORS[state], door.Tick())
    wake_at = door.wake_at(after, WAITS.settle_ms)
    assert Happening.TRY_AGAIN in happened or wake_at is None or wake_at > NOW_MS


@pytest.mark.parametrize("event", VISIT_EVENTS)
@pytest.mark.parametrize("state", VISITS)
def test_a_visit_answers_everything(state: str, event: str) -> None:
    result = visit_answer(VISITS[state], VISIT_EVENTS[event])
    assert isinstance(result, VisitStep)
    ends = sum(isinstance(fact, VisitEnded) for fact in result.facts)
    named = VISITS[state].visit is not None
    assert ends == (named and result.visit is None), "a visit that is over has ended, once, and no other has"
    assert result.wish is None or result.visit is not None, "only somebody who is there wishes for a door"
    lends_nothing = any(isinstance(fact, Browsed) for fact in result.facts)
    assert not lends_nothing or state.startswith("Asking"), "nobody has browsed before a door is closed"


def test_the_page_says_what_the_machines_do() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.core.states_md"
