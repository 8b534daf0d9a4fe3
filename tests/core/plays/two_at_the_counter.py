"""A second resident comes: whoever showed a pass last has the counter, and no open door changes hands."""

from sync.reasons import Evidence
from tests.core.lines import (
    DUE_BOOK,
    DUE_TOOL,
    NO,
    after,
    borrowed,
    browsed,
    chooses,
    closed,
    closes,
    ended,
    identified,
    opened,
    opens,
    screen,
    shows,
    watch,
)
from tests.core.place import DRILL, DRILL_DOOR, KIT, KIT_DOOR, NOVEL, PAIR, SHELF, A, B
from tests.core.playbook import Playbook
from tests.core.scenes import asked_about, asks_for, at_the_shelf, at_the_single, comes, takes


def while_the_first_is_choosing() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> shows(B)
        << ended(1, "left")
        << identified(2, B)
        << screen("choose")
        >> shows(A)
        << ended(2, "left")
        << identified(3, A)
        << screen("choose")
    )


def while_the_first_door_opens() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> comes(B, 2)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        >> asks_for(DRILL_DOOR, 2, DRILL, 2, watching=(KIT_DOOR,))
    )


def while_the_first_is_asked() -> Playbook:
    """The second pass ends the question: what the switch says stands."""
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> shows(B)
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.SWITCH, DUE_TOOL)
        << ended(1)
        << identified(2, B)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << screen("choose")
        << watch()
    )


def while_the_first_is_asked_at_the_shelf() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << screen("ask_shelf", door=SHELF)
        >> shows(B)
        << browsed(1, SHELF)
        << ended(1)
        << identified(2, B)
        << screen("browsed")
        << screen("choose")
        << watch()
        >> asks_for(SHELF, 2, None, 2)
    )


def the_shelf_is_the_firsts_until_it_closes() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> comes(B, 2)
        >> chooses(SHELF)
        << screen("door_not_free", door=SHELF)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
        >> after(8)
        << screen("choose")
        >> asks_for(SHELF, 2, None, 2)
    )


def a_no_at_the_counter_is_the_choosers() -> Playbook:
    """Nobody answers a question that is not on the screen any more."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> comes(B, 2)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> shows(B)
        << screen("choose")
        >> NO
        << ended(2, "left")
        << screen("ask_single", door=KIT_DOOR)
        >> NO
        << browsed(1, KIT_DOOR)
        << ended(1)
        << screen("browsed")
        << watch()
    )


def a_chooser_who_waits_too_long_leaves_the_others_screen() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> comes(B, 2)
        >> after(60)
        << ended(2, "left")
        << screen("shelf_open", door=SHELF)
    )


def a_door_that_is_asked_about_is_not_given_to_another() -> Playbook:
    """Shut, and its visit not settled: whoever is choosing gets another door."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> comes(B, 2)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << screen("ask_shelf", door=SHELF)
        >> chooses(SHELF)
        << screen("door_not_free", door=SHELF)
        >> after(8)
        << screen("ask_shelf", door=SHELF)
        >> after(12)
        << browsed(1, SHELF)
        << ended(1)
        << screen("browsed")
        << watch()
        >> asks_for(SHELF, 2, None, 2)
    )
