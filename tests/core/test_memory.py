"""The memory is the fold of the facts: total, and nothing that a fact does not say."""

from functools import reduce

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.core.memory import Going, Loan, Memory, decode, encode, fold
from sync import facts as f
from sync.facts import AnyFact, UnknownFact
from sync.reasons import Cause, Evidence, Fault
from tests.core.lines import (
    borrowed,
    browsed,
    closed,
    ended,
    identified,
    intended,
    lent,
    opened,
    pulsed,
    returned,
    shown,
    voided,
    withdrawn,
)
from tests.core.place import ATLAS, DRILL, DRILL_DOOR, FOREIGN, KIT, KIT_DOOR, NOVEL, SHELF, A, B

ITEMS = st.sampled_from((NOVEL, ATLAS, KIT))
DOORS = st.integers(1, 3)
NUMBERS = st.integers(1, 4)
MAYBE = st.one_of(st.none(), NUMBERS)
KINDS: dict[type[AnyFact | UnknownFact], st.SearchStrategy[AnyFact | UnknownFact]] = {
    f.Started: st.builds(f.Started, software=st.just("x"), before=st.just("cut_off")),
    f.Stopped: st.builds(f.Stopped, why=st.just("x")),
    f.Identified: st.builds(identified, NUMBERS, st.sampled_from((A, B)), st.integers(0, 3)),
    f.PassRefused: st.builds(f.PassRefused, resident=st.just(A), serial=NUMBERS, why=st.just("expired")),
    f.OpeningIntended: st.builds(intended, NUMBERS, DOORS, MAYBE, st.one_of(st.none(), ITEMS), st.integers(1, 2)),
    f.BoltPulsed: st.builds(pulsed, NUMBERS, DOORS),
    f.PulseRefused: st.builds(f.PulseRefused, intent=NUMBERS, door=DOORS, why=st.just("x")),
    f.OpeningVoided: st.builds(voided, NUMBERS, DOORS, MAYBE),
    f.DoorOpened: st.builds(opened, DOORS, MAYBE, MAYBE),
    f.OpenedUnasked: st.builds(f.OpenedUnasked, door=DOORS),
    f.DoorClosed: st.builds(closed, DOORS, MAYBE),
    f.LabelShown: st.builds(shown, ITEMS, NUMBERS, DOORS),
    f.LabelWithdrawn: st.builds(withdrawn, ITEMS, NUMBERS, DOORS),
    f.Borrowed: st.builds(borrowed, ITEMS, st.sampled_from((A, B)), NUMBERS, DOORS),
    f.Returned: st.builds(returned, ITEMS, DOORS, MAYBE),
    f.Browsed: st.builds(browsed, NUMBERS, DOORS),
    f.VisitInterrupted: st.builds(f.VisitInterrupted, visit=MAYBE, stage=st.just("opened")),
    f.VisitEnded: st.builds(ended, NUMBERS),
    f.FaultRaised: st.builds(f.FaultRaised, fault=st.sampled_from(Fault), door=DOORS),
    f.FaultCleared: st.builds(f.FaultCleared, fault=st.sampled_from(Fault), door=DOORS),
    UnknownFact: st.just(UnknownFact(type="locker.item.painted.v1", raw=b"{}")),
}
ANY_FACT = st.one_of(*KINDS.values())


def after(*facts: AnyFact | UnknownFact) -> Memory:
    return reduce(fold, facts, Memory())


@given(st.lists(ANY_FACT, max_size=30))
def test_any_facts_in_any_order_are_remembered(facts: list[AnyFact | UnknownFact]) -> None:
    """A journal may be salvaged, or written by a later version: reading it never fails, and a checkpoint keeps it."""
    memory = after(*facts)
    assert decode(encode(memory)) == memory
    lent_out = {fact.item for fact in facts if isinstance(fact, f.Borrowed)}
    assert memory.loans.keys() <= lent_out


def test_every_kind_of_fact_is_tried() -> None:
    assert set(KINDS) == {*f.FACTS, UnknownFact}


