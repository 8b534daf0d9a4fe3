"""The playbook itself: it fails when it should, and shows both sides when it does."""

import pytest

from locker.core.signals import DoorObserved
from sync.reasons import Fault
from tests.core.conftest import forgotten
from tests.core.lines import (
    after,
    borrowed,
    ended,
    identified,
    opened,
    opens,
    raised,
    screen,
    shows,
)
from tests.core.place import KIT, KIT_DOOR, PAIR, A, B
from tests.core.playbook import Playbook
from tests.core.scenes import asks_for, comes


def complaint(play: Playbook) -> str:
    """Play it and return what it complains of."""
    with pytest.raises(AssertionError) as caught:
        bool(play)
    return str(caught.value)


def test_an_answer_that_nobody_awaits_is_an_error() -> None:
    play = Playbook(PAIR) >> shows(A) << identified(1, A)
    assert complaint(play).endswith(f"nobody awaited {screen('choose')}")


def test_an_answer_that_nobody_awaits_before_the_next_line_is_an_error() -> None:
    play = Playbook(PAIR) >> shows(A) >> after(1) << identified(1, A) << screen("choose")
    assert f"nobody awaited {identified(1, A)}, {screen('choose')}" in complaint(play)


def test_an_awaited_answer_that_does_not_come_is_an_error() -> None:
    play = Playbook(PAIR) >> comes(A) << screen("choose")
    assert complaint(play).endswith(f"awaited {screen('choose')}\n     came None")


def test_an_answer_that_is_another_is_an_error() -> None:
    play = Playbook(PAIR) >> shows(A) << identified(1, B) << screen("choose")
    assert complaint(play).endswith(f"awaited {identified(1, B)}\n     came {identified(1, A)}")


def test_an_answer_comes_at_its_instant_or_not_at_all() -> None:
    late = Playbook(PAIR) >> comes(A) >> after(60.001) << ended(1, "left") << screen("idle")
    early = Playbook(PAIR) >> comes(A) >> after(59.999) << ended(1, "left") << screen("idle")
    assert "nobody awaited VisitEnded" in complaint(late)
    assert complaint(early).endswith("came None")


def test_a_playbook_that_nobody_plays_is_found() -> None:
    play = Playbook(PAIR)
    assert forgotten() == [play]
    assert play >> comes(A)
    assert forgotten() == []
    play = play >> after(60)
    assert forgotten() == [play]
    complaint(play)
    assert forgotten() == []


def test_the_transcript_has_two_sides() -> None:
    text = complaint(Playbook(PAIR) >> comes(A) >> after(2.5) >> opens(KIT_DOOR))
    lines = [line for line in text.splitlines() if line]
    assert "     0.000 >> CodeRead(121 characters)" in lines
    assert " " * 40 + f"<< {identified(1, A)}" in lines
    assert f"     2.500 >> {DoorObserved(KIT_DOOR, 'open')}" in lines
    assert lines.index("     0.000 >> CodeRead(121 characters)") < lines.index(" " * 40 + f"<< {identified(1, A)}")


def test_the_past_is_believed() -> None:
    play = Playbook(PAIR, (raised(Fault.DOOR_STUCK, KIT_DOOR), borrowed(KIT, A, 1, KIT_DOOR)))
    assert play
    assert play.cabinet.memory.faults == {(Fault.DOOR_STUCK, KIT_DOOR)}
    assert play.cabinet.memory.loans_of(A) == 1


def test_it_is_at_rest_when_nothing_is_going_on() -> None:
    play = Playbook(PAIR)
    assert play
    assert play.at_rest
    assert play >> comes(A)
    assert not play.at_rest


def test_a_script_goes_on_where_it_stopped() -> None:
    play = Playbook(PAIR)
    assert play >> comes(A)
    assert play >> asks_for(KIT_DOOR, 1, KIT, 1)
    assert play >> opens(KIT_DOOR) << opened(KIT_DOOR, 1, 1) << screen("take_it", door=KIT_DOOR)
    assert [type(fact).__name__ for fact in play.facts[1:]] == [
        "Identified",
        "OpeningIntended",
        "BoltPulsed",
        "DoorOpened",
    ]
