"""Everybody at once: random signals to a whole cabinet, whatever the order, with the standing laws after every step."""

from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from locker.core import cabinet as core
from locker.core.actions import PulseBolt
from locker.core.codes import menu_door
from locker.core.draft import Step
from locker.core.memory import Memory, decode, encode
from locker.core.signals import (
    CodeRead,
    DoorChosen,
    DoorObserved,
    FactsDelivered,
    KeyPressed,
    PulseReported,
    Signal,
    StopAsked,
    StrangeCodeRead,
    TimeUp,
)
from locker.core.site import Site
from sync.stamp import Clock, Stamp
from tests.core.laws import Witness
from tests.core.moment import stamp
from tests.core.place import (
    ATLAS,
    BOOKCASE,
    COMMUNITY,
    DRAWN,
    DRILL,
    FOREIGN,
    KIT,
    NOVEL,
    PAIR,
    POEMS,
    SAW,
    SHELF_SPEC,
    SINGLES,
    SLOT_SPEC,
    STRANGER,
    STRICT,
    TOOLS,
    WITH_SLOT,
    A,
    B,
    C,
    card,
    code,
    site,
)

SITES = (PAIR, WITH_SLOT, BOOKCASE, TOOLS, STRICT, site(SHELF_SPEC, *SINGLES, SLOT_SPEC, loans_per_resident=1))
PASSES = (
    *(card(resident) for resident in (A, B, C)),
    card(A, 2),
    card(B, key=STRANGER),
    card(C, community=COMMUNITY + "-upon-hill"),
    card(C, issuer=9),
)
LABELS = tuple(code(item) for item in (NOVEL, ATLAS, POEMS, KIT, DRILL, SAW, FOREIGN, DRAWN))
STRANGE = ("", "IT:00000000X", "LC1:AB", "https://example.org", "MC:D2", "A" * 500)
DOORS = st.sampled_from((1, 2, 3, 4, 8, 77))
READINGS = st.sampled_from(("open", "closed", "unknown"))
WAITS_MS = st.one_of(
    st.sampled_from((1, 599, 600, 601, 8_000, 9_999, 10_000, 10_001, 20_000, 30_000, 60_000, 300_000, 3_600_000)),
    st.integers(0, 70_000),
)
ENOUGH_MS = 200_000
"""Two pulses' waits, a settling leaf, a question, an idle minute, an answer, boards that are waited for: and room."""


