"""Playbooks: what is said to a cabinet, what it answers, and when.

    assert (
        Playbook(PAIR)
        >> shows(card(A)) << identified(1, A) << screen("choose")
        >> after(60)      << ended(1, "left") << screen("idle")
    )

`>>` says something: a signal, or time that passes. `<<` awaits one answer: a fact or an action, in their order. Every
answer must be awaited, at its exact instant, and every playbook must be played: a forgotten one fails its test.
After each step the standing laws of `laws.py` are checked; the transcript of both sides is shown when anything fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final, Self, get_args

from locker.core import cabinet as core
from locker.core.actions import Action, ShowScreen
from locker.core.draft import Cabinet, Step
from locker.core.memory import Memory, decode, encode, fold
from locker.core.screen import IDLE
from locker.core.signals import CodeRead, DoorObserved, Signal, TimeUp
from locker.core.site import Site
from sync.facts import AnyFact, Started
from sync.stamp import Clock, Stamp
from tests.core.laws import Witness
from tests.core.moment import stamp

SOFTWARE: Final = "under test"
Answer = AnyFact | Action


@dataclass(frozen=True)
class After:
    """Time passes; the cabinet may answer at its end, and must be silent before."""

    ms: int


@dataclass(frozen=True)
class HeldUp:
    """Time passes and the loop does not turn: time is up once, at the end, however often it was asked for."""

    ms: int


@dataclass(frozen=True)
class PowerComes:
    """The power comes, or comes back: a new run from the facts alone, its uptime from zero."""


@dataclass(frozen=True)
class ClockIs:
    """From now on the wall clock can be believed this far."""

    clock: Clock


Says = Signal | After | HeldUp | PowerComes | ClockIs


@dataclass(frozen=True)
class Line:
    """One line of the script."""

    side: str
    what: Says | Answer


class Scene:
    """A piece of script that several playbooks share."""

    def __init__(self) -> None:
        self._script: list[Line] = []

    def __rshift__(self, said: "Says | Scene") -> Self:
        self._script.extend(said._script if isinstance(said, Scene) else [Line(">>", said)])
        return self

    def __lshift__(self, awaited: Answer) -> Self:
        self._script.append(Line("<<", awaited))
        return self


class Playbook(Scene):
    """A cabinet, awake with all its doors closed, and a script to be played with it."""

    written: ClassVar[list["Playbook"]] = []
    """All that were made, so that one that nobody plays can be found."""

    def __init__(self, site: Site, past: tuple[AnyFact, ...] = (), *, asleep: bool = False) -> None:
        """Take what the journal holds; `asleep` leaves the first start to the script."""
        super().__init__()
        self.site = site
        self.now_ms = 0
        self.screens: set[str] = set()
        """The keys of all screens that were shown."""
        self._clock = Clock.NTP
        self._boots = 0
        self._transcript: list[str] = []
        self._witness = Witness(site, past)
        self._waiting: list[Answer] = []
        self._step: Step | None = None
        self._times_played = 0
        Playbook.written.append(self)
        if not asleep:
            self._wake_up(past)

    @property
    def facts(self) -> tuple[AnyFact, ...]:
        """Everything kept so far, the past included."""
        return self._witness.facts

    @property
    def cabinet(self) -> Cabinet:
        """The cabinet as it is now."""
        assert self._step is not None, "nobody has started it"
        return self._step.cabinet

    @property
    def played(self) -> bool:
        """Whether everything that is written has been played."""
        return self._times_played > 0 and not self._script

    @property
    def at_rest(self) -> bool:
        """Whether every intent and visit has ended and the screen is idle."""
        return self._witness.books.at_rest and self.cabinet.screen.key == IDLE.key

    def __bool__(self) -> bool:
        """Play what has been written since the last time. AssertionError with the transcript when it goes otherwise."""
        script, self._script = self._script, []
        self._times_played += 1
        with self._telling():
            for line in script:
                if line.side == "<<":
                    self._await(line.what)
                else:
                    self._all_awaited()
                    self._say(line.what)
            self._all_awaited()
        return True

    def _wake_up(self, past: tuple[AnyFact, ...]) -> None:
        """Start, and read every switch closed: nothing is answered but the start itself."""
        self._start()
        before = {"nothing": "nothing", "running": "cut_off", "stopped": "stopped"}[self._memory(past).run]
        started, *rest = self._waiting
        assert isinstance(started, Started), f"a start begins with itself: {started}"
        assert started.before == before, f"the run before this one: {before}"
        assert len(rest) == 1, f"a start says nothing but idle: {rest}"
        self._waiting = []
        for number in self.cabinet.doors:
            self._signal(DoorObserved(number, "closed"))
            assert self._waiting == [], f"an empty past explains nothing: {self._waiting}"

    def _say(self, said: Says | Answer) -> None:
        if isinstance(said, After):
            self._pass_time(said.ms)
        elif isinstance(said, HeldUp):
            self.now_ms += said.ms
            self._signal(TimeUp())
        elif isinstance(said, PowerComes):
            self._boots += 1
            self.now_ms = 0
            self._note(">>", said)
            self._start()
        elif isinstance(said, ClockIs):
            self._note(">>", said)
            self._clock = said.clock
        else:
            assert isinstance(said, get_args(Signal)), f"nobody can say {said!r}"
            self._signal(said)

    def _pass_time(self, ms: int) -> None:
        """Let the cabinet wake up whenever it asked to, and answer at the end of the time alone."""
        self._transcript.append(f"{'':11}… {ms / 1000:g} s")
        end_ms = self.now_ms + ms
        while self._step is not None and self._step.wake_at is not None and self._step.wake_at <= end_ms:
            self._all_awaited()
            self.now_ms = max(self.now_ms, self._step.wake_at)
            self._signal(TimeUp())
        if self.now_ms < end_ms:
            self._all_awaited()
        self.now_ms = end_ms

    def _signal(self, signal: Signal) -> None:
        self._note(">>", signal)
        self._take(core.step(self.cabinet, signal, self._stamp()), signal)

    def _start(self) -> None:
        """Begin from the facts alone, by way of a checkpoint."""
        known = decode(encode(self._memory(self.facts)))
        self._step = None
        self._take(core.begin(self.site, known, self._stamp(), SOFTWARE), None)

    @staticmethod
    def _memory(facts: tuple[AnyFact, ...]) -> Memory:
        known = Memory()
        for fact in facts:
            known = fold(known, fact)
        return known

    def _take(self, step: Step, signal: Signal | None) -> None:
        self._step = step
        self._waiting = [*step.facts, *step.actions]
        for answer in self._waiting:
            self._note("<<", answer)
            if isinstance(answer, ShowScreen):
                self.screens.add(answer.screen.key)
        self._witness.saw(signal, step, self._stamp())

    def _await(self, awaited: object) -> None:
        came = self._waiting.pop(0) if self._waiting else None
        assert came == awaited, f"awaited {_told(awaited)}\n     came {_told(came)}"

    def _all_awaited(self) -> None:
        assert not self._waiting, "nobody awaited " + ", ".join(map(_told, self._waiting))

    def _stamp(self) -> Stamp:
        return stamp(self.now_ms, self._clock, boot=self._boots)

    def _note(self, side: str, what: object) -> None:
        column = f"{self.now_ms / 1000:10.3f} >> " if side == ">>" else f"{'':40}<< "
        self._transcript.append(column + _told(what))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            raise AssertionError("\n".join(["", *self._transcript, "", str(error)])) from error


def _told(what: object) -> str:
    """One line of transcript; a code is told by its length alone."""
    return f"CodeRead({len(what.text)} characters)" if isinstance(what, CodeRead) else str(what)
