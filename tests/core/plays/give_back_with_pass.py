"""Giving back with a pass: one's own empty door, or the label shown after the pass."""

from msgspec.structs import replace

from locker.core.site import DoorKind, ItemKind, ItemSpec
from tests.core.lines import (
    after,
    closed,
    closes,
    ended,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    returned,
    screen,
    watch,
)
from tests.core.place import (
    BIN,
    DRILL,
    DRILL_DOOR,
    FOREIGN,
    KIT,
    KIT_DOOR,
    PAIR,
    SAW,
    SAW_DOOR,
    SHELF,
    TOOLS,
    A,
    B,
    door,
    site,
)
from tests.core.playbook import Playbook
from tests.core.scenes import asks_for, comes


def with_a_pass_at_ones_own_empty_door() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, A))
        >> comes(A, 2)
        >> asks_for(DRILL_DOOR, 2, DRILL, 1)
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, 2, 1)
        << screen("put_it_in", door=DRILL_DOOR)
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR, 2)
        << returned(DRILL, DRILL_DOOR, 2)
        << ended(2)
        << screen("returned", back=1)
        << watch()
    )


def with_a_pass_and_the_label() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, B))
        >> comes(A, 2)
        >> label(DRILL)
        << intended(1, DRILL_DOOR, 2, DRILL)
        << pulse(DRILL_DOOR, 1)
        << screen("opening", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
    )


def with_a_pass_and_a_label_that_no_door_is_free_for() -> Playbook:
    return Playbook(TOOLS) >> comes(A) >> label(FOREIGN) << screen("keep_it")


def a_tool_that_lies_in_the_bin_is_shown_with_a_pass() -> Playbook:
    """It was dropped while its door was silent; a volunteer has not sorted the bin yet."""
    past = (*lent(DRILL, A), returned(DRILL, BIN))
    return Playbook(PAIR, past) >> comes(B, 2) >> label(DRILL) << screen("keep_it")


def a_book_to_the_shelf_that_it_comes_from() -> Playbook:
    """Two bookcases: its own one opens, and an item that nobody has listed goes to the first."""
    both = site(door(SHELF, DoorKind.SHELF), door(SAW_DOOR, DoorKind.SHELF))
    both = replace(both, items={**both.items, SAW: ItemSpec(label=SAW, kind=ItemKind.BOOK, door=SAW_DOOR)})
    return (
        Playbook(both, lent(SAW, A))
        >> comes(A, 2)
        >> label(SAW)
        << intended(1, SAW_DOOR, 2)
        << pulse(SAW_DOOR, 1)
        << screen("opening", door=SAW_DOOR)
        << watch(SAW_DOOR)
        >> comes(B, 3)
        >> label(FOREIGN)
        << intended(2, SHELF, 3)
        << pulse(SHELF, 2)
        << screen("opening", door=SHELF)
        << watch(SHELF, SAW_DOOR)
    )


def a_book_of_a_single_door_to_the_shelf() -> Playbook:
    rare = replace(PAIR, items={**PAIR.items, KIT: ItemSpec(label=KIT, kind=ItemKind.BOOK, door=KIT_DOOR)})
    return (
        Playbook(rare, lent(KIT, A))
        >> comes(A, 2)
        >> label(KIT)
        << intended(1, SHELF, 2)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
    )
