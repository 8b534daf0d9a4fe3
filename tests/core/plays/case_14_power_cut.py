"""Case 14: the power goes in the middle of a visit. Nothing is pulsed; the visit is explained by what is on record.

`test_cuts.py` cuts every playbook after every fact; these say in exact words what a person then sees.
"""

from locker.core.actions import Halt
from locker.core.signals import StopAsked, TimeUp
from sync.facts import Stopped, VisitInterrupted
from sync.reasons import Evidence, Fault
from tests.core.lines import (
    DUE_BOOK,
    DUE_TOOL,
    NO,
    YES,
    after,
    borrowed,
    browsed,
    chooses,
    cleared,
    closed,
    closes,
    ended,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    raised,
    returned,
    screen,
    shows,
    silent,
    started,
    voided,
    watch,
)
from tests.core.place import ATLAS, DRILL, DRILL_DOOR, KIT, KIT_DOOR, NOVEL, PAIR, SAW_DOOR, SHELF, TOOLS, A, B
from tests.core.playbook import Playbook, PowerComes, Scene
from tests.core.scenes import asked_about, asks_for, at_the_shelf, at_the_single, comes, takes


def cut() -> Scene:
    """The power goes and comes back."""
    return Scene() >> PowerComes() << started("cut_off") << screen("idle")


def at_the_counter() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> PowerComes()
        << started("cut_off")
        << VisitInterrupted(visit=1, stage="identified", outcome="not_opened")
        << ended(1, "interrupted")
        << screen("idle")
    )


def pulsed_and_found_closed() -> Playbook:
    """Opened and closed again, or never opened: nobody knows, nobody is charged, somebody looks."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> cut()
        >> closes(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="pulsed", door=KIT_DOOR, leaf="closed", outcome="unknown")
        << voided(1, KIT_DOOR, 1, "unknown")
        << raised(Fault.DOOR_DOUBTFUL, KIT_DOOR)
        << ended(1, "interrupted")
    )


def pulsed_and_found_open() -> Playbook:
    """It opened, and goes on as that visit."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> cut()
        >> opens(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="pulsed", door=KIT_DOOR, leaf="open", outcome="opened")
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, DUE_TOOL, interrupted=True)
        << ended(1, "interrupted")
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )


def open_and_found_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> cut()
        >> opens(SHELF)
        << VisitInterrupted(visit=1, stage="opened", door=SHELF, leaf="open", outcome="opened", items=(NOVEL,))
        << screen("shelf_list", door=SHELF, taken=1, back=0)
        << watch(SHELF)
        >> takes(ATLAS, taken=2)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << borrowed(NOVEL, A, 1, SHELF, interrupted=True)
        << borrowed(ATLAS, A, 1, SHELF, interrupted=True)
        << ended(1, "interrupted")
        << screen("borrowed", taken=2, back=0, due=DUE_BOOK)
        << watch()
    )


def open_and_found_closed() -> Playbook:
    """Closed counts when it has been for long enough, after a start as ever."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> cut()
        >> closes(SHELF)
        >> closes(DRILL_DOOR)
        >> closes(SAW_DOOR)
        >> closes(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="closed", outcome="opened")
        << watch(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> after(20)
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.SWITCH, DUE_TOOL, interrupted=True)
        << ended(1, "interrupted")
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )


def open_and_the_board_is_silent() -> Playbook:
    """It stays this visit's until the board answers; the other doors are lent from meanwhile."""
    return (
        Playbook(TOOLS)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> cut()
        >> closes(DRILL_DOOR)
        >> closes(SAW_DOOR)
        >> after(10)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="unknown", outcome="opened")
        << raised(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << watch(KIT_DOOR)
        >> comes(B, 2)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> asks_for(DRILL_DOOR, 2, DRILL, 2, watching=(KIT_DOOR,))
        >> closes(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
    )


def open_and_the_board_was_silent_already() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> silent(KIT_DOOR)
        << raised(Fault.DOOR_UNKNOWN, KIT_DOOR)
        >> cut()
        >> silent(KIT_DOOR)
        >> opens(KIT_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, KIT_DOOR)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="open", outcome="opened")
        << screen("take_it", door=KIT_DOOR)
        << watch(KIT_DOOR)
    )


def during_the_question() -> Playbook:
    """The question is put once more, for whoever is still there."""
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> cut()
        >> closes(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="asked", door=KIT_DOOR, leaf="closed", outcome="opened")
        << screen("ask_single", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> NO
        << browsed(1, KIT_DOOR)
        << ended(1, "interrupted")
        << screen("browsed")
        << watch()
    )


def during_the_question_and_found_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> cut()
        >> opens(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="asked", door=KIT_DOOR, leaf="open", outcome="opened")
        << opened(KIT_DOOR, 1, None)
        << screen("take_it", door=KIT_DOOR)
        << watch(KIT_DOOR)
    )


def a_return_by_label() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, A))
        >> label(DRILL)
        << intended(1, DRILL_DOOR, None, DRILL)
        << pulse(DRILL_DOOR, 1)
        << screen("opening", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
        >> cut()
        >> opens(DRILL_DOOR)
        << VisitInterrupted(visit=None, stage="intended", door=DRILL_DOOR, leaf="open", outcome="opened")
        << opened(DRILL_DOOR, None, 1)
        << screen("put_it_in", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR)
        << returned(DRILL, DRILL_DOOR, interrupted=True)
        << screen("returned", back=1)
        << watch()
    )


def a_return_by_label_that_nobody_saw_open() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, A))
        >> label(DRILL)
        << intended(1, DRILL_DOOR, None, DRILL)
        << pulse(DRILL_DOOR, 1)
        << screen("opening", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
        >> cut()
        >> closes(DRILL_DOOR)
        << VisitInterrupted(visit=None, stage="intended", door=DRILL_DOOR, leaf="closed")
        << voided(1, DRILL_DOOR, None, "unknown")
        << raised(Fault.DOOR_DOUBTFUL, DRILL_DOOR)
        >> label(DRILL)
        << intended(2, DRILL_DOOR, None, DRILL)
        << pulse(DRILL_DOOR, 2)
        << screen("opening", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
    )


def the_same_resident_before_the_visit_is_explained() -> Playbook:
    """The old visit's door is not given away; a new visit begins beside it."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> cut()
        >> closes(DRILL_DOOR)
        >> comes(A, 2)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> asks_for(DRILL_DOOR, 2, DRILL, 2)
        >> opens(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="open", outcome="opened")
        << screen("take_it", door=KIT_DOOR)
        << watch(KIT_DOOR, DRILL_DOOR)
    )


def after_a_stop_in_good_order() -> Playbook:
    """Whoever stops the daemon in the middle of a visit has cut it off all the same; after a stop nothing is heard."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> StopAsked("service")
        << Stopped(why="service")
        << Halt()
        >> closes(KIT_DOOR)
        >> shows(B)
        >> YES
        >> TimeUp()
        >> PowerComes()
        << started("stopped")
        << screen("idle")
        >> opens(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="open", outcome="opened")
        << screen("take_it", door=KIT_DOOR)
        << watch(KIT_DOOR)
    )
