"""What the hands say of a pulse: it is taken down, and proves nothing about the door."""

from locker.core.signals import PulseReported
from sync.facts import BoltPulsed, PulseRefused
from tests.core.lines import (
    after,
    chooses,
    closed,
    closes,
    intended,
    opened,
    opens,
    pulse,
    pulsed,
    screen,
    sent,
    voided,
    watch,
)
from tests.core.place import DRILL, DRILL_DOOR, KIT, KIT_DOOR, PAIR, A
from tests.core.playbook import Playbook
from tests.core.scenes import asks_for, comes


def a_pulse_without_an_answer_may_still_have_opened() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> PulseReported(KIT_DOOR, 1, "silent")
        << BoltPulsed(intent=1, door=KIT_DOOR, answered=False)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def a_pulse_that_was_never_sent_ends_its_intent() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> PulseReported(KIT_DOOR, 1, "refused", "too hot")
        << PulseRefused(intent=1, door=KIT_DOOR, why="too hot")
        << voided(1, KIT_DOOR, 1, "not_pulsed")
        << screen("did_not_open", door=KIT_DOOR)
        << watch()
        >> asks_for(DRILL_DOOR, 1, DRILL, 2)
    )


def the_slow_pull_counts_from_the_pulse() -> Playbook:
    """A pulse may have waited for another coil."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> after(9)
        >> sent(KIT_DOOR, 1)
        << pulsed(1, KIT_DOOR)
        >> after(9.999)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def a_report_on_another_pulse_moves_nothing() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> sent(KIT_DOOR, 99)
        << pulsed(99, KIT_DOOR)
        >> PulseReported(KIT_DOOR, 99, "refused", "late")
        << PulseRefused(intent=99, door=KIT_DOOR, why="late")
        >> sent(77, 1)
        << pulsed(1, 77)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        >> sent(KIT_DOOR, 1)
        << pulsed(1, KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
    )
