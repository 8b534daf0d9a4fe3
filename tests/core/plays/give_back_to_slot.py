"""Giving back by label into a bin or a slot: books, and whatever comes from elsewhere."""

from sync.reasons import Fault
from tests.core.lines import after, label, lent, raised, returned, screen, silent
from tests.core.place import (
    BIN,
    BIN_SPEC,
    BOOKCASE,
    DRAWN,
    DRILL,
    DRILL_DOOR,
    FOREIGN,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    SHELF_SPEC,
    SINGLES,
    SLOT,
    THIRD,
    TOOLS,
    WITH_SLOT,
    A,
    site,
)
from tests.core.playbook import Playbook
from tests.core.scenes import a_label_opens, it_is_put_in


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


def labels_that_nobody_has_listed_are_recorded_only_so_often() -> Playbook:
    play = Playbook(site(SHELF_SPEC, BIN_SPEC, unlisted_per_hour=2), lent(NOVEL, A))
    for item in (FOREIGN, DRAWN):
        play = play >> label(item) << returned(item, BIN) << screen("into_the_bin", door=BIN)
    return (
        play
        >> label(THIRD)
        << screen("bin_later", door=BIN)
        >> label(NOVEL)
        << returned(NOVEL, BIN)
        << screen("into_the_bin", door=BIN)
        >> after(8)
        << screen("idle")
        >> after(3600 - 8)
        >> label(THIRD)
        << returned(THIRD, BIN)
        << screen("into_the_bin", door=BIN)
    )


def an_unknown_item_into_the_slot_and_no_single_door() -> Playbook:
    return Playbook(WITH_SLOT, lent(KIT, A)) >> a_label_opens(FOREIGN, SLOT) >> it_is_put_in(FOREIGN, SLOT)


def an_unknown_item_where_there_is_no_slot() -> Playbook:
    return Playbook(TOOLS, lent(KIT, A, door=KIT_DOOR)) >> label(FOREIGN) << screen("keep_it")


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
