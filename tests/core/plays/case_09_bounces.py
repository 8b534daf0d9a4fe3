"""Case 9: a leaf that bounces open, and one that is opened again."""

from locker.core.signals import TimeUp
from tests.core.lines import (
    DUE_BOOK,
    NO,
    after,
    borrowed,
    browsed,
    closed,
    closes,
    ended,
    opened,
    opens,
    screen,
    unasked,
    watch,
)
from tests.core.place import KIT, KIT_DOOR, NOVEL, PAIR, SHELF, A
from tests.core.playbook import Playbook
from tests.core.scenes import asked_about, at_the_shelf, at_the_single, takes


def within_600_ms_it_has_not_closed() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> closes(KIT_DOOR)
        >> after(0.599)
        >> opens(KIT_DOOR)
        >> after(0.1)
        >> closes(KIT_DOOR)
        >> after(0.3)
        >> TimeUp()
        >> closes(KIT_DOOR)
        >> after(0.299)
        >> after(0.001)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
    )


def a_bounce_does_not_hide_that_it_stands_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> after(29.8)
        >> closes(KIT_DOOR)
        >> after(0.3)
        >> opens(KIT_DOOR)
        >> after(0)
        << screen("please_close", door=KIT_DOOR)
    )


def opened_again_during_the_question() -> Playbook:
    """Still this visit: nobody else's, and no second pulse."""
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> after(19.9)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, None)
        << screen("take_it", door=KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> NO
        << browsed(1, KIT_DOOR)
        << ended(1)
        << screen("browsed")
        << watch()
    )


def the_shelf_opened_again_during_the_question() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << screen("ask_shelf", door=SHELF)
        >> opens(SHELF)
        << opened(SHELF, 1, None)
        << screen("shelf_open", door=SHELF)
        >> takes(NOVEL)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def opened_again_after_the_visit() -> Playbook:
    """Nobody asked for it and nobody is charged."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF, 1)
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
        >> opens(SHELF)
        << unasked(SHELF)
        << watch(SHELF)
        >> after(8)
        << screen("idle")
        >> closes(SHELF)
        >> after(0.6)
        << closed(SHELF)
        << watch()
    )
