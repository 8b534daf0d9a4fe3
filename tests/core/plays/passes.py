"""Which passes open: believed, young enough, not retired. What is refused is refused kindly."""

from datetime import date

from locker.core.actions import NoteStrangeCode
from locker.core.signals import CodeRead
from sync.facts import PassRefused, VisitInterrupted
from sync.stamp import Clock
from tests.core.lines import NO, after, ended, identified, screen, shows, started
from tests.core.place import PAIR, STRANGER, A, B, card
from tests.core.playbook import ClockIs, Playbook, PowerComes, Scene
from tests.core.scenes import comes


def of_another_community() -> Playbook:
    """The signature covers the community, so it is simply not ours: no fact names anybody."""
    foreign = CodeRead(card(A, community="hillside"))
    return Playbook(PAIR) >> foreign << NoteStrangeCode(121, 1) << screen("pass_not_from_here")


def of_an_unknown_issuer() -> Playbook:
    return Playbook(PAIR) >> CodeRead(card(A, issuer=2)) << NoteStrangeCode(121, 1) << screen("pass_not_from_here")


def signed_by_somebody_else() -> Playbook:
    return Playbook(PAIR) >> CodeRead(card(A, key=STRANGER)) << NoteStrangeCode(121, 1) << screen("pass_not_from_here")


def refused(fact_why: str, **days: date) -> Scene:
    """A believed pass that opens nothing today."""
    text = card(A, days=(days.get("first", date(2025, 1, 1)), days.get("last", date(2027, 12, 31))))
    return Scene() >> CodeRead(text) << PassRefused(resident=A, serial=1, why=fact_why) << screen(f"pass_{fact_why}")


def accepted(**days: date) -> Scene:
    """A pass that opens on this day."""
    text = card(A, days=(days.get("first", date(2025, 1, 1)), days.get("last", date(2027, 12, 31))))
    return Scene() >> CodeRead(text) << identified(1, A) << screen("choose")


def good_on_its_last_day() -> Playbook:
    """The day is the one on the wall at the cabinet: noon in UTC+8, until midnight there."""
    return Playbook(PAIR) >> after(43_199) >> accepted(last=date(2026, 1, 5))


def run_out_at_midnight() -> Playbook:
    return Playbook(PAIR) >> after(43_200) >> refused("expired", last=date(2026, 1, 5)) >> after(8) << screen("idle")


def good_on_its_first_day() -> Playbook:
    return Playbook(PAIR) >> accepted(first=date(2026, 1, 5))


def not_good_yet() -> Playbook:
    return Playbook(PAIR) >> refused("not_yet", first=date(2026, 1, 6))


def run_out_by_a_battery_clock() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.RTC) >> refused("expired", last=date(2026, 1, 4))


def not_good_yet_by_a_battery_clock() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.RTC) >> refused("not_yet", first=date(2026, 1, 6))


def a_floor_can_say_that_it_has_run_out() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.FLOOR) >> refused("expired", last=date(2026, 1, 4))


def a_floor_cannot_say_that_it_is_not_good_yet() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.FLOOR) >> accepted(first=date(2026, 1, 6))


def nothing_runs_out_on_an_unknown_clock() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.UNKNOWN) >> accepted(last=date(2025, 1, 1))


def nothing_is_too_early_on_an_unknown_clock() -> Playbook:
    return Playbook(PAIR) >> ClockIs(Clock.UNKNOWN) >> accepted(first=date(2027, 1, 1))


def a_newer_card_retires_the_older() -> Playbook:
    """Offline too, over a restart too, and for nobody else."""
    retired = PassRefused(resident=A, serial=1, why="retired")
    return (
        Playbook(PAIR)
        >> comes(A)
        >> NO
        << ended(1, "left")
        << screen("idle")
        >> CodeRead(card(A, 2))
        << identified(2, A, 2)
        << screen("choose")
        >> NO
        << ended(2, "left")
        << screen("idle")
        >> shows(A)
        << retired
        << screen("pass_retired")
        >> comes(B, 3)
        >> PowerComes()
        << started("cut_off")
        << VisitInterrupted(visit=3, stage="identified", outcome="not_opened")
        << ended(3, "interrupted")
        << screen("idle")
        >> shows(A)
        << retired
        << screen("pass_retired")
        >> CodeRead(card(A, 2))
        << identified(4, A, 2)
        << screen("choose")
    )


def a_card_that_is_both_old_and_retired_has_run_out() -> Playbook:
    return (
        Playbook(PAIR)
        >> CodeRead(card(A, 2))
        << identified(1, A, 2)
        << screen("choose")
        >> refused("expired", last=date(2025, 12, 31))
        >> after(8)
        << screen("choose")
    )


def the_first_card_may_have_serial_zero() -> Playbook:
    return Playbook(PAIR) >> CodeRead(card(A, 0)) << identified(1, A, 0) << screen("choose")
