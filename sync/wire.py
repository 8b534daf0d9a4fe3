"""This file knows the bytes between cabinet and server: a fact's line, the chain, batches and messages.

Stored bytes = sent bytes = hashed bytes: a line is encoded once, when the fact is written. Pure.
"""

import hashlib
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec

from sync.facts import BY_TYPE, AnyFact, Fact, UnknownFact, subject, type_name
from sync.stamp import Clock, Stamp

PROTOCOL: Final = 1
GENESIS: Final = bytes(32)
"""h(0): what the first line's hash is chained to."""
MAX_LINES: Final = 500
MAX_BATCH_BYTES: Final = 256 * 1024
"""A batch before zlib, lines only."""
MAX_SENT_BYTES: Final = 64 * 1024
"""A batch as sent."""
MAX_LINE_BYTES: Final = 16 * 1024
"""No fact is near this; a batch must always hold at least one line, compressed or not."""
MAX_HEADER_BYTES: Final = 1024
COMPRESS_FROM_LINES: Final = 10
"""Below ten lines zlib saves little and a person with mosquitto_sub wants to read live facts."""
WINDOW: Final = 4
"""Batches that may wait for an ack at once."""
_SOURCE = "/cabinet/"
_MAX_U63 = 2**63 - 1
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)

# A length besides the pattern: `$` alone lets a newline pass.
Hex16 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$", max_length=16)]
Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Hex64 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=_MAX_U63)]


class WireError(ValueError):
    """The other side sent what this contract does not allow; the text says what."""


class _CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CloudEvents 1.0 in the order in which we write it; extensions are strings, since an Integer has 32 bits."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: str | None = None
    datacontenttype: Literal["application/json"]
    sequence: Annotated[str, msgspec.Meta(pattern="^[0-9]{20}$", max_length=20)]
    epoch: Hex16
    boot: Hex16
    uptimems: Annotated[str, msgspec.Meta(pattern="^(0|[1-9][0-9]{0,18})$", max_length=19)]
    clock: Clock
    data: msgspec.Raw


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line understood."""

    cabinet: str
    epoch: str
    seq: int
    stamp: Stamp
    fact: AnyFact | UnknownFact


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """The cabinet introduces its journal; sent until `Welcome` comes."""

    protocols: tuple[int, ...]
    epoch: Hex16
    first: Seq
    last: Seq
    hlast: Hex64
    boot: Hex16
    uptimems: int
    software: str
    versions: dict[str, int]
    nonce: Hex32


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the server wants a cabinet to keep to."""

    lines: Annotated[int, msgspec.Meta(ge=1, le=MAX_LINES)] = MAX_LINES
    bytes: Annotated[int, msgspec.Meta(ge=MAX_LINE_BYTES, le=MAX_BATCH_BYTES)] = MAX_BATCH_BYTES
    window: Annotated[int, msgspec.Meta(ge=1, le=WINDOW)] = WINDOW
    backoff_s: Annotated[int, msgspec.Meta(ge=1, le=300)] = 300


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """The server says up to where it holds this epoch."""

    protocol: int
    epoch: Hex16
    w: Seq
    hw: Hex64
    time: int
    """Server time, Unix milliseconds."""
    limits: Limits


class BatchHeader(msgspec.Struct, frozen=True, kw_only=True):
    """n lines from seq a to b; h = h(b)."""

    ep: Hex16
    a: Annotated[int, msgspec.Meta(ge=1)]
    b: Annotated[int, msgspec.Meta(ge=1)]
    n: Annotated[int, msgspec.Meta(ge=1, le=MAX_LINES)]
    h: Hex64


class Refused(msgspec.Struct, frozen=True):
    """A line that the server set aside, and why; it is acknowledged all the same."""

    seq: int
    why: str


