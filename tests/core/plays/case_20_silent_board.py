"""Case 20: a board falls silent in the middle of a visit; found again, what is so is taken down, and nothing pulsed."""

from locker.core.signals import PulseReported
from sync.facts import PulseRefused
from sync.reasons import Fault
from tests.core.lines import (
    DUE_BOOK,
    NO,
    after,
    borrowed,
    browsed,
    chooses,
    cleared,
    closed,
    closes,
    ended,
    intended,
    opened,
    opens,
    pulse,
    raised,
    screen,
    silent,
    started,
    unasked,
    voided,
    watch,
)
from tests.core.place import DRILL, DRILL_DOOR, KIT, KIT_DOOR, NOVEL, PAIR, SAW_DOOR, SHELF, TOOLS, A
from tests.core.playbook import Playbook, PowerComes, Scene
from tests.core.scenes import asked_about, asks_for, at_the_shelf, at_the_single, comes, takes


def lost(*doors: int) -> Scene:
    """The board of these doors does not answer any more."""
    scene = Scene()
    for number in doors:
        scene = scene >> silent(number) << raised(Fault.DOOR_UNKNOWN, number)
    return scene


def before_a_door_is_chosen() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> lost(KIT_DOOR)
        >> silent(KIT_DOOR)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
    )


def the_others_go_on() -> Playbook:
    return Playbook(PAIR) >> lost(KIT_DOOR) >> comes(A) >> asks_for(DRILL_DOOR, 1, DRILL, 1)


def while_it_opens_and_found_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> lost(KIT_DOOR)
        >> silent(KIT_DOOR)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def while_it_opens_and_found_closed() -> Playbook:
    """Whether it was open meanwhile nobody knows: no second pulse, no loan, and somebody looks inside."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> lost(KIT_DOOR)
        >> after(3)
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(7)
        << voided(1, KIT_DOOR, 1, "unknown")
        << raised(Fault.DOOR_DOUBTFUL, KIT_DOOR)
        << screen("cannot_see", door=KIT_DOOR)
        << watch()
        >> asks_for(DRILL_DOOR, 1, DRILL, 2)
    )


def while_it_opens_and_found_in_time() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> lost(KIT_DOOR)
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(9)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def while_it_opens_and_never_found() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> lost(KIT_DOOR)
        >> after(10)
        << voided(1, KIT_DOOR, 1, "unknown")
        << raised(Fault.DOOR_DOUBTFUL, KIT_DOOR)
        << screen("cannot_see", door=KIT_DOOR)
        << watch()
        >> after(5)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << unasked(KIT_DOOR)
        << watch(KIT_DOOR)
    )


def doubt_is_raised_once() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> lost(KIT_DOOR)
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(10)
        << voided(1, KIT_DOOR, 1, "unknown")
        << raised(Fault.DOOR_DOUBTFUL, KIT_DOOR)
        << screen("cannot_see", door=KIT_DOOR)
        << watch()
        >> asks_for(KIT_DOOR, 1, KIT, 2)
        >> lost(KIT_DOOR)
        >> after(10)
        << voided(2, KIT_DOOR, 1, "unknown")
        << screen("cannot_see", door=KIT_DOOR)
        << watch()
    )


def the_pulse_is_refused_while_the_board_is_silent() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> lost(KIT_DOOR)
        >> PulseReported(KIT_DOOR, 1, "refused", "no board")
        << PulseRefused(intent=1, door=KIT_DOOR, why="no board")
        << voided(1, KIT_DOOR, 1, "not_pulsed")
        << screen("did_not_open", door=KIT_DOOR)
        << watch()
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
    )


def while_it_is_open_and_found_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> lost(KIT_DOOR)
        >> after(100)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(30)
        << screen("please_close", door=KIT_DOOR)
    )


def while_it_is_open_and_found_closed() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> lost(KIT_DOOR)
        >> after(100)
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
    )


def while_the_shelf_is_open_labels_still_count() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> lost(SHELF)
        >> takes(NOVEL)
        >> closes(SHELF)
        << cleared(Fault.DOOR_UNKNOWN, SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def during_the_question() -> Playbook:
    """The question can be answered all the same."""
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> lost(KIT_DOOR)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << opened(KIT_DOOR, 1, None)
        << screen("take_it", door=KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> lost(KIT_DOOR)
        >> NO
        << browsed(1, KIT_DOOR)
        << ended(1)
        << screen("browsed")
        << watch()
    )


def while_it_stands_open_unasked() -> Playbook:
    """It was open before: open again is nothing new."""
    return (
        Playbook(PAIR)
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << watch(KIT_DOOR)
        >> silent(KIT_DOOR)
        << raised(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << watch()
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << watch(KIT_DOOR)
    )


def boards_that_never_answer_after_a_start() -> Playbook:
    """Ten seconds after a start a silent door is a fault; it is said once, and over when the board answers."""
    return (
        Playbook(TOOLS, asleep=True)
        >> PowerComes()
        << started("nothing")
        << screen("idle")
        >> closes(KIT_DOOR)
        >> silent(DRILL_DOOR)
        >> after(10)
        << raised(Fault.DOOR_UNKNOWN, DRILL_DOOR)
        << raised(Fault.DOOR_UNKNOWN, SAW_DOOR)
        >> after(100)
        >> closes(DRILL_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, DRILL_DOOR)
        >> PowerComes()
        << started("cut_off")
        << screen("idle")
        >> after(10)
        << raised(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << raised(Fault.DOOR_UNKNOWN, DRILL_DOOR)
    )
