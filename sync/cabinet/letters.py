"""This file knows what the cabinet writes to the server and reads from it: every message, sealed or unsealed. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec

from sync.signature import ForgedError, PublicKey, SigningKey, seal, unseal
from sync.topics import TO_CABINET, Channel, topic
from sync.wire import (
    MAX_SENT_BYTES,
    PROTOCOL,
    Ack,
    BatchHeader,
    Hello,
    Presence,
    Welcome,
    chain,
    encode_batch,
)

_T = TypeVar("_T", Welcome, Ack)


@dataclass(frozen=True, slots=True)
class Route:
    """Who writes, to whom, and by which broker."""

    tenant: str
    cabinet: str
    broker: str
    """`mqtt://host:port`."""
    key: SigningKey
    """The cabinet's own."""
    server_key: PublicKey
    boot: str
    """16 hex digits, new with every start of the machine."""
    software: str

    def __post_init__(self) -> None:
        """Raise ValueError for a tenant or cabinet that no topic may hold."""
        self.topic(Channel.STATE)

    def topic(self, channel: Channel) -> str:
        """Where this cabinet's channel is on the broker."""
        return topic(self.tenant, self.cabinet, channel)

    def subscriptions(self) -> tuple[str, ...]:
        """The topics that are meant for this cabinet, each by its exact name."""
        return tuple(self.topic(channel) for channel in TO_CABINET)


@dataclass(frozen=True, slots=True)
class Tip:
    """What the journal holds."""

    first: int
    """The oldest line that is still there; 1 of an empty journal."""
    last: int
    """0 of an empty journal."""
    hash: bytes
    """h(last)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines a to b, ready to be sent."""

    a: int
    b: int
    hash: bytes
    """h(b)."""
    message: bytes


class Spoilt(StrEnum):
    """Why a message from the broker is not read."""

    FORGED = "forged"
    """Another key's, another topic's, or sealed for another connection of ours: replayed or simply late."""
    MALFORMED = "malformed"
    """Rightly signed, and not what the contract says."""


def presence(route: Route, *, online: bool) -> bytes:
    """Compose `state`: retained, and as the will with online=False."""
    return msgspec.json.encode(Presence(boot=route.boot, online=online))


def hello(route: Route, epoch: str, tip: Tip, nonce: str, uptime_ms: int) -> bytes:
    """The cabinet introduces its journal and this connection."""
    greeting = Hello(
        protocols=(PROTOCOL,),
        epoch=epoch,
        first=tip.first,
        last=tip.last,
        hlast=tip.hash.hex(),
        boot=route.boot,
        uptimems=uptime_ms,
        software=route.software,
        versions={},
        nonce=nonce,
    )
    return seal(msgspec.json.encode(greeting), route.key, route.topic(Channel.HELLO))


def batch(route: Route, epoch: str, a: int, before: bytes, lines: Sequence[bytes]) -> Batch:
    """Seal lines from seq `a`, the first one chained to `before`: as many of them as fit into one message."""
    while True:
        head = before
        for line in lines:
            head = chain(head, line)
        b = a + len(lines) - 1
        header = msgspec.json.encode(BatchHeader(ep=epoch, a=a, b=b, n=len(lines), h=head.hex()))
        message = encode_batch(seal(header, route.key, route.topic(Channel.UP)), lines)
        if len(message) <= MAX_SENT_BYTES or len(lines) == 1:
            return Batch(a, b, head, message)
        lines = lines[: len(lines) // 2]


def read_welcome(route: Route, payload: bytes, nonce: str) -> Welcome | Spoilt:
    """Unseal the server's answer to this connection's hello."""
    return _read(_decode_welcome, route.topic(Channel.WELCOME), route.server_key, payload, nonce)


def read_ack(route: Route, payload: bytes, nonce: str) -> Ack | Spoilt:
    """Unseal an acknowledgement that was written for this connection."""
    return _read(_decode_ack, route.topic(Channel.ACK), route.server_key, payload, nonce)


_decode_welcome = msgspec.json.Decoder(Welcome).decode
_decode_ack = msgspec.json.Decoder(Ack).decode


def _read(decode: Callable[[bytes], _T], at: str, key: PublicKey, payload: bytes, nonce: str) -> _T | Spoilt:
    if len(payload) > MAX_SENT_BYTES:
        return Spoilt.MALFORMED
    try:
        return decode(unseal(payload, key, at, nonce))
    except ForgedError:
        return Spoilt.FORGED
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Spoilt.MALFORMED
