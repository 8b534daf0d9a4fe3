"""The list at the bookcase: it begins before the door is open, and it has an end."""

from tests.core.lines import (
    DUE_BOOK,
    borrowed,
    chooses,
    ended,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    returned,
    screen,
    shown,
    watch,
    withdrawn,
)
from tests.core.place import (
    ATLAS,
    BIN_SPEC,
    NOVEL,
    PAIR,
    POEMS,
    SHELF,
    SHELF_SPEC,
    SINGLES,
    A,
    site,
)
from tests.core.playbook import Playbook
from tests.core.plays.borrow_shelf import settles
from tests.core.scenes import at_the_shelf, comes, takes


def a_list_has_an_end() -> Playbook:
    """At the open shelf and while it opens; what is on the list can still be taken off it."""
    short = site(SHELF_SPEC, *SINGLES, BIN_SPEC, labels_per_visit=1)
    return (
        Playbook(short)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> label(ATLAS)
        << screen("list_full", door=SHELF)
        >> label(NOVEL)
        << withdrawn(NOVEL, 1)
        << screen("shelf_open", door=SHELF)
        >> takes(ATLAS)
        >> settles()
        << borrowed(ATLAS, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def a_list_is_full_while_the_door_opens_too() -> Playbook:
    short = site(SHELF_SPEC, *SINGLES, BIN_SPEC, labels_per_visit=1)
    return (
        Playbook(short)
        >> comes(A)
        >> chooses(SHELF)
        << intended(1, SHELF, 1)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
        >> label(ATLAS)
        << screen("opening", door=SHELF)
        >> label(NOVEL)
        << screen("list_full", door=SHELF)
        >> opens(SHELF)
        << opened(SHELF, 1, 1)
        << shown(ATLAS, 1)
        << screen("shelf_list", door=SHELF, taken=1, back=0)
    )


def labels_shown_before_the_door_is_open_are_kept() -> Playbook:
    return (
        Playbook(PAIR, lent(NOVEL, A))
        >> comes(A, 2)
        >> label(NOVEL)
        << intended(1, SHELF, 2)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
        >> label(ATLAS)
        << screen("opening", door=SHELF)
        >> label(POEMS)
        << screen("opening", door=SHELF)
        >> label(POEMS)
        << screen("opening", door=SHELF)
        >> opens(SHELF)
        << opened(SHELF, 2, 1)
        << shown(NOVEL, 2)
        << shown(ATLAS, 2)
        << screen("shelf_list", door=SHELF, taken=1, back=1)
        >> settles(2)
        << returned(NOVEL, SHELF, 2)
        << borrowed(ATLAS, A, 2, SHELF)
        << ended(2)
        << screen("borrowed", taken=1, back=1, due=DUE_BOOK)
        << watch()
    )
