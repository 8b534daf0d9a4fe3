"""The loop with a real journal on a real disk; hands and screens are lists of what was asked of them."""

import queue
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from locker.config import default_limits
from locker.core.actions import Screen
from locker.core.codes import menu_door
from locker.core.memory import decode
from locker.core.signals import CodeRead, DoorObserved, Signal, StopAsked, StrangeCodeRead
from locker.core.site import DoorKind, DoorSpec, ItemKind, ItemSpec, Site
from locker.loop import CHECKPOINT_FACTS, INBOX, Edges, Loop
from locker.worker import WorkerDied
from sync.cabinet.journal import Journal
from sync.credential import Pass, PassType, issue, label
from sync.facts import Identified, OpeningIntended, OpeningVoided, PulseRefused, Started
from sync.signature import SigningKey
from sync.stamp import Clock, Stamp

A_DAY = date(2026, 1, 1)
ISSUER = SigningKey(b"i" * 32)
CARD = issue(
    Pass(type=PassType.CARD, issuer=1, resident="0a" * 6, serial=1, not_before=A_DAY, expiry=A_DAY), ISSUER, "street"
)
SITE = Site(
    cabinet="A03",
    community="street",
    utc_offset_min=0,
    help_number="12345",
    doors={n: DoorSpec(id=n, kind=DoorKind.SINGLE) for n in (1, 2)},
    items={label(n): ItemSpec(label=label(n), kind=ItemKind.TOOL, door=n) for n in (1, 2)},
    issuers={1: ISSUER.public},
    limits=default_limits(),
)


class World:
    """Remembers in order what the loop asked for, and how much was on disk when it did."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.asked: list[tuple[object, ...]] = []
        self.takes_pulses = True
        self.uptime_ms = 1_000

    def pulse(self, door: int, intent: int) -> bool:
        self.asked.append(("pulse", door, intent, self.journal.last))
        return self.takes_pulses

    def watch(self, doors: frozenset[int]) -> None:
        self.asked.append(("watch", doors))

    def show(self, screen: Screen) -> None:
        self.asked.append(("show", screen.key))

    def strange(self, chars: int, count: int) -> None:
        self.asked.append(("strange", chars, count))

    def now(self) -> Stamp:
        return Stamp(boot="00000000000000ab", uptime_ms=self.uptime_ms, clock=Clock.UNKNOWN)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.db", "A03")
    yield opened
    opened.close()


def a_loop(world: World) -> Loop:
    edges = Edges(hands=world, show=world.show, strange=world.strange, kept=lambda: None, turned=lambda: None)
    return Loop(SITE, world.journal, edges, world.now, "test 1")


def facts_of(journal: Journal) -> list[object]:
    return [entry.fact for entry in journal.recall().entries]


def tell(loop: Loop, *signals: Signal) -> None:
    for signal in signals:
        loop.post(signal)
        assert loop.turn() is None


def to_a_pulse(loop: Loop) -> None:
    loop.begin()
    tell(loop, DoorObserved(1, "closed"), DoorObserved(2, "closed"), CodeRead(CARD), CodeRead(menu_door(1)))


def pulses(world: World) -> list[tuple[object, ...]]:
    return [asked for asked in world.asked if asked[0] == "pulse"]


def test_the_intent_is_on_disk_before_the_pulse_is_asked_for(journal: Journal) -> None:
    world = World(journal)
    to_a_pulse(a_loop(world))
    ((_, door, intent, on_disk_then),) = pulses(world)
    assert (door, intent, on_disk_then) == (1, 1, 3)
    assert [type(fact) for fact in facts_of(journal)[:3]] == [Started, Identified, OpeningIntended]


def test_a_second_run_remembers_the_first_and_moves_nothing(tmp_path: Path) -> None:
    first = Journal.open(tmp_path / "journal.db", "A03")
    to_a_pulse(a_loop(World(first)))
    first.close()
    again = Journal.open(tmp_path / "journal.db", "A03")
    world = World(again)
    loop = a_loop(world)
    loop.begin()
    assert loop.cabinet is not None
    assert loop.cabinet.memory.going[1].stage == "intended"
    assert pulses(world) == []
    again.close()


def test_a_pulse_that_the_hands_do_not_take_comes_back_as_refused(journal: Journal) -> None:
    world = World(journal)
    world.takes_pulses = False
    loop = a_loop(world)
    to_a_pulse(loop)
    assert loop.turn() is None
    refused, voided = facts_of(journal)[3:]
    assert refused == PulseRefused(intent=1, door=1, why="the lock board's queue is full")
    assert voided == OpeningVoided(intent=1, door=1, why="not_pulsed", visit=1)


def test_it_ends_when_asked_with_a_last_fact_and_a_checkpoint(journal: Journal) -> None:
    loop = a_loop(World(journal))
    loop.begin()
    loop.post(StopAsked("SIGTERM"))
    assert loop.run() is None
    recalled = journal.recall()
    assert recalled.seq == journal.last == 2
    assert recalled.state is not None
    assert decode(recalled.state).run == "stopped"


def test_a_thread_that_died_ends_the_loop_without_a_last_word(journal: Journal) -> None:
    loop = a_loop(World(journal))
    loop.begin()
    died = WorkerDied("bus main", "OSError: gone")
    loop.post(died)
    assert loop.run() == died
    assert [type(fact) for fact in facts_of(journal)] == [Started]


def test_time_comes_as_a_signal_at_the_instant_that_was_asked_for(journal: Journal) -> None:
    world = World(journal)
    loop = a_loop(world)
    to_a_pulse(loop)
    world.uptime_ms += SITE.limits.open_wait_s * 1000
    assert loop.turn() is None
    assert [asked[1:3] for asked in pulses(world)] == [(1, 1), (1, 2)]


def test_codes_are_dropped_when_the_inbox_is_full_and_doors_wait_for_room(journal: Journal) -> None:
    loop = a_loop(World(journal))
    loop.begin()
    for _ in range(INBOX):
        loop.post(CodeRead("X"))
    loop.post(CodeRead("one too many"))
    taken: queue.Queue[bool] = queue.Queue()

    def a_door_speaks() -> None:
        loop.post(DoorObserved(1, "open"))
        taken.put(True)

    edge = threading.Thread(target=a_door_speaks)
    edge.start()
    assert loop.turn() is None
    assert taken.get(timeout=10)
    edge.join()


def test_a_checkpoint_is_made_after_so_many_facts(journal: Journal) -> None:
    world = World(journal)
    loop = a_loop(world)
    loop.begin()
    tell(loop, DoorObserved(1, "closed"))
    while journal.last < CHECKPOINT_FACTS:
        tell(loop, DoorObserved(1, "open"), DoorObserved(1, "closed"))
        world.uptime_ms += SITE.limits.settle_ms
        assert loop.turn() is None
    recalled = journal.recall()
    assert recalled.state is not None
    assert recalled.seq == CHECKPOINT_FACTS


def test_a_code_that_is_not_ours_is_noted_by_its_length(journal: Journal) -> None:
    world = World(journal)
    loop = a_loop(world)
    loop.begin()
    tell(loop, CodeRead("HELLO WORLD"), StrangeCodeRead(40))
    assert [asked for asked in world.asked if asked[0] == "strange"] == [("strange", 11, 1)]
