"""Giving back: by label alone, or with a pass."""

from msgspec.structs import replace

from locker.core.site import DoorKind, ItemKind, ItemSpec
from sync.reasons import Fault
from tests.core.lines import (
    after,
    asks_for,
    chooses,
    cleared,
    closed,
    closes,
    comes,
    ended,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    pulsed,
    raised,
    returned,
    screen,
    sent,
    silent,
    voided,
    watch,
)
from tests.core.place import (
    ATLAS,
    BIN,
    BIN_SPEC,
    BOOKCASE,
    DRILL,
    DRILL_DOOR,
    FOREIGN,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    POEMS,
    SAW,
    SAW_DOOR,
    SHELF,
    SINGLES,
    SLOT,
    TOOLS,
    WITH_SLOT,
    A,
    B,
    C,
    door,
    site,
)
from tests.core.playbook import Playbook, Scene


def a_label_opens(item: str, target: int, intent: int = 1) -> Scene:
    """A label is shown with no pass, and a door is pulsed."""
    return (
        Scene()
        >> label(item)
        << intended(intent, target, None, item)
        << pulse(target, intent)
        << screen("opening", door=target)
        << watch(target)
        >> sent(target, intent)
        << pulsed(intent, target)
    )


def it_is_put_in(item: str, target: int, intent: int = 1) -> Scene:
    """The door opens, something is put in, the door closes; what it takes is 600 ms."""
    return (
        Scene()
        >> opens(target)
        << opened(target, None, intent)
        << screen("put_it_in", door=target)
        >> closes(target)
        >> after(0.6)
        << closed(target)
        << returned(item, target)
        << screen("returned", back=1)
        << watch()
    )


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


def a_book_into_the_unlocked_bin() -> Playbook:
    return (
        Playbook(PAIR, lent(NOVEL, A))
        >> label(NOVEL)
        << returned(NOVEL, BIN)
        << screen("into_the_bin", door=BIN)
        >> after(8)
        << screen("idle")
        >> label(NOVEL)
        << screen("pass_first")
    )


def a_label_held_in_view_at_the_bin_is_one_return() -> Playbook:
    play = Playbook(PAIR, lent(NOVEL, A)) >> label(NOVEL) << returned(NOVEL, BIN) << screen("into_the_bin", door=BIN)
    for _ in range(30):
        play = play >> after(0.033) >> label(NOVEL) << screen("into_the_bin", door=BIN)
    return play


def another_label_after_the_bin_is_not_taken_for_it() -> Playbook:
    return (
        Playbook(PAIR, lent(NOVEL, A))
        >> label(NOVEL)
        << returned(NOVEL, BIN)
        << screen("into_the_bin", door=BIN)
        >> label(KIT)
        << screen("pass_first")
    )


def a_book_into_the_locked_slot() -> Playbook:
    return (
        Playbook(WITH_SLOT, lent(NOVEL, A))
        >> a_label_opens(NOVEL, SLOT)
        >> it_is_put_in(NOVEL, SLOT)
        >> after(8)
        << screen("idle")
    )


def a_book_where_there_is_no_slot() -> Playbook:
    return (
        Playbook(BOOKCASE, lent(NOVEL, A)) >> label(NOVEL) << screen("pass_opens_shelf") >> after(8) << screen("idle")
    )


def an_unknown_item_into_the_bin() -> Playbook:
    return Playbook(PAIR) >> label(FOREIGN) << returned(FOREIGN, BIN) << screen("into_the_bin", door=BIN)


def an_unknown_item_into_the_slot_and_no_single_door() -> Playbook:
    return Playbook(WITH_SLOT, lent(KIT, A)) >> a_label_opens(FOREIGN, SLOT) >> it_is_put_in(FOREIGN, SLOT)


def an_unknown_item_where_there_is_no_slot() -> Playbook:
    return Playbook(TOOLS, lent(KIT, A, door=KIT_DOOR)) >> label(FOREIGN) << screen("keep_it")


def a_tool_with_no_door_free() -> Playbook:
    """All three doors are taken by what was brought instead."""
    past = (*lent(DRILL, A, 1, DRILL_DOOR), returned(FOREIGN, DRILL_DOOR))
    return Playbook(TOOLS, past) >> label(DRILL) << screen("keep_it")


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


def a_bin_without_a_bookcase_takes_the_last_tool() -> Playbook:
    past = lent(DRILL, A, 1, DRILL_DOOR)
    return (
        Playbook(site(*SINGLES, BIN_SPEC), past)
        >> silent(DRILL_DOOR)
        << raised(Fault.DOOR_UNKNOWN, DRILL_DOOR)
        >> label(DRILL)
        << returned(DRILL, BIN)
        << screen("into_the_bin", door=BIN)
    )


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
