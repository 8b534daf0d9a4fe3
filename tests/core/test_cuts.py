"""Case 14, exhaustively: every playbook is cut after every fact, and again after every fact of what follows."""

from collections.abc import Iterable, Sequence

import msgspec
import pytest

from locker.core.memory import encode
from locker.core.site import Site
from sync.facts import AnyFact, Identified, OpeningIntended, VisitEnded, VisitInterrupted
from sync.reasons import Fault
from tests.core.plays import PLAYS
from tests.core.recovery import LEAVES, Leaf, Recovery, expected_loans, going_on, loans_of, memory_of

Journal = tuple[Site, tuple[AnyFact, ...]]


def distinct(journals: Iterable[Journal]) -> list[Journal]:
    """Journals after which a cabinet would do the same are taken once."""
    return list(
        {(id(site), encode(memory_of(facts)), str(going_on(facts))): (site, facts) for site, facts in journals}.values()
    )


@pytest.fixture(scope="module")
def cut_off() -> list[Journal]:
    """Every journal that some playbook leaves behind when it is cut after some fact."""
    journals: list[Journal] = []
    for write in PLAYS.values():
        play = write()
        assert play
        journals += [(play.site, play.facts[:cut]) for cut in range(len(play.facts) + 1)]
    return distinct(journals)


def check(site: Site, facts: Sequence[AnyFact], leaf: Leaf, run: Recovery) -> None:
    """The visit is explained by what is on record, and everything comes to rest."""
    assert run.at_rest, f"{leaf}: {run.new_facts}"
    assert not list(run.of_kind(OpeningIntended))
    explained = {fact.door: fact for fact in run.of_kind(VisitInterrupted) if fact.door is not None}
    cuts = going_on(facts)
    assert explained.keys() == cuts.keys()
    for door, cut in cuts.items():
        said = explained[door]
        assert (said.visit, said.stage, said.items) == (cut.visit, cut.stage, cut.labels)
        assert (said.leaf, said.outcome) == ("unknown" if leaf == "silent" else leaf, cut.outcome(leaf))
        doubtful = (Fault.DOOR_DOUBTFUL, door) in run.cabinet.memory.faults
        assert doubtful or cut.outcome(leaf) == "opened", "somebody looks inside where nobody knows"
    at_counter = present(facts) - {cut.visit for cut in cuts.values()}
    others = {fact.visit for fact in run.of_kind(VisitInterrupted) if fact.door is None}
    assert others == at_counter, "who had not come to a door is told apart"
    ended = {fact.visit: fact.how for fact in run.of_kind(VisitEnded)}
    assert ended == dict.fromkeys(present(facts), "interrupted")
    assert loans_of(run.before + run.new_facts) == expected_loans(site, facts, leaf)


def present(facts: Sequence[AnyFact]) -> set[int]:
    """The visits that have not ended."""
    begun = {fact.visit for fact in facts if isinstance(fact, Identified)}
    return begun - {fact.visit for fact in facts if isinstance(fact, VisitEnded)}


@pytest.mark.parametrize("leaf", LEAVES)
def test_after_any_fact_the_visit_is_explained_and_nothing_moves(cut_off: list[Journal], leaf: Leaf) -> None:
    for site, facts in cut_off:
        check(site, facts, leaf, Recovery(site, facts, leaf))


def test_a_second_cut_changes_nothing_of_that(cut_off: list[Journal]) -> None:
    """The second run finds the first one's facts, up to any of them, and the doors as they may then be."""
    twice: list[Journal] = []
    for site, facts in cut_off:
        for leaf in LEAVES:
            run = Recovery(site, facts, leaf)
            twice += [(site, facts + run.new_facts[:cut]) for cut in range(1, len(run.new_facts))]
    for site, facts in distinct(twice):
        for leaf in LEAVES:
            check(site, facts, leaf, Recovery(site, facts, leaf, boot=2))


def test_a_door_taken_out_of_the_configuration_is_explained_too(cut_off: list[Journal]) -> None:
    """Whoever rebuilt the cabinet during the cut: nobody will read that switch any more, so the rest is settled."""
    for site, facts in cut_off:
        doors = {number: spec for number, spec in site.doors.items() if number not in going_on(facts)}
        smaller = msgspec.structs.replace(site, doors=doors)
        run = Recovery(smaller, facts, "silent")
        assert run.at_rest
        assert not list(run.of_kind(OpeningIntended))
        explained = {fact.door for fact in run.of_kind(VisitInterrupted) if fact.door is not None}
        assert explained == going_on(facts).keys()
        assert loans_of(run.before + run.new_facts) == expected_loans(site, facts, "silent")
