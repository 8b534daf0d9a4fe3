"""Power and heat: when the next coil may be switched on. Pure; every time is in milliseconds on one clock."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from firmware_bridge.board import LONGEST_PULSE_MS
from firmware_bridge.report import Lock

WINDOW_MS: Final = 60_000  # intermittent coils are rated by the minute


@dataclass(frozen=True, slots=True)
class Go:
    """Send it now."""


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Ask again at `at_ms`: another coil is on, the supply recovers, or this lock was used a moment ago."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Hot:
    """This pulse may not be sent, and `reason` says why."""

    reason: str


class Budget:
    """What one power supply and its coils can bear. ValueError when a limit is outside what is safe.

    Defaults: field kits feed one lock (12 V, 2.5 A), so one coil at once, and 300 ms for the supply to recover;
    a pulse is 200-300 ms in the trade, so 1 s is a cap that only a mistake meets (3 s at most, by configuration);
    1 s of rest for a lock, and 10 pulses a minute, keep the duty of a 1 s pulse below a fifth.
    """

    def __init__(
        self,
        *,
        coils_at_once: int = 1,
        gap_ms: int = 300,
        on_cap_ms: int = 1000,
        cooldown_ms: int = 1000,
        pulses_a_minute: int = 10,
    ) -> None:
        if not 1 <= on_cap_ms <= LONGEST_PULSE_MS:
            raise ValueError(f"on_cap_ms is {on_cap_ms}; allowed: 1 to {LONGEST_PULSE_MS}")
        if coils_at_once < 1 or gap_ms < 0 or cooldown_ms < 1000 or not 1 <= pulses_a_minute <= 10:
            raise ValueError(
                "allowed: coils_at_once from 1, gap_ms from 0, cooldown_ms from 1000, pulses_a_minute 1-10"
            )
        self._coils_at_once = coils_at_once
        self._gap_ms = gap_ms
        self._on_cap_ms = on_cap_ms
        self._cooldown_ms = cooldown_ms
        self._pulses_a_minute = pulses_a_minute
        self._ends_ms: deque[int] = deque(maxlen=coils_at_once)
        self._used: dict[Lock, deque[tuple[int, int]]] = {}

    def ask(self, now_ms: int, lock: Lock, pulse_ms: int) -> Go | NotBefore | Hot:
        """Whether a pulse of `pulse_ms` may start now. Changes nothing."""
        if pulse_ms > self._on_cap_ms:
            return Hot(f"a pulse of {pulse_ms} ms is longer than the cap of {self._on_cap_ms} ms")
        used = self._used.get(lock, deque())
        if len(used) == self._pulses_a_minute and now_ms < (cool_ms := used[0][0] + WINDOW_MS):
            return Hot(f"{len(used)} pulses within a minute: the coil must cool for {cool_ms - now_ms} ms more")
        rested_ms = used[-1][1] + self._cooldown_ms if used else now_ms
        full = len(self._ends_ms) == self._coils_at_once
        supplied_ms = min(self._ends_ms) + self._gap_ms if full else now_ms
        at_ms = max(rested_ms, supplied_ms)
        return NotBefore(at_ms) if now_ms < at_ms else Go()

    def spend(self, start_ms: int, lock: Lock, pulse_ms: int) -> None:
        """Note a pulse that starts at `start_ms` at the latest. Starts must not go back in time."""
        ends = sorted((*self._ends_ms, start_ms + pulse_ms))[-self._coils_at_once :]
        self._ends_ms = deque(ends, maxlen=self._coils_at_once)
        used = self._used.setdefault(lock, deque(maxlen=self._pulses_a_minute))
        used.append((start_ms, start_ms + pulse_ms))
