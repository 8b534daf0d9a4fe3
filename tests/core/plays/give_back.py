"""Giving a tool back by its label alone, into an empty door, within limits."""

from sync.reasons import Fault
from tests.core.lines import (
    after,
    chooses,
    cleared,
    closed,
    closes,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    raised,
    returned,
    screen,
    silent,
    voided,
    watch,
)
from tests.core.place import (
    ATLAS,
    DRILL,
    DRILL_DOOR,
    FOREIGN,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    POEMS,
    SHELF_SPEC,
    SINGLES,
    SLOT,
    TOOLS,
    WITH_SLOT,
    A,
    B,
    C,
    site,
)
from tests.core.playbook import Playbook
from tests.core.scenes import a_label_opens, asks_for, comes, it_is_put_in


def a_tool_into_its_own_empty_door() -> Playbook:
    return (
        Playbook(PAIR, (*lent(DRILL, A), *lent(KIT, B, 2)))
        >> a_label_opens(DRILL, DRILL_DOOR)
        >> it_is_put_in(DRILL, DRILL_DOOR)
        >> after(8)
        << screen("idle")
    )


def a_tool_into_another_empty_door_when_its_own_is_not_to_be_had() -> Playbook:
    return (
        Playbook(PAIR, (*lent(DRILL, A), *lent(KIT, B, 2)))
        >> silent(DRILL_DOOR)
        << raised(Fault.DOOR_UNKNOWN, DRILL_DOOR)
        >> a_label_opens(DRILL, KIT_DOOR)
        >> it_is_put_in(DRILL, KIT_DOOR)
    )


def what_was_put_into_another_door_is_borrowed_from_there() -> Playbook:
    return (
        a_tool_into_another_empty_door_when_its_own_is_not_to_be_had()
        >> closes(DRILL_DOOR)
        << cleared(Fault.DOOR_UNKNOWN, DRILL_DOOR)
        >> comes(C, 3)
        >> chooses(DRILL_DOOR)
        << screen("item_out", door=DRILL_DOOR)
        >> asks_for(KIT_DOOR, 3, DRILL, 2)
    )


def a_tool_with_no_door_free() -> Playbook:
    """All three doors are taken by what was brought instead."""
    past = (*lent(DRILL, A, 1, DRILL_DOOR), returned(FOREIGN, DRILL_DOOR))
    return Playbook(TOOLS, past) >> label(DRILL) << screen("keep_it")


def a_tool_with_no_door_free_beside_a_bookcase() -> Playbook:
    """The bookcase is for books: nobody is told to put a drill there."""
    past = (*lent(DRILL, A, 1, DRILL_DOOR), returned(FOREIGN, DRILL_DOOR))
    return Playbook(site(SHELF_SPEC, *SINGLES), past) >> label(DRILL) << screen("keep_it")


def what_is_in_wants_a_pass() -> Playbook:
    return (
        Playbook(PAIR)
        >> label(KIT)
        << screen("pass_first")
        >> label(NOVEL)
        << screen("pass_first")
        >> after(8)
        << screen("idle")
    )


def its_label_again_repeats_the_answer() -> Playbook:
    """Held in view, thirty times a second: one intent."""
    play = Playbook(PAIR, lent(DRILL, A)) >> a_label_opens(DRILL, DRILL_DOOR)
    for _ in range(30):
        play = play >> after(0.033) >> label(DRILL) << screen("opening", door=DRILL_DOOR)
    play = play >> opens(DRILL_DOOR) << opened(DRILL_DOOR, None, 1) << screen("put_it_in", door=DRILL_DOOR)
    for _ in range(30):
        play = play >> after(0.033) >> label(DRILL) << screen("put_it_in", door=DRILL_DOOR)
    return play


def one_a_minute_and_three_an_hour() -> Playbook:
    """The fourth opening waits for an hour after the first, to the millisecond."""
    past = (*lent(NOVEL, A), *lent(ATLAS, A, 2), *lent(POEMS, A, 3))
    return (
        Playbook(WITH_SLOT, past)
        >> a_label_opens(NOVEL, SLOT)
        >> label(ATLAS)
        << screen("pass_opens_shelf")
        >> it_is_put_in(NOVEL, SLOT)
        >> label(ATLAS)
        << screen("one_moment")
        >> after(8)
        << screen("idle")
        >> after(51.399)
        >> label(ATLAS)
        << screen("one_moment")
        >> after(0.001)
        >> a_label_opens(ATLAS, SLOT, 2)
        >> it_is_put_in(ATLAS, SLOT, 2)
        >> after(8)
        << screen("idle")
        >> after(51.4)
        >> a_label_opens(POEMS, SLOT, 3)
        >> it_is_put_in(POEMS, SLOT, 3)
        >> after(8)
        << screen("idle")
        >> after(3600 - 120 - 8.6 - 0.001)
        >> label(FOREIGN)
        << screen("one_moment")
        >> after(0.001)
        >> a_label_opens(FOREIGN, SLOT, 4)
    )


def none_while_one_is_open() -> Playbook:
    """Two empty doors, one label's opening: the second label waits until the first door is closed, a minute or not."""
    return (
        Playbook(PAIR, (*lent(DRILL, A), *lent(KIT, B, 2)))
        >> a_label_opens(DRILL, DRILL_DOOR)
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, None, 1)
        << screen("put_it_in", door=DRILL_DOOR)
        >> after(30)
        << screen("please_close", door=DRILL_DOOR)
        >> after(8)
        << screen("put_it_in", door=DRILL_DOOR)
        >> after(22)
        << screen("please_close", door=DRILL_DOOR)
        >> after(1)
        >> label(KIT)
        << screen("one_moment")
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR)
        << returned(DRILL, DRILL_DOOR)
        << screen("returned", back=1)
        << watch()
        >> a_label_opens(KIT, KIT_DOOR, 2)
    )


def a_door_that_does_not_open_takes_nothing() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, A))
        >> a_label_opens(DRILL, DRILL_DOOR)
        >> after(10)
        << voided(1, DRILL_DOOR, None)
        << intended(2, DRILL_DOOR, None, DRILL, 2)
        << pulse(DRILL_DOOR, 2)
        << screen("trying_again", door=DRILL_DOOR)
        >> after(10)
        << voided(2, DRILL_DOOR, None)
        << raised(Fault.DOOR_STUCK, DRILL_DOOR)
        << screen("keep_it")
        << watch()
        >> after(8)
        << screen("idle")
    )
