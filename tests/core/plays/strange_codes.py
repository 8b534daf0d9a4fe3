"""Codes that are not ours: one generic answer, and at most one line in the log in ten seconds."""

from locker.core.actions import NoteStrangeCode
from locker.core.signals import CodeRead, StrangeCodeRead
from sync.reasons import Evidence
from tests.core.lines import DUE_TOOL, YES, after, borrowed, ended, screen, watch
from tests.core.place import KIT, KIT_DOOR, PAIR, A, card
from tests.core.playbook import Playbook
from tests.core.scenes import asked_about


def counted_and_logged_once_in_ten_seconds() -> Playbook:
    play = Playbook(PAIR) >> CodeRead("https://example.org/secret") << NoteStrangeCode(26, 1) << screen("not_our_code")
    for _ in range(30):
        play = play >> after(0.033) >> CodeRead("WIFI:S:home;P:secret;;") << screen("not_our_code")
    return (
        play
        >> after(8)
        << screen("idle")
        >> after(10 - 8 - 0.99 - 0.001)
        >> StrangeCodeRead(40)
        << screen("not_our_code")
        >> after(0.001)
        >> StrangeCodeRead(41)
        << NoteStrangeCode(41, 32)
        << screen("not_our_code")
        >> after(8)
        << screen("idle")
        >> after(60)
        >> StrangeCodeRead(42)
        << NoteStrangeCode(42, 1)
        << screen("not_our_code")
    )


def that_look_like_ours() -> Playbook:
    """Prefixes prove nothing: a wrong check digit, a cut pass, a menu word that is not on the card."""
    near = ("IT:00000012", "IT:0000001", "LC1:", card(A)[:-1], card(A).lower(), "MC:D3", "MC:MAYBE", "", "A" * 301)
    play = Playbook(PAIR)
    for number, text in enumerate(near):
        play = (
            play
            >> CodeRead(text)
            << NoteStrangeCode(len(text), 1)
            << screen("not_our_code")
            >> after(8)
            << screen("idle")
            >> after(number + 2)
        )
    return play


def a_visit_is_not_disturbed() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked_about(KIT_DOOR, KIT)
        >> StrangeCodeRead(9)
        << NoteStrangeCode(9, 1)
        << screen("not_our_code")
        >> YES
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.PERSON, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )
