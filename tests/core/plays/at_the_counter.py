"""At the counter, before any door: what cannot be had, and how one leaves."""

from locker.core.site import DoorKind
from tests.core.lines import NO, YES, after, chooses, ended, label, lent, screen
from tests.core.place import (
    ATLAS,
    BIN,
    DRILL,
    DRILL_DOOR,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    SINGLES,
    STRICT,
    A,
    B,
    door,
    site,
)
from tests.core.playbook import Playbook
from tests.core.scenes import comes


def doors_that_cannot_be_had() -> Playbook:
    return (
        Playbook(PAIR, lent(DRILL, B, door=DRILL_DOOR))
        >> comes(A, 2)
        >> chooses(77)
        << screen("no_such_door", door=77)
        >> chooses(BIN)
        << screen("label_first")
        >> chooses(DRILL_DOOR)
        << screen("item_out", door=DRILL_DOOR)
        >> after(8)
        << screen("choose")
    )


def a_door_without_a_home_item_is_empty() -> Playbook:
    return Playbook(site(*SINGLES, door(7, DoorKind.SINGLE))) >> comes(A) >> chooses(7) << screen("item_out", door=7)


def two_at_home_is_enough() -> Playbook:
    past = (*lent(NOVEL, A), *lent(ATLAS, A, 2))
    return (
        Playbook(STRICT, past)
        >> comes(A, 3)
        >> chooses(KIT_DOOR)
        << screen("limit_reached", limit=2)
        >> label(KIT)
        << screen("limit_reached", limit=2)
        >> after(8)
        << screen("choose")
        >> after(52)
        << ended(3, "left")
        << screen("idle")
    )


def signs_out_by_key() -> Playbook:
    return Playbook(PAIR) >> comes(A) >> NO << ended(1, "left") << screen("idle")


def is_signed_out_a_minute_after_the_last_act() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> after(59.999)
        >> YES
        >> after(59.999)
        >> chooses(77)
        << screen("no_such_door", door=77)
        >> after(8)
        << screen("choose")
        >> after(51.999)
        >> after(0.001)
        << ended(1, "left")
        << screen("idle")
    )


def nobody_has_shown_a_pass() -> Playbook:
    return Playbook(PAIR) >> chooses(KIT_DOOR) << screen("pass_first") >> YES >> NO >> after(8) << screen("idle")