class Everybody(RuleBasedStateMachine):
    """One cabinet, its world, and no manners."""

    def __init__(self) -> None:
        super().__init__()
        self.site: Site
        self.witness: Witness
        self.last: Step
        self.now_ms = 0
        self.boots = 0
        self.clock = Clock.NTP
        self.intents: list[tuple[int, int]] = []

    @initialize(where=st.sampled_from(SITES), seen=st.booleans())
    def the_power_comes(self, where: Site, *, seen: bool) -> None:
        self.site = where
        self.witness = Witness(where)
        self._begin(seen=seen)

    @rule(text=st.sampled_from(PASSES))
    def pass_shown(self, text: str) -> None:
        self._say(CodeRead(text))

    @rule(text=st.sampled_from(LABELS))
    def label_shown(self, text: str) -> None:
        self._say(CodeRead(text))

    @rule(text=st.sampled_from(PASSES[:4]), door=DOORS, label=st.sampled_from((None, *LABELS)))
    def somebody_asks_for_a_door(self, text: str, door: int, label: str | None) -> None:
        self._say(CodeRead(text))
        self._say(DoorChosen(door) if label is None else CodeRead(label))

    @rule(door=DOORS)
    def menu_shown(self, door: int) -> None:
        self._say(CodeRead(menu_door(door)))

    @rule(text=st.sampled_from(STRANGE))
    def strange_code(self, text: str) -> None:
        self._say(CodeRead(text))
        self._say(StrangeCodeRead(len(text)))

    @rule(key=st.sampled_from(("yes", "no")))
    def key_pressed(self, key: Literal["yes", "no"]) -> None:
        self._say(KeyPressed(key))

    @rule(door=DOORS, reading=READINGS)
    def switch_read(self, door: int, reading: Literal["open", "closed", "unknown"]) -> None:
        self._say(DoorObserved(door, reading))

    @precondition(lambda self: self.intents)
    @rule(late=st.integers(1, 2))
    def a_door_that_was_pulsed_opens(self, late: int) -> None:
        self._say(DoorObserved(self.intents[-min(late, len(self.intents))][0], "open"))

    @precondition(lambda self: self.intents)
    @rule(late=st.integers(1, 2))
    def it_closes_for_good(self, late: int) -> None:
        self._say(DoorObserved(self.intents[-min(late, len(self.intents))][0], "closed"))
        self._let_time_run(self.site.limits.settle_ms)

    @rule()
    def all_doors_read_closed(self) -> None:
        self._all_read_closed()

    @precondition(lambda self: self.intents)
    @rule(outcome=st.sampled_from(("sent", "silent", "refused")), late=st.integers(1, 3))
    def pulse_reported(self, outcome: Literal["sent", "silent", "refused"], late: int) -> None:
        door, intent = self.intents[-min(late, len(self.intents))]
        self._say(PulseReported(door, intent, outcome, "why" if outcome == "refused" else ""))

    @rule(door=DOORS, intent=st.integers(0, 99), outcome=st.sampled_from(("sent", "refused")))
    def pulse_of_nobody_reported(self, door: int, intent: int, outcome: Literal["sent", "refused"]) -> None:
        self._say(PulseReported(door, intent, outcome))

    @rule(wait_ms=WAITS_MS)
    def time_passes(self, wait_ms: int) -> None:
        self._let_time_run(wait_ms)

    @rule(wait_ms=st.integers(0, 400_000))
    def nobody_turns_for_a_while(self, wait_ms: int) -> None:
        """The loop is held up: time is up much later than it was asked for."""
        self.now_ms += wait_ms
        self._say(TimeUp())

    @rule(clock=st.sampled_from(Clock), upto=st.integers(0, 100))
    def the_server_and_the_clock_speak(self, clock: Clock, upto: int) -> None:
        self.clock = clock
        self._say(FactsDelivered(upto))

    @rule(away_ms=st.sampled_from((0, 5_000)), lost=st.integers(0, 6), stopped=st.booleans(), seen=st.booleans())
    def the_power_goes(self, away_ms: int, lost: int, *, stopped: bool, seen: bool) -> None:
        """In good order or not, and not only between two steps: the journal may lack the last few facts."""
        if stopped:
            self._say(StopAsked("somebody asked"))
            self._say(CodeRead(PASSES[0]))
            assert (self.last.facts, self.last.actions) == ((), ()), "after a stop nothing is heard"
        facts = self.witness.facts
        self.witness = Witness(self.site, facts if stopped else facts[: max(0, len(facts) - lost)])
        self.boots += 1
        self.now_ms = away_ms
        self._begin(seen=seen)

    def teardown(self) -> None:
        """Whatever was said, when every door is shut the cabinet comes back to idle by itself."""
        if not hasattr(self, "last"):
            return
        self._all_read_closed()
        self._let_time_run(ENOUGH_MS)
        assert self.witness.books.at_rest, f"after {ENOUGH_MS} ms: {self.last.cabinet}"
        assert self.last.cabinet.screen.key == "idle"
        assert self.last.wake_at is None
        known = self.last.cabinet.memory
        assert (known.present, known.going) == ({}, {})

    def _begin(self, *, seen: bool) -> None:
        known = Memory() if not self.witness.facts else decode(encode(self.witness.memory))
        self.intents = []
        self._took(None, core.begin(self.site, known, self._stamp(), "under test"))
        if seen:
            self._all_read_closed()

    def _say(self, signal: Signal) -> None:
        self._took(signal, core.step(self.last.cabinet, signal, self._stamp()))

    def _took(self, signal: Signal | None, step: Step) -> None:
        self.last = step
        self.witness.saw(signal, step, self._stamp())
        self.intents += [(action.door, action.intent) for action in step.actions if isinstance(action, PulseBolt)]

    def _let_time_run(self, wait_ms: int) -> None:
        end_ms = self.now_ms + wait_ms
        while self.last.wake_at is not None and self.last.wake_at <= end_ms:
            self.now_ms = max(self.now_ms, self.last.wake_at)
            self._say(TimeUp())
        self.now_ms = end_ms

    def _all_read_closed(self) -> None:
        for door in self.last.cabinet.doors:
            self._say(DoorObserved(door, "closed"))

    def _stamp(self) -> Stamp:
        return stamp(self.now_ms, self.clock, boot=self.boots)


Everybody.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
test_everybody_at_once = Everybody.TestCase
