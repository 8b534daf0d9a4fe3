"""This file knows what a message from a cabinet is worth, and how the server's answers are written and sealed.

Nothing is believed before the cabinet's registered key has signed it, over the very topic it came by. What is wrong
is a value with its reason: the broker may drop, double, reorder, retain or forge, and none of that is our error.
"""

from collections.abc import Iterator
from typing import Final, Protocol, TypeAlias

import msgspec

from sync.ingest.sink import Batch, Greeting, Outcome, Watermark
from sync.signature import ForgedError, PublicKey, SigningKey, seal, unseal
from sync.topics import Channel, Place, place, topic
from sync.wire import (
    MAX_BATCH_BYTES,
    PROTOCOL,
    Ack,
    BatchHeader,
    Hello,
    Limits,
    Presence,
    Welcome,
    WireError,
    split_batch,
)

MAX_HELLO_BYTES: Final = 4096
"""A hello has about 500 bytes and grows by a name and a number for every list that a cabinet holds."""
REFUSED_PER_ACK: Final = 200
"""At 80 characters a reason this is some 20 KiB: an ack stays smaller than a batch."""
_MAX_U63: Final = 2**63 - 1
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a decoder says of bytes that are not the JSON it wants: wrong shape or no JSON, no UTF-8, too deep."""

_decode_hello: Final = msgspec.json.Decoder(Hello).decode
_decode_header: Final = msgspec.json.Decoder(BatchHeader).decode
_decode_presence: Final = msgspec.json.Decoder(Presence).decode


class Keys(Protocol):
    """The cabinets' registered public keys."""

    def known(self, cabinet: str) -> PublicKey | None:
        """The key as it was read last."""
        ...

    def look_up(self, cabinet: str) -> PublicKey | None:
        """The key as it is registered now."""
        ...


class Here(msgspec.Struct, frozen=True):
    """A cabinet's retained `state`: unsigned, so it may be shown and must decide nothing."""

    cabinet: str
    boot: str
    online: bool


class Dropped(msgspec.Struct, frozen=True):
    """A message that changes nothing, and why."""

    cabinet: str
    """Who it claims to be; empty when not even that."""
    why: str


class Answer(msgspec.Struct, frozen=True):
    """A message to a cabinet, ready to be published."""

    topic: str
    payload: bytes


Letter: TypeAlias = Greeting | Batch | Here | Dropped


class Reception:
    """The server's desk for one tenant: letters in, answers out. Asks `keys`, does nothing else."""

    def __init__(self, tenant: str, key: SigningKey, keys: Keys, limits: Limits | None = None) -> None:
        self._tenant = tenant
        self._key = key
        self._keys = keys
        self._limits = Limits() if limits is None else limits

    def read(self, topic_text: str, payload: bytes, *, retained: bool, known_ms: int) -> Letter:
        """What this message is worth. Never raises for anything that a broker can deliver."""
        said = place(topic_text)
        if said is None or said.tenant != self._tenant:
            return Dropped("", "a topic that is not subscribed here")
        if retained and said.channel is not Channel.STATE:
            return Dropped(said.cabinet, f"a retained {said.channel}: somebody else's, or an old one")
        # A hello is rare and comes first: the moment to see that a key was added, replaced or taken away.
        key = (self._keys.look_up if said.channel is Channel.HELLO else self._keys.known)(said.cabinet)
        if key is None:
            return Dropped(said.cabinet, "unknown cabinet: no public key is registered for it")
        if said.channel is Channel.STATE:
            return _presence(said.cabinet, payload)
        try:
            return _signed(said, topic_text, payload, key, known_ms)
        except (WireError, ForgedError, *_UNREADABLE) as error:
            return Dropped(said.cabinet, f"{said.channel}: {error}")

    def welcome(self, greeting: Greeting, mark: Watermark, now_ms: int) -> Answer:
        """Tell a cabinet up to where its journal is held."""
        body = Welcome(
            protocol=PROTOCOL,
            epoch=greeting.epoch,
            w=mark.w,
            hw=mark.hw.hex(),
            time=now_ms,
            limits=self._limits,
        )
        return self._sealed(greeting.cabinet, Channel.WELCOME, body, greeting.nonce)

    def acks(self, cabinet: str, epoch: str, outcome: Outcome, nonce: str) -> Iterator[Answer]:
        """Acknowledge what is committed; more than one only when very many lines were refused."""
        refused = outcome.refused
        for start in range(0, max(1, len(refused)), REFUSED_PER_ACK):
            body = Ack(
                ep=epoch,
                w=outcome.mark.w,
                hw=outcome.mark.hw.hex(),
                refused=refused[start : start + REFUSED_PER_ACK],
            )
            yield self._sealed(cabinet, Channel.ACK, body, nonce)

    def _sealed(self, cabinet: str, channel: Channel, body: Welcome | Ack, nonce: str) -> Answer:
        at = topic(self._tenant, cabinet, channel)
        return Answer(at, seal(msgspec.json.encode(body), self._key, at, nonce))


def _presence(cabinet: str, payload: bytes) -> Letter:
    try:
        presence = _decode_presence(payload)
    except _UNREADABLE as error:
        return Dropped(cabinet, f"state: {error}")
    return Here(cabinet, presence.boot, presence.online)


def _signed(said: Place, topic_text: str, payload: bytes, key: PublicKey, known_ms: int) -> Letter:
    match said.channel:
        case Channel.HELLO:
            return _greeting(said.cabinet, topic_text, payload, key, known_ms)
        case Channel.UP:
            return _batch(said.cabinet, topic_text, payload, key, known_ms)
        case Channel.STATE | Channel.WELCOME | Channel.ACK:
            return Dropped(said.cabinet, f"a {said.channel}: not for the server to read")


def _greeting(cabinet: str, topic_text: str, payload: bytes, key: PublicKey, known_ms: int) -> Letter:
    if len(payload) > MAX_HELLO_BYTES:
        raise WireError(f"{len(payload)} bytes, {MAX_HELLO_BYTES} allowed")
    hello = _decode_hello(unseal(payload, key, topic_text))
    if PROTOCOL not in hello.protocols:
        return Dropped(cabinet, f"hello: speaks protocols {list(hello.protocols)[:8]}, this server {PROTOCOL}")
    if not 0 <= hello.uptimems <= _MAX_U63:
        return Dropped(cabinet, "hello: an uptime beyond 63 bits")
    return Greeting(
        cabinet=cabinet,
        epoch=hello.epoch,
        first=hello.first,
        last=hello.last,
        hlast=bytes.fromhex(hello.hlast),
        boot=hello.boot,
        uptime_ms=hello.uptimems,
        software=hello.software,
        nonce=hello.nonce,
        known_ms=known_ms,
    )


def _batch(cabinet: str, topic_text: str, payload: bytes, key: PublicKey, known_ms: int) -> Letter:
    sealed, lines = split_batch(payload)
    header = _decode_header(unseal(sealed, key, topic_text))
    if not header.n == len(lines) == header.b - header.a + 1:
        raise WireError(f"says {header.n} lines from {header.a} to {header.b} and holds {len(lines)}")
    if header.b > _MAX_U63:
        raise WireError("a sequence number beyond 63 bits")
    size = sum(map(len, lines))
    if size > MAX_BATCH_BYTES:
        raise WireError(f"lines of {size} bytes, {MAX_BATCH_BYTES} allowed")
    return Batch(
        cabinet=cabinet,
        epoch=header.ep,
        first=header.a,
        h=bytes.fromhex(header.h),
        lines=tuple(lines),
        known_ms=known_ms,
    )
