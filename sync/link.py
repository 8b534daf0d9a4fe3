"""This file knows what can happen to a connection to the broker, and which MQTT to try next. Pure: no socket here."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Version: TypeAlias = Literal[4, 5]
"""The protocol level that CONNECT names: 5, or 4 for MQTT 3.1.1."""

CONNACK_TIMEOUT_S: Final = 5
"""How long a broker may be silent after CONNECT. RabbitMQ 3.10 was seen to swallow a CONNECT of version 5."""

WINDOW: Final = 8
"""Messages handed over and not yet acknowledged by the broker: below mosquitto's 20, and paho slows down beyond it."""

UNSUPPORTED_VERSION: Final = 0x84
BAD_CREDENTIALS: Final = 0x86
NOT_AUTHORISED: Final = 0x87
_UNWELCOME: Final = frozenset({BAD_CREDENTIALS, NOT_AUTHORISED, 0x8A, 0x8C})
"""MQTT 5 table 3-1: bad user name or password, not authorised, banned, bad authentication method."""
_BUSY: Final = frozenset({0x88, 0x89, 0x97, 0x9F})
"""Server unavailable, server busy, quota exceeded, connection rate exceeded: another version would not help."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker said yes and took every subscription."""

    version: Version


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no connection: the broker said no, hung up before CONNACK, refused a subscription, or was not there."""

    code: int | None
    """The reason as MQTT 5 numbers it, also for 3.1.1; None when nothing was said."""
    why: str
    authorised: bool
    """False for bad credentials, a ban, or a topic that we may not read: asking again soon is of no use."""
    reached: bool = True
    """False when not even a TCP connection came about."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message arrived. Whether its topic is one that was asked for is the owner's question."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class PublishRefused:
    """The broker refused one of our QoS 1 messages (MQTT 5 only: 3.1.1 cannot say so)."""

    code: int
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone, after `Connected`."""

    why: str
    code: int | None = None
    """The broker's own reason (MQTT 5 DISCONNECT), when it gave one."""


Event: TypeAlias = Connected | Refused | Received | PublishRefused | Lost


def is_authorised(code: int) -> bool:
    """Whether this reason leaves hope that the same credentials are taken later."""
    return code not in _UNWELCOME


def fall_back(version: Version, refused: Refused | None) -> Version | None:
    """Which version to try at once after `version` failed; None = back off, then begin with 5 again.

    `refused` is None when no CONNACK came in CONNACK_TIMEOUT_S.
    """
    if version == 4:
        return None
    if refused is None:
        return 4
    hopeless = not refused.reached or not refused.authorised or refused.code in _BUSY
    return None if hopeless else 4
