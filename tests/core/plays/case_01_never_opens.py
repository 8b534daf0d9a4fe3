"""Case 1: the door never opens."""

from locker.core.signals import PulseReported
from sync.facts import PulseRefused
from sync.reasons import Fault
from tests.core.lines import (
    NO,
    after,
    chooses,
    cleared,
    closed,
    closes,
    ended,
    intended,
    opened,
    opens,
    pulse,
    pulsed,
    raised,
    screen,
    sent,
    silent,
    started,
    unasked,
    voided,
    watch,
)
from tests.core.place import DRILL, DRILL_DOOR, KIT, KIT_DOOR, PAIR, A, B
from tests.core.playbook import Playbook, PowerComes, Scene
from tests.core.scenes import asks_for, comes


def tried_again() -> Scene:
    """Ten seconds after the pulse the door has not opened: the first intent ends, a second one is pulsed."""
    return (
        Scene()
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> after(9.999)
        >> after(0.001)
        << voided(1, KIT_DOOR, 1)
        << intended(2, KIT_DOOR, 1, KIT, 2)
        << pulse(KIT_DOOR, 2)
        << screen("trying_again", door=KIT_DOOR)
        >> sent(KIT_DOOR, 2)
        << pulsed(2, KIT_DOOR)
    )


def given_up() -> Scene:
    """Twice pulsed, never open: no loan, a fault, and the resident is back at the counter."""
    return (
        tried_again()
        >> after(10)
        << voided(2, KIT_DOOR, 1)
        << raised(Fault.DOOR_STUCK, KIT_DOOR)
        << screen("did_not_open", door=KIT_DOOR)
        << watch()
    )


def a_slow_pull() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> after(9.9)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def the_second_pulse_opens() -> Playbook:
    return (
        Playbook(PAIR)
        >> tried_again()
        >> after(9.9)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 2)
        << screen("take_it", door=KIT_DOOR)
    )


def a_late_report_on_the_first_pulse_ends_nothing() -> Playbook:
    return (
        Playbook(PAIR)
        >> tried_again()
        >> PulseReported(KIT_DOOR, 1, "refused", "late")
        << PulseRefused(intent=1, door=KIT_DOOR, why="late")
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 2)
        << screen("take_it", door=KIT_DOOR)
    )


def another_door_is_chosen_and_this_one_refused() -> Playbook:
    return (
        Playbook(PAIR)
        >> given_up()
        >> after(8)
        << screen("choose")
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> asks_for(DRILL_DOOR, 1, DRILL, 3)
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, 1, 3)
        << screen("take_it", door=DRILL_DOOR)
    )


def nobody_chooses_again() -> Playbook:
    return (
        Playbook(PAIR) >> given_up() >> after(8) << screen("choose") >> after(52) << ended(1, "left") << screen("idle")
    )


def it_opens_long_afterwards() -> Playbook:
    """Nobody asked for that; but the door has shown that it opens, and is lent from again."""
    return (
        Playbook(PAIR)
        >> given_up()
        >> NO
        << ended(1, "left")
        << screen("idle")
        >> after(3600)
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << cleared(Fault.DOOR_STUCK, KIT_DOOR)
        << watch(KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR)
        << watch()
        >> comes(B, 2)
        >> asks_for(KIT_DOOR, 2, KIT, 3)
    )


def a_stuck_door_stays_refused_over_a_restart() -> Playbook:
    return (
        Playbook(PAIR)
        >> given_up()
        >> NO
        << ended(1, "left")
        << screen("idle")
        >> PowerComes()
        << started("cut_off")
        << screen("idle")
        >> closes(KIT_DOOR)
        >> comes(B, 2)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << cleared(Fault.DOOR_STUCK, KIT_DOOR)
        << watch(KIT_DOOR)
    )


def a_stuck_door_whose_board_falls_silent() -> Playbook:
    return (
        Playbook(PAIR)
        >> given_up()
        >> NO
        << ended(1, "left")
        << screen("idle")
        >> closes(KIT_DOOR)
        >> silent(KIT_DOOR)
        << raised(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << unasked(KIT_DOOR)
        << cleared(Fault.DOOR_STUCK, KIT_DOOR)
        << watch(KIT_DOOR)
    )


def somebody_else_has_the_counter_meanwhile() -> Playbook:
    return (
        Playbook(PAIR)
        >> tried_again()
        >> comes(B, 2)
        >> after(10)
        << voided(2, KIT_DOOR, 1)
        << ended(1, "not_opened")
        << raised(Fault.DOOR_STUCK, KIT_DOOR)
        << screen("did_not_open", door=KIT_DOOR)
        << watch()
        >> after(8)
        << screen("choose")
        >> asks_for(DRILL_DOOR, 2, DRILL, 3)
    )