class Ack(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Committed up to w, whose chained hash is hw."""

    ep: Hex16
    w: Seq
    hw: Hex64
    refused: tuple[Refused, ...] = ()
    pause_ms: int = 0


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The retained `state`; also the will. One of an older boot is ignored."""

    boot: Hex16
    online: bool


def chain(before: bytes, line: bytes) -> bytes:
    """h(n) = SHA-256(h(n-1) ‖ line n)."""
    return hashlib.sha256(before + line).digest()


def encode_line(cabinet: str, epoch: str, seq: int, stamp: Stamp, fact: Fact) -> bytes:
    """The finished bytes of one fact, without a newline."""
    time = None if stamp.utc_ms is None else _rfc3339(stamp.utc_ms)
    return msgspec.json.encode(
        _CloudEvent(
            specversion="1.0",
            id=f"{cabinet}.{epoch}.{seq}",
            source=f"{_SOURCE}{cabinet}",
            type=type_name(type(fact)),
            subject=subject(fact),
            time=time,
            datacontenttype="application/json",
            sequence=f"{seq:020d}",
            epoch=epoch,
            boot=stamp.boot,
            uptimems=str(stamp.uptime_ms),
            clock=stamp.clock,
            data=msgspec.Raw(msgspec.json.encode(fact)),
        )
    )


_decode_event = msgspec.json.Decoder(_CloudEvent).decode
_decode_fact = {name: msgspec.json.Decoder(fact).decode for name, fact in BY_TYPE.items()}


def decode_line(line: bytes) -> Entry:
    """Understand one line; WireError says what is wrong with it. Unknown fields are ignored, unknown types kept."""
    if len(line) > MAX_LINE_BYTES:
        raise WireError(f"line of {len(line)} bytes, {MAX_LINE_BYTES} allowed")
    try:
        event = _decode_event(line)
        decoder = _decode_fact.get(event.type)
        fact = UnknownFact(type=event.type, raw=bytes(event.data)) if decoder is None else decoder(event.data)
        stamp = Stamp(
            boot=event.boot,
            uptime_ms=int(event.uptimems),
            clock=event.clock,
            utc_ms=None if event.time is None else _utc_ms(event.time),
        )
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise WireError(f"not a fact: {error}") from error
    cabinet = event.source.removeprefix(_SOURCE)
    seq = int(event.sequence)
    if event.source != _SOURCE + cabinet or event.id != f"{cabinet}.{event.epoch}.{seq}":
        raise WireError("id does not fit source, epoch and sequence")
    if not 1 <= seq <= _MAX_U63 or stamp.uptime_ms > _MAX_U63:
        raise WireError("sequence or uptimems beyond 63 bits, or a sequence of none")
    return Entry(cabinet=cabinet, epoch=event.epoch, seq=seq, stamp=stamp, fact=fact)


def encode_batch(header: bytes, lines: Sequence[bytes]) -> bytes:
    """Sealed header and lines as one message, compressed from ten lines up."""
    plain = b"\n".join((header, *lines))
    return zlib.compress(plain, 1) if len(lines) >= COMPRESS_FROM_LINES else plain


def split_batch(message: bytes) -> tuple[bytes, list[bytes]]:
    """Take a batch apart into the sealed header and its lines; WireError beyond the limits (a zlib bomb too)."""
    if len(message) > MAX_SENT_BYTES:
        raise WireError(f"batch of {len(message)} bytes, {MAX_SENT_BYTES} allowed")
    plain = _inflate(message) if message[:1] != b"{" else message
    header, _, rest = plain.partition(b"\n")
    lines = rest.split(b"\n")
    if len(lines) > MAX_LINES or len(header) > MAX_HEADER_BYTES:
        raise WireError(f"batch of {len(lines)} lines, header of {len(header)} bytes")
    return header, lines


def _inflate(message: bytes) -> bytes:
    limit = MAX_BATCH_BYTES + MAX_HEADER_BYTES + MAX_LINES
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(message, limit)
    except zlib.error as error:
        raise WireError(f"batch is neither JSON nor zlib: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise WireError(f"batch inflates beyond {limit} bytes, or is cut off")
    return plain


def _rfc3339(utc_ms: int) -> str:
    at = _EPOCH_START + timedelta(milliseconds=utc_ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _utc_ms(text: str) -> int:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"time without a zone: {text!r}")
    return (at - _EPOCH_START) // timedelta(milliseconds=1)
