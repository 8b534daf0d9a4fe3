"""Two residents at one cabinet: nobody answers or pays for another."""

from locker.core.actions import NoteStrangeCode
from locker.core.signals import StrangeCodeRead
from sync.facts import VisitInterrupted
from sync.reasons import Evidence
from tests.core.lines import (
    DUE_TOOL,
    NO,
    YES,
    after,
    borrowed,
    browsed,
    closed,
    closes,
    ended,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    screen,
    shown,
    shows,
    started,
    watch,
)
from tests.core.place import ATLAS, DRAWN, DRILL, DRILL_DOOR, KIT, KIT_DOOR, NOVEL, PAIR, SAW_DOOR, SHELF, A, B
from tests.core.playbook import Playbook, PowerComes
from tests.core.scenes import asks_for, at_the_shelf, at_the_single, comes, takes


def both_are_served_and_asked_in_turn() -> Playbook:
    """The key answers the question on the screen; pressed twice, it does not answer for the other one."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> comes(B, 2)
        >> asks_for(DRILL_DOOR, 2, DRILL, 2, watching=(KIT_DOOR,))
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, 2, 2)
        << screen("take_it", door=DRILL_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR, 2)
        << screen("ask_single", door=DRILL_DOOR)
        >> NO
        << browsed(2, DRILL_DOOR)
        << ended(2)
        << screen("browsed")
        << watch(KIT_DOOR)
        >> NO
        >> after(8)
        << screen("ask_single", door=KIT_DOOR)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
        >> after(8)
        << screen("idle")
    )


def labels_belong_to_the_pass_shown_last() -> Playbook:
    """The second one's label opens the second one's door, and does not fill the first one's list."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> comes(B, 2)
        >> label(KIT)
        << intended(2, KIT_DOOR, 2, KIT)
        << pulse(KIT_DOOR, 2)
        << screen("opening", door=KIT_DOOR)
        << watch(SHELF, KIT_DOOR)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 2, 2)
        << screen("take_it", door=KIT_DOOR)
        >> label(KIT)
        << screen("take_it", door=KIT_DOOR)
        >> label(ATLAS)
        << shown(ATLAS, 1)
        << screen("shelf_list", door=SHELF, taken=2, back=0)
    )


def the_first_shows_the_pass_again_and_goes_on() -> Playbook:
    """The one who chooses keeps the counter; the words are with the shelf again, until the second pass is shown."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> comes(B, 2)
        >> label(NOVEL)
        << screen("door_not_free", door=SHELF)
        >> shows(A)
        << screen("shelf_open", door=SHELF)
        >> takes(NOVEL)
        >> NO
        >> shows(B)
        << screen("choose")
        >> label(DRILL)
        << intended(2, DRILL_DOOR, 2, DRILL)
        << pulse(DRILL_DOOR, 2)
        << screen("opening", door=DRILL_DOOR)
        << watch(SHELF, DRILL_DOOR)
    )


def a_label_after_the_second_has_left_is_the_firsts() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> comes(B, 2)
        >> NO
        << ended(2, "left")
        << screen("shelf_open", door=SHELF)
        >> takes(NOVEL)
    )


def two_at_two_doors_one_waits_idle() -> Playbook:
    """When nothing is being answered, the screen is with the visit last spoken with, or with any that is left."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> comes(B, 2)
        >> asks_for(DRILL_DOOR, 2, DRILL, 2, watching=(SHELF,))
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, 2, 2)
        << screen("take_it", door=DRILL_DOOR)
        >> label(DRAWN[:-1])
        << NoteStrangeCode(10, 1)
        << screen("not_our_code")
        >> after(8)
        << screen("take_it", door=DRILL_DOOR)
        >> takes(NOVEL)
        >> StrangeCodeRead(10)
        << screen("not_our_code")
        >> after(8)
        << screen("shelf_list", door=SHELF, taken=1, back=0)
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR, 2)
        << screen("ask_single", door=DRILL_DOOR)
        >> YES
        << borrowed(DRILL, B, 2, DRILL_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(2)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch(SHELF)
        >> after(8)
        << screen("shelf_list", door=SHELF, taken=1, back=0)
    )


def a_tool_whose_label_went_out_with_somebody_else() -> Playbook:
    """Cut off at an open door, its board silent; meanwhile its item's label is shown at the shelf by another."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> PowerComes()
        << started("cut_off")
        << screen("idle")
        >> closes(SHELF)
        >> closes(SAW_DOOR)
        >> closes(DRILL_DOOR)
        >> at_the_shelf(B, 2, 2)
        >> takes(KIT, 2)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 2)
        << borrowed(KIT, B, 2, SHELF, due=DUE_TOOL)
        << ended(2)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
        >> closes(KIT_DOOR)
        << VisitInterrupted(visit=1, stage="opened", door=KIT_DOOR, leaf="closed", outcome="opened")
        << watch(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> YES
        << browsed(1, KIT_DOOR)
        << ended(1, "interrupted")
        << screen("browsed")
        << watch()
    )


def a_return_by_label_beside_an_open_door() -> Playbook:
    """The screen stays with the one who came last."""
    return (
        Playbook(PAIR, lent(DRILL, B, door=DRILL_DOOR))
        >> at_the_single(A, KIT_DOOR, KIT, 2)
        >> label(DRILL)
        << intended(2, DRILL_DOOR, None, DRILL)
        << pulse(DRILL_DOOR, 2)
        << screen("opening", door=DRILL_DOOR)
        << watch(KIT_DOOR, DRILL_DOOR)
        >> StrangeCodeRead(10)
        << NoteStrangeCode(10, 1)
        << screen("not_our_code")
        >> after(8)
        << screen("opening", door=DRILL_DOOR)
    )
