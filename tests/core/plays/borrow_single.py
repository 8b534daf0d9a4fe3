"""Borrowing from a single door: one door, one thing."""

from locker.core.codes import menu_door
from locker.core.signals import CodeRead, PulseReported
from locker.core.site import DoorKind
from sync.facts import BoltPulsed, PulseRefused
from sync.reasons import Evidence
from sync.stamp import Clock
from tests.core.lines import (
    DUE_TOOL,
    NO,
    YES,
    after,
    asks_for,
    at_the_single,
    borrowed,
    browsed,
    chooses,
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
    screen,
    sent,
    voided,
    watch,
)
from tests.core.place import (
    ATLAS,
    BIN,
    DRILL,
    DRILL_DOOR,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    SAW,
    SAW_DOOR,
    SINGLES,
    STRICT,
    A,
    B,
    door,
    site,
)
from tests.core.playbook import ClockIs, Playbook, Scene


def asked() -> Scene:
    """The kit's door has been opened and closed, and the question stands."""
    return (
        at_the_single(A, KIT_DOOR, KIT)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
    )


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
        >> asked()
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
        >> asked()
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
        >> asked()
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
        >> asked()
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


def no_date_on_an_unknown_clock() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked()
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
        >> asked()
        >> ClockIs(Clock.FLOOR)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, None)
        << ended(1)
        << screen("borrowed_no_date", taken=1, back=0)
        << watch()
    )


def a_pulse_without_an_answer_may_still_have_opened() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> PulseReported(KIT_DOOR, 1, "silent")
        << BoltPulsed(intent=1, door=KIT_DOOR, answered=False)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def a_pulse_that_was_never_sent_ends_its_intent() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> PulseReported(KIT_DOOR, 1, "refused", "too hot")
        << PulseRefused(intent=1, door=KIT_DOOR, why="too hot")
        << voided(1, KIT_DOOR, 1, "not_pulsed")
        << screen("did_not_open", door=KIT_DOOR)
        << watch()
        >> asks_for(DRILL_DOOR, 1, DRILL, 2)
    )


def the_slow_pull_counts_from_the_pulse() -> Playbook:
    """A pulse may have waited for another coil."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << intended(1, KIT_DOOR, 1, KIT)
        << pulse(KIT_DOOR, 1)
        << screen("opening", door=KIT_DOOR)
        << watch(KIT_DOOR)
        >> after(9)
        >> sent(KIT_DOOR, 1)
        << pulsed(1, KIT_DOOR)
        >> after(9.999)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
    )


def a_report_on_another_pulse_moves_nothing() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> sent(KIT_DOOR, 99)
        << pulsed(99, KIT_DOOR)
        >> PulseReported(KIT_DOOR, 99, "refused", "late")
        << PulseRefused(intent=99, door=KIT_DOOR, why="late")
        >> sent(77, 1)
        << pulsed(1, 77)
        >> opens(KIT_DOOR)
        << opened(KIT_DOOR, 1, 1)
        << screen("take_it", door=KIT_DOOR)
        >> sent(KIT_DOOR, 1)
        << pulsed(1, KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
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
