"""Borrowing from a single door: one door, one thing."""

from locker.core.codes import menu_door
from locker.core.signals import CodeRead
from sync.reasons import Evidence
from sync.stamp import Clock
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
    opened,
    opens,
    pulse,
    screen,
    watch,
)
from tests.core.place import DRILL, DRILL_DOOR, KIT, KIT_DOOR, PAIR, SAW, SAW_DOOR, A
from tests.core.playbook import ClockIs, Playbook
from tests.core.scenes import asked_about, asks_for, at_the_single, comes


def from_pass_to_loan_in_exact_times() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> after(7)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> after(2.5)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        >> after(12)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> after(3)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
        >> after(8)
        << screen("idle")
    )


def took_nothing() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> NO
        << browsed(1, KIT_DOOR)
        << ended(1)
        << screen("browsed")
        << watch()
        >> after(8)
        << screen("idle")
    )


def no_answer_means_what_the_switch_says() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> after(20)
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.SWITCH, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
        >> after(8)
        << screen("idle")
    )


def its_label_answers_the_question() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> label(KIT)
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.LABEL, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )


def its_label_changes_nothing_before_the_door_closes() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> label(KIT)
        << screen("opening", door=KIT_DOOR)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        >> label(KIT)
        << screen("take_it", door=KIT_DOOR)
    )


def door_and_answer_by_menu_card() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> CodeRead(menu_door(DRILL_DOOR))
        << intended(1, DRILL_DOOR, 1, DRILL)
        << pulse(DRILL_DOOR, 1)
        << screen("opening", door=DRILL_DOOR)
        << watch(DRILL_DOOR)
        >> opens(DRILL_DOOR)
        << opened(DRILL_DOOR, 1, 1)
        << screen("take_it", door=DRILL_DOOR)
        >> closes(DRILL_DOOR)
        >> after(0.6)
        << closed(DRILL_DOOR, 1)
        << screen("ask_single", door=DRILL_DOOR)
        >> CodeRead("MC:YES")
        << borrowed(DRILL, A, 1, DRILL_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )


def no_by_menu_card() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> CodeRead("MC:NO")
        << browsed(1, KIT_DOOR)
        << ended(1)
        << screen("browsed")
        << watch()
    )


def the_label_on_a_tool_chooses_its_door() -> Playbook:
    """The menu may show a tool's own label in place of a number."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> label(SAW)
        << intended(1, SAW_DOOR, 1, SAW)
        << pulse(SAW_DOOR, 1)
        << screen("opening", door=SAW_DOOR)
        << watch(SAW_DOOR)
    )


def no_date_on_an_unknown_clock() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> ClockIs(Clock.UNKNOWN)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, None)
        << ended(1)
        << screen("borrowed_no_date", taken=1, back=0)
        << watch()
    )


def no_date_on_a_clock_that_only_knows_not_before() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> ClockIs(Clock.FLOOR)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, None)
        << ended(1)
        << screen("borrowed_no_date", taken=1, back=0)
        << watch()
    )


def is_reminded_every_half_minute() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> after(30)
        << screen("please_close", door=KIT_DOOR)
        >> after(8)
        << screen("take_it", door=KIT_DOOR)
        >> after(22)
        << screen("please_close", door=KIT_DOOR)
    )
