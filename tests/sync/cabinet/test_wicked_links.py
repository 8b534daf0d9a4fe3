"""Both ends joined by a broker and links that do whatever they are allowed to, and more; seeded, in virtual time.

Each seed switches a random subset of the vices on, since one fault may hide another. After a while the world turns
good: then everything must have arrived, in order, and once.
"""

import heapq
import json
import random
import zlib
from collections.abc import Callable
from itertools import count

import pytest

from sync import link
from sync.cabinet import session as sessions
from sync.cabinet.stages import Close, Delivered, Dialled, Event, Grown, Luck, Open, Output, Say, Step, Woken
from tests.sync.cabinet.counterpart import Server, sealed, topic
from tests.sync.cabinet.desk import EPOCH, STRANGER_KEY, Log, nonce, route, server

VICES = ("drop", "double", "delay", "truncate", "cut", "restart", "replay", "forge", "silence", "refuse")
WICKED_MS = 240_000
GOOD_MS = 1_200_000
"""Time to heal: the longest backoff, the longest patience and the drain fit in several times."""


class World:
    """A cabinet, a broker and a server, and what lies between them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.vices = {vice for vice in VICES if self.chance.random() < 0.5}
        self.now_ms = 0
        self.agenda: list[tuple[int, int, Callable[[], None]]] = []
        self.order = count()
        self.log = Log()
        self.far: Server = server()
        self.heard: list[tuple[str, bytes]] = []
        """Every letter that ever went to the cabinet: what a replaying broker has."""
        self.connections = 0
        self.connected: int | None = None
        self.delivered: list[int] = []
        self.step: Step = sessions.begin(route(), EPOCH, self.log.tip, 0)

    def later(self, least_ms: int, most_ms: int, do: Callable[[], None]) -> None:
        at_ms = self.now_ms + self.chance.randint(least_ms, most_ms)
        heapq.heappush(self.agenda, (at_ms, next(self.order), do))

    def strikes(self, vice: str, odds: float) -> bool:
        return self.now_ms < WICKED_MS and vice in self.vices and self.chance.random() < odds

    # --- the cabinet ---

    def feed(self, event: Event) -> None:
        events = [event]
        while events:
            luck = Luck(self.chance.random(), nonce(self.chance.getrandbits(128)))
            self.step = sessions.step(self.step.session, events.pop(0), self.now_ms, luck)
            for output in self.step.outputs:
                answer = self.log.answer(output)
                if answer is not None:
                    events.append(answer)
                events += self.do(output)

    def do(self, output: Output) -> list[Event]:
        if isinstance(output, Open):
            self.dial(output)
            return [Dialled()]
        if isinstance(output, Close):
            self.connected = None
        elif isinstance(output, Say) and self.connected is not None:
            self.travel((topic("C1", output.channel), output.payload), self.to_server)
        elif isinstance(output, Delivered):
            assert output.upto <= self.far.w, "delivered before the server has it"
            self.delivered.append(output.upto)
        return []

    def dial(self, output: Open) -> None:
        self.connections += 1
        mine = self.connections
        if self.strikes("silence", 0.3):
            return
        refused = link.Refused(None, "nobody there", authorised=True, reached=False)
        outcome: link.Event = refused if self.strikes("refuse", 0.5) else link.Connected(output.version)

        def answer() -> None:
            if mine == self.connections:
                self.connected = mine if isinstance(outcome, link.Connected) else None
                self.feed(outcome)

        self.later(1, 400, answer)

    # --- in between ---

    def travel(self, letter: tuple[str, bytes], arrive: Callable[[str, bytes], None]) -> None:
        if self.strikes("drop", 0.2):
            return
        for _ in range(2 if self.strikes("double", 0.2) else 1):
            at, payload = letter
            if self.strikes("truncate", 0.1):
                payload = payload[: self.chance.randrange(len(payload))]
            slow = self.strikes("delay", 0.3)
            self.later(1, 30_000 if slow else 80, lambda at=at, payload=payload: arrive(at, payload))  # type: ignore[misc]  # a lambda's defaults have no types

    def to_server(self, at: str, payload: bytes) -> None:
        try:
            answers = self.far.hear(at, payload)
        except (AssertionError, ValueError, KeyError, zlib.error):
            assert "truncate" in self.vices, "the server was sent something that breaks the contract"
            return
        for answer in answers:
            self.heard.append(answer)
            self.travel(answer, self.to_cabinet)

    def to_cabinet(self, at: str, payload: bytes) -> None:
        if self.connected is not None:
            self.feed(link.Received(at, payload, retained=False))

    # --- what happens by itself ---

    def mischief(self) -> None:
        if self.strikes("cut", 0.1) and self.connected is not None:
            self.connected = None
            self.feed(link.Lost("cut"))
        if self.strikes("restart", 0.1):
            self.far.forget()
        if self.strikes("replay", 0.8) and self.heard:
            self.to_cabinet(*self.chance.choice(self.heard))
        if self.strikes("forge", 0.8):
            at = topic("C1", self.chance.choice(["ack", "welcome"]))
            body = {"ep": EPOCH, "w": len(self.log.lines), "hw": self.log.hashes[-1].hex()}
            self.to_cabinet(at, sealed(body, STRANGER_KEY, at, self.far.nonce or ""))
        self.later(100, 4000, self.mischief)

    def write(self) -> None:
        self.log.grow(self.chance.choice([1, 1, 1, 3, 60, 600]))
        self.feed(Grown(self.log.tip))
        if self.now_ms < WICKED_MS:
            self.later(10, 20_000, self.write)

    def run(self) -> None:
        """Live through the wicked and the good time."""
        self.later(0, 1000, self.write)
        self.later(0, 1000, self.mischief)
        while self.now_ms < WICKED_MS + GOOD_MS:
            wake_at_ms = self.step.wake_at_ms
            if wake_at_ms is not None and wake_at_ms <= self.agenda[0][0]:
                self.now_ms = max(self.now_ms, wake_at_ms)
                self.feed(Woken())
            else:
                self.now_ms, _, do = heapq.heappop(self.agenda)
                do()


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_nothing_is_doubled_and_the_order_is_kept(seed: int) -> None:
    world = World(seed)
    world.run()
    assert world.far.stored == world.log.lines
    assert world.delivered[-1] == len(world.log.lines) > 0
    assert [json.loads(line)["sequence"] for line in world.far.stored] == [
        f"{seq:020d}" for seq in range(1, len(world.log.lines) + 1)
    ]
    assert (world.step.session.online, world.step.session.why) == (True, "")
    assert world.step.wake_at_ms is None


def test_the_vices_were_met() -> None:
    """A campaign that never reaches a fault proves nothing about it."""
    met: set[str] = set()
    forged = again = versions = 0
    for seed in range(100, 105):
        world = World(seed)
        world.run()
        met |= world.vices
        forged += world.step.session.tally.forged
        versions = max(versions, world.connections)
        again += sum(b - a + 1 for a, b in world.far.batches) - len(world.log.lines)
    assert met == set(VICES)
    assert forged > 100
    assert again > 100
    assert versions > 10
