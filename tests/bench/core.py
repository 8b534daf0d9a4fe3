"""What a decision costs: one step for each signal of a borrow and a return, at a cabinet of 330 items and 200 loans.

The signature on a pass is left out (it is cryptography's time, not ours): an issuer that believes every pass stands in
for it. Rounds with and without 20,000 known cards take turns, so that a busy moment falls on both alike.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from locker.core import cabinet as core
from locker.core.draft import Cabinet, Step
from locker.core.memory import Loan, Memory, encode
from locker.core.signals import CodeRead, DoorChosen, DoorObserved, KeyPressed, PulseReported, Signal, TimeUp
from locker.core.site import DoorKind, DoorSpec, ItemKind, ItemSpec, Site
from sync.credential import Pass, PassType, issue, label
from sync.signature import PublicKey, SigningKey
from sync.stamp import Clock, Stamp
from tests.bench.report import report
from tests.core.place import LIMITS

ROUNDS: Final = 400
BOOKS: Final = 320
TOOLS: Final = 10
LOANS: Final = 200
CARDS: Final = 20_000
NOON_MS: Final = 1_767_585_600_000
NS_PER_US: Final = 1000
NS_PER_MS: Final = 1_000_000
TOOL: Final = label(1000)
CARD: Final = Pass(
    type=PassType.CARD,
    issuer=1,
    resident="0000000000ff",
    serial=1,
    not_before=date(2025, 1, 1),
    expiry=date(2027, 12, 31),
)
PASS: Final = issue(CARD, SigningKey(bytes(32)), "riverside")


class Believing(PublicKey):
    """An issuer whose every pass is believed, at no cost."""

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Believe."""
        return bool(message and signature)


def site() -> Site:
    """A bookcase of 320 books, ten tools behind doors of their own, a bin."""
    single = {number: DoorSpec(id=number, kind=DoorKind.SINGLE) for number in range(2, 2 + TOOLS)}
    books = {label(number): ItemSpec(label=label(number), kind=ItemKind.BOOK, door=1) for number in range(BOOKS)}
    tools = {
        label(1000 + number): ItemSpec(label=label(1000 + number), kind=ItemKind.TOOL, door=2 + number)
        for number in range(TOOLS)
    }
    return Site(
        cabinet="A03",
        community="riverside",
        utc_offset_min=480,
        help_number="555 0123",
        doors={1: DoorSpec(id=1, kind=DoorKind.SHELF), **single, 99: DoorSpec(id=99, kind=DoorKind.SLOT, locked=False)},
        items={**books, **tools},
        issuers={1: Believing(SigningKey(bytes(32)).public.raw)},
        limits=LIMITS,
    )


def memory(cards: int) -> Memory:
    """200 books out, and this many cards ever seen."""
    loans = {label(number): Loan(f"{number % 70:012x}", 1, "2026-02-04") for number in range(LOANS)}
    return Memory(visits=1, loans=loans, floors={"0000000000ff/1": 1, **{f"{card:012x}/1": 1 for card in range(cards)}})


class Day:
    """One cabinet, and the nanoseconds that each signal took it."""

    def __init__(self, cards: int) -> None:
        """Wake it up with every door closed."""
        self.took_ns: dict[str, list[int]] = {}
        self._now_ms = 0
        self._step: Step = core.begin(site(), memory(cards), self._stamp(), "bench")
        for number in self.cabinet.doors:
            self._take(DoorObserved(number, "closed"))

    @property
    def cabinet(self) -> Cabinet:
        """As it is now."""
        return self._step.cabinet

    def borrow_and_return(self) -> None:
        """A tool is taken with a pass and brought back with its label; an hour later the next one comes."""
        self._say("pass", CodeRead(PASS))
        self._opens("door_chosen", DoorChosen(2))
        self._say("yes", KeyPressed("yes"))
        self._opens("label", CodeRead(f"IT:{TOOL}"))
        self._now_ms += 3_600_000
        self._take(TimeUp())

    def _opens(self, name: str, asked: Signal) -> None:
        self._say(name, asked)
        self._say("pulse_reported", PulseReported(2, self.cabinet.memory.intents, "sent"))
        self._say("leaf_opened", DoorObserved(2, "open"))
        self._say("leaf_closed", DoorObserved(2, "closed"))
        self._now_ms += LIMITS.settle_ms
        self._say("time_up", TimeUp())

    def _say(self, name: str, signal: Signal) -> None:
        self.took_ns.setdefault(name, []).append(nanoseconds(lambda: self._take(signal)))

    def _take(self, signal: Signal) -> None:
        self._step = core.step(self._step.cabinet, signal, self._stamp())

    def _stamp(self) -> Stamp:
        return Stamp(boot="0" * 16, uptime_ms=self._now_ms, clock=Clock.NTP, utc_ms=NOON_MS + self._now_ms)


def nanoseconds(do: Callable[[], object]) -> int:
    """How long it takes."""
    begun = time.perf_counter_ns()
    do()
    return time.perf_counter_ns() - begun


def main() -> None:
    """Measure and report."""
    few, many = Day(0), Day(CARDS)
    for _ in range(ROUNDS):
        few.borrow_and_return()
        many.borrow_and_return()
    assert few.cabinet.memory.intents == 2 * ROUNDS, "every round is a borrow and a return"
    steps_us = {f"{name}_us": statistics.median(took) / NS_PER_US for name, took in few.took_ns.items()}
    ratios = [statistics.median(many.took_ns[name]) / statistics.median(took) for name, took in few.took_ns.items()]
    kept = many.cabinet.memory
    checkpoint_ms = statistics.median(nanoseconds(lambda: encode(kept)) for _ in range(9)) / NS_PER_MS
    decoded = msgspec.json.decode(encode(kept), type=Memory)
    assert decoded == kept, "a checkpoint is the memory"
    worst = {"slowest_us": max(steps_us.values()), "cards_20000_ratio": max(ratios), "checkpoint_ms": checkpoint_ms}
    report("core", {**steps_us, **worst})


if __name__ == "__main__":
    main()
