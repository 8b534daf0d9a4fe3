"""What a code can mean, and that a stranger's text goes nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.core import cabinet as core
from locker.core.codes import LabelRead, meaning, menu_door
from locker.core.signals import CodeRead, DoorChosen, KeyPressed
from sync.credential import ALPHABET, MAX_CODE_CHARS, ReadPass
from tests.core.lines import screen
from tests.core.moment import stamp
from tests.core.place import COMMUNITY, ISSUER, NOVEL, PAIR, A, card, code
from tests.core.playbook import Playbook


def test_the_four_things_that_a_code_can_mean() -> None:
    read = meaning(card(A))
    assert isinstance(read, ReadPass)
    assert read.issued_by({1: ISSUER.public}, COMMUNITY)
    assert meaning(code(NOVEL)) == LabelRead(NOVEL)
    assert meaning("MC:YES") == KeyPressed("yes")
    assert meaning("MC:NO") == KeyPressed("no")


@pytest.mark.parametrize("door", [1, 9, 10, 99])
def test_the_menu_card_speaks_of_doors(door: int) -> None:
    assert meaning(menu_door(door)) == DoorChosen(door)


@pytest.mark.parametrize(
    "text",
    ["", "MC:", "MC:D1", "MC:D001", "MC:D1A", "MC:YES ", "mc:yes", "IT:", "IT:00000012", "LC1:", "IT:\uff100000013"],
)
def test_what_is_nearly_ours_is_not_ours(text: str) -> None:
    assert meaning(text) is None


def test_a_code_may_have_300_characters_and_no_more() -> None:
    assert len(card(A)) <= MAX_CODE_CHARS == 300
    assert meaning("LC1:" + "0" * 297) is None


@given(st.text(alphabet=sorted(ALPHABET), max_size=310))
def test_anything_that_a_scanner_can_read_is_answered(text: str) -> None:
    for prefix in ("", "LC1:", "IT:", "MC:"):
        meaning(prefix + text)


@given(st.text(max_size=310))
def test_anything_at_all_is_answered(text: str) -> None:
    meaning(text)


@given(st.text(alphabet="\u00e4\u00f6\u00fc\u79d8\u5bc6", min_size=1, max_size=40))
def test_a_strangers_text_goes_nowhere(secret: str) -> None:
    play = Playbook(PAIR)
    assert play
    signal = CodeRead(secret)
    step = core.step(play.cabinet, signal, stamp(0))
    assert step.actions[-1] == screen("not_our_code")
    assert secret not in repr(signal) + repr(step.facts) + repr(step.actions) + repr(step.cabinet)


def test_a_forged_pass_goes_nowhere_either() -> None:
    play = Playbook(PAIR)
    assert play
    text = card(A, community="hillside")
    step = core.step(play.cabinet, CodeRead(text), stamp(0))
    said = repr(step.facts) + repr(step.actions) + repr(step.cabinet)
    assert text not in said
    assert A not in said, "whoever it names is nobody here"