@given(st.lists(ANY_FACT, max_size=30), st.integers(0, 30))
def test_a_checkpoint_and_the_tail_are_the_whole(facts: list[AnyFact | UnknownFact], cut: int) -> None:
    checkpoint = decode(encode(after(*facts[:cut])))
    assert reduce(fold, facts[cut:], checkpoint) == after(*facts)


def test_a_fact_of_a_later_version_changes_nothing() -> None:
    memory = after(*lent(NOVEL, A))
    assert fold(memory, UnknownFact(type="locker.item.painted.v1", raw=b"{}")) is memory


def test_what_is_no_checkpoint_is_said_to_be_none() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(b'{"loans": 3}')


def test_a_loan_moves_with_its_facts() -> None:
    memory = after(*lent(FOREIGN, A))
    assert memory.loans == {FOREIGN: Loan(A, 1, "2026-02-04")}
    back = fold(memory, returned(FOREIGN, DRILL_DOOR))
    assert (back.loans, back.places, back.unseen) == ({}, {FOREIGN: DRILL_DOOR}, frozenset({FOREIGN}))
    seen = fold(back, f.Returned(item=FOREIGN, door=SHELF, evidence=Evidence.SWITCH, seen=True))
    assert (seen.places, seen.unseen) == ({FOREIGN: SHELF}, frozenset({FOREIGN}))
    again = fold(back, borrowed(FOREIGN, B, 2, DRILL_DOOR))
    assert (again.loans_of(B), again.places, again.unseen) == (1, {}, frozenset())


def test_a_lower_serial_never_lowers_the_floor() -> None:
    memory = after(identified(1, A, 5), identified(2, A, 3), identified(3, B, 0))
    assert memory.floors == {f"{A}/1": 5, f"{B}/1": 0}


def test_what_is_given_back_is_known_from_the_intent() -> None:
    """Whether it was out when the door was asked for, not whether it is by now."""
    taking = after(identified(1, A), intended(1, KIT_DOOR, 1, KIT), borrowed(KIT, B, 2, SHELF))
    assert not taking.going[KIT_DOOR].back
    giving = after(*lent(KIT, A), identified(2, A), intended(1, KIT_DOOR, 2, KIT), returned(KIT, SHELF))
    assert giving.going[KIT_DOOR].back
    by_label = fold(Memory(), intended(1, KIT_DOOR, None, KIT))
    assert by_label.going[KIT_DOOR].back


def test_what_goes_on_at_a_door_step_by_step() -> None:
    memory = after(identified(1, A), intended(1, SHELF, 1))
    going = Going(intent=1, cause=Cause.PASS, visit=1, item=None, stage="intended")
    assert memory.going == {SHELF: going}
    for fact, stage, labels in (
        (pulsed(9, SHELF), "intended", ()),
        (pulsed(1, SHELF), "pulsed", ()),
        (opened(SHELF, 1, 1), "opened", ()),
        (pulsed(1, SHELF), "opened", ()),
        (shown(NOVEL, 1), "opened", (NOVEL,)),
        (shown(ATLAS, 1), "opened", (NOVEL, ATLAS)),
        (shown(KIT, 1), "opened", (NOVEL, ATLAS, KIT)),
        (withdrawn(KIT, 1), "opened", (NOVEL, ATLAS)),
        (borrowed(DRILL, B, 2, SHELF), "opened", (NOVEL, ATLAS)),
        (closed(SHELF, 1), "closed", (NOVEL, ATLAS)),
        (borrowed(NOVEL, A, 1, SHELF), "settled", (ATLAS,)),
        (borrowed(ATLAS, A, 1, SHELF), "settled", ()),
    ):
        memory = fold(memory, fact)
        assert memory.going == {SHELF: msgspec.structs.replace(going, stage=stage, shown=labels)}
    assert fold(memory, ended(1)).going == {}
    assert fold(memory, voided(1, SHELF, 1)).going == {}
