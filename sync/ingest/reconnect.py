"""This file knows when, and with which MQTT, the broker is dialled again. Pure: time and chance are arguments.

MQTT 5 first, then 3.1.1, then a wait with full jitter: drawn evenly between nothing and a bound that doubles with
every failure, so that all who lost the same broker do not come back at the same instant.
"""

from typing import Final, TypeAlias

import msgspec

from sync.link import CONNACK_TIMEOUT_S, Refused, Version, fall_back

BASE_S: Final = 1.0
"""A broker's restart takes about as long."""
CAP_S: Final = 30.0
"""One server, no herd: cabinets wait for it, and a broker carries two tries a minute without noticing."""
UNAUTHORISED_S: Final = 600.0
"""WIRE rule 7: asking again soon does not change a password."""
HELD_S: Final = 60.0
"""WIRE rule 7: only a connection that held this long says that the trouble is over."""


class Dialling(msgspec.Struct, frozen=True):
    """CONNECT was sent; the broker has not answered yet."""

    version: Version
    since_s: float
    failures: int


class Talking(msgspec.Struct, frozen=True):
    """Connected and subscribed."""

    since_s: float
    failures: int


class Waiting(msgspec.Struct, frozen=True):
    """Nobody is dialled until then."""

    until_s: float
    failures: int
    version: Version = 5


Line: TypeAlias = Dialling | Talking | Waiting


def due_s(line: Line) -> float | None:
    """When the line wants attention: to dial, or because CONNACK is overdue; None while it stands."""
    match line:
        case Dialling(since_s=since_s):
            return since_s + CONNACK_TIMEOUT_S
        case Talking():
            return None
        case Waiting(until_s=until_s):
            return until_s


def not_connected(line: Dialling, refused: Refused | None, now_s: float, chance: float) -> Waiting:
    """The dialling failed; `refused` is None when no CONNACK came in time. `chance` is even in [0, 1)."""
    if refused is not None and not refused.authorised:
        return Waiting(now_s + UNAUTHORISED_S, line.failures)
    version = fall_back(line.version, refused)
    if version is not None:
        return Waiting(now_s, line.failures, version)
    return _wait(line.failures, now_s, chance)


def lost(line: Talking, now_s: float, chance: float) -> Waiting:
    """The connection that stood is gone."""
    return _wait(0 if now_s - line.since_s >= HELD_S else line.failures, now_s, chance)


def _wait(failures: int, now_s: float, chance: float) -> Waiting:
    # 2**5 is beyond the cap; the exponent stays small however long the broker is away.
    bound_s = min(CAP_S, BASE_S * 2 ** min(failures, 5))
    return Waiting(now_s + chance * bound_s, failures + 1)
