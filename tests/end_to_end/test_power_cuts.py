"""The daemon is killed with -9 at ten instants that nobody chose, and comes back."""

import io
from collections import Counter
from pathlib import Path

from simulator import errands
from simulator.demo import people
from simulator.furnish import SHELF, TOOLS
from simulator.power import PowerCut
from simulator.pty_wire import CoilPulsed
from simulator.reckoning import Reckoning, reckon
from simulator.residents import Resident
from simulator.scene import NothingHappenedError
from simulator.timeline import Timeline
from simulator.town import Town
from sync.facts import (
    AnyFact,
    DoorOpened,
    Identified,
    OpeningIntended,
    OpeningVoided,
    UnknownFact,
    VisitEnded,
    VisitInterrupted,
)
from tests.end_to_end.told import facts
from tests.end_to_end.until import until
from tests.real import real

CUTS = 10


def test_after_ten_power_cuts_nothing_moved_nothing_is_lost_and_every_visit_is_explained(tmp_path: Path) -> None:
    real("mosquitto")
    story = io.StringIO()
    with Town(tmp_path, Timeline(story), seed=3, limits="ask_s = 1\nshow_s = 1\nidle_s = 1", patience_s=4) as town:
        for cut in range(CUTS):
            visit_with_a_power_cut(town, seed=cut)
        until(lambda: all_explained(facts(town)), "every visit and every intent has ended")
        until(lambda: at_server(town).facts_on_server >= at_server(town).facts_written, "the server has every fact")
        result, told = at_server(town), facts(town)
    assert (result.facts_written, result.lost, result.doubled) == (len(told), 0, 0)
    assert sum(isinstance(fact, VisitInterrupted) for fact in told) >= CUTS / 2, story.getvalue()


def visit_with_a_power_cut(town: Town, seed: int) -> None:
    anna, ben = people(town)
    cut = PowerCut(town, seed)
    try:
        if seed % 2:
            door = list(TOOLS)[seed // 2]
            errands.take_tool(anna, door, town.furniture.tools[door])
        else:
            errands.at_the_shelf(ben, take=town.furniture.books[seed : seed + 2])
    except NothingHappenedError:
        pass  # that is what a power cut does to a visit
    coils = cut.join()
    town.start_cabinet()

    def closed_and_explained() -> bool:
        close_doors(ben)  # a leaf may still pop open: its bolt was drawn when the power went
        return all_explained(facts(town))

    until(closed_and_explained, "the visit is explained")
    assert len(town.scene.all(CoilPulsed)) == coils, "a bolt moved because of a restart"


def close_doors(person: Resident) -> None:
    for lock in (SHELF, *TOOLS):
        person.close(lock)


def at_server(town: Town) -> Reckoning:
    return reckon(town.furniture.journal, town.furniture.database, None)


def all_explained(told: list[AnyFact | UnknownFact]) -> bool:
    begun = Counter(fact.visit for fact in told if isinstance(fact, Identified))
    ended = Counter(fact.visit for fact in told if isinstance(fact, VisitEnded))
    meant = {fact.intent for fact in told if isinstance(fact, OpeningIntended)}
    voided = Counter(fact.intent for fact in told if isinstance(fact, OpeningVoided))
    opened = Counter(fact.intent for fact in told if isinstance(fact, DoorOpened) and fact.intent is not None)
    outcomes = voided + opened
    assert max(ended.values(), default=1) == 1, "a visit ended twice"
    assert max(outcomes.values(), default=1) == 1, "an intent ended twice"
    return begun == ended and meant == outcomes.keys()
