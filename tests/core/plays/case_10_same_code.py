"""Case 10: the same pass in view, thirty frames a second: one intent, and the same answer again."""

from datetime import date

from locker.core.signals import CodeRead
from sync.facts import PassRefused
from sync.reasons import Evidence
from tests.core.lines import (
    DUE_TOOL,
    YES,
    after,
    borrowed,
    closed,
    closes,
    ended,
    identified,
    intended,
    pulse,
    screen,
    shows,
    voided,
    watch,
)
from tests.core.place import BOOKCASE, KIT, KIT_DOOR, NOVEL, PAIR, SHELF, A, B, card
from tests.core.playbook import Playbook, Scene
from tests.core.scenes import asks_for, at_the_shelf, at_the_single, comes, takes


def held(resident: str, key: str, **args: int) -> Scene:
    """A pass is held to the light for a second."""
    scene = Scene()
    for _ in range(30):
        scene = scene >> after(0.033) >> shows(resident) << screen(key, **args)
    return scene


def while_choosing() -> Playbook:
    """Whoever holds a pass to the light is there: the minute counts from the last frame."""
    return (
        Playbook(PAIR)
        >> comes(A)
        >> held(A, "choose")
        >> after(59.999)
        >> after(0.001)
        << ended(1, "left")
        << screen("idle")
    )


def while_the_door_opens() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> asks_for(KIT_DOOR, 1, KIT, 1)
        >> held(A, "opening", door=KIT_DOOR)
        >> after(10 - 0.99)
        << voided(1, KIT_DOOR, 1)
        << intended(2, KIT_DOOR, 1, KIT, 2)
        << pulse(KIT_DOOR, 2)
        << screen("trying_again", door=KIT_DOOR)
        >> held(A, "opening", door=KIT_DOOR)
    )


def while_the_door_is_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> held(A, "take_it", door=KIT_DOOR)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> held(A, "ask_single", door=KIT_DOOR)
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )


def while_the_shelf_is_open() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> held(A, "shelf_open", door=SHELF)
        >> takes(NOVEL)
        >> held(A, "shelf_list", door=SHELF, taken=1, back=0)
    )


def at_a_bookcase_that_opens_at_once() -> Playbook:
    return (
        Playbook(BOOKCASE)
        >> shows(A)
        << identified(1, A)
        << intended(1, SHELF, 1)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
        >> held(A, "opening", door=SHELF)
    )


def a_refused_pass_is_one_fact() -> Playbook:
    """As long as it is held, be it a minute; out of view for eight seconds, it is news again."""
    old = CodeRead(card(A, days=(date(2025, 1, 1), date(2025, 12, 31))))
    fact = PassRefused(resident=A, serial=1, why="expired")
    play = Playbook(PAIR) >> old << fact << screen("pass_expired")
    for _ in range(9):
        play = play >> after(7) >> old << screen("pass_expired")
    return play >> after(8) << screen("idle") >> old << fact << screen("pass_expired")


def two_refused_passes_in_turn_are_two_facts() -> Playbook:
    days = (date(2025, 1, 1), date(2025, 12, 31))
    cards = {resident: CodeRead(card(resident, days=days)) for resident in (A, B)}
    play = Playbook(PAIR)
    for resident, shown_card in cards.items():
        play = play >> shown_card << PassRefused(resident=resident, serial=1, why="expired") << screen("pass_expired")
    for _ in range(15):
        for shown_card in cards.values():
            play = play >> after(0.033) >> shown_card << screen("pass_expired")
    return play


def a_hand_full_of_refused_passes_writes_sixteen_facts() -> Playbook:
    """One more is told the same and not written down; the first one, still held, stays one fact."""
    days = (date(2025, 1, 1), date(2025, 12, 31))
    cards = [CodeRead(card(f"{number:012x}", days=days)) for number in range(16)]
    play = Playbook(PAIR)
    for number, old in enumerate(cards):
        play = play >> old << PassRefused(resident=f"{number:012x}", serial=1, why="expired") << screen("pass_expired")
    one_more = CodeRead(card(A, days=days))
    return (
        play
        >> after(7.999)
        >> one_more
        << screen("pass_expired")
        >> cards[0]
        << screen("pass_expired")
        >> after(0.001)
        >> cards[0]
        << screen("pass_expired")
        >> one_more
        << PassRefused(resident=A, serial=1, why="expired")
        << screen("pass_expired")
    )
