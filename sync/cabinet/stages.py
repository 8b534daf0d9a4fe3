"""This file knows the words of the post's session: its stages, what can happen to it, and what it asks for. Pure.

Waiting ──▶ Opening ──▶ Greeting ──▶ Draining ◀──▶ Differing
   ▲           │            │            │             │
   └───────────┴────────────┴────────────┴─────────────┘   refused, lost, or silent for too long
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sync import link
from sync.cabinet.letters import Batch, Route, Tip
from sync.link import Version
from sync.topics import Channel
from sync.wire import Ack, Limits, Refused, Welcome


@dataclass(frozen=True, slots=True)
class Luck:
    """Fresh randomness for one step, used or not."""

    jitter: float
    """0 ≤ jitter < 1."""
    nonce: str
    """32 hex digits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """No connection, and none tried until then."""

    until_ms: int


@dataclass(frozen=True, slots=True)
class Opening:
    """Dialling, or waiting for the broker's word."""

    version: Version
    until_ms: int | None
    """When the broker's silence ends it; None while dialling, which ends by itself."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Connected to the broker; the server has not answered this connection's hello."""

    nonce: str
    said_ms: int
    again_ms: int
    """When hello is said again."""
    times: int
    """How often it was said."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch that waits for its acknowledgement."""

    batch: Batch
    sent_ms: int
    again: bool
    """Sent before on this connection: its acknowledgement says nothing about the round trip."""


@dataclass(frozen=True, slots=True)
class Draining:
    """Welcomed: lines go up as fast as the server takes them."""

    nonce: str
    limits: Limits
    w: int
    """The server has everything up to here."""
    w_hash: bytes
    sent: int
    """Handed over up to here."""
    sent_hash: bytes
    reach: int
    """The highest line ever handed over on this connection."""
    welcomed_ms: int
    heard_ms: int
    """When the server last moved on, or hello was last said."""
    moved_ms: int
    """Since when the oldest batch waits."""
    patience_ms: int
    """How long it may."""
    flight: tuple[Flight, ...] = ()
    misses: int = 0
    """How often in a row patience ended."""
    reading: bool = False
    asked: bool = False
    """Hello was said again and is not answered."""
    quiet_until_ms: int = 0
    """The server asked for a pause."""


@dataclass(frozen=True, slots=True)
class Differing:
    """The server's history is not ours: nothing is sent and nothing removed until a welcome fits again."""

    nonce: str
    again_ms: int


Stage: TypeAlias = Waiting | Opening | Greeting | Draining | Differing


@dataclass(frozen=True, slots=True)
class Tally:
    """What was dropped, counted since the start; each is harmless, many are worth a look."""

    unasked: int = 0
    """On a topic that was not subscribed by its exact name."""
    retained: int = 0
    """Kept by the broker from another time."""
    forged: int = 0
    malformed: int = 0
    stale: int = 0
    """Rightly signed, but nobody was waiting for it."""


@dataclass(frozen=True, slots=True)
class Session:
    """The whole of the post's mind."""

    route: Route
    epoch: str
    tip: Tip
    stage: Stage
    attempt: int = 0
    """Failures in a row since a welcome last held."""
    cap_ms: int = 300_000
    """The longest wait between attempts; the server may shorten it."""
    why: str = "connecting"
    """What stands between the journal and the server; empty when nothing does."""
    tally: Tally = field(default_factory=Tally)

    @property
    def online(self) -> bool:
        """Whether the server takes our lines."""
        return isinstance(self.stage, Draining)

    def at(self, stage: Stage, why: str | None = None) -> "Session":
        """Return the same session at this stage."""
        return replace(self, stage=stage, why=self.why if why is None else why)


# What can happen, besides what happens to the connection.


@dataclass(frozen=True, slots=True)
class Woken:
    """The time that was asked for may have come."""


@dataclass(frozen=True, slots=True)
class Grown:
    """The journal has changed."""

    tip: Tip


@dataclass(frozen=True, slots=True)
class Dialled:
    """Dialling has ended; whether anybody answered comes as an event of its own."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the journal holds after a line."""

    after: int
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """The journal's own hash at the letter's w."""

    letter: Welcome | Ack
    nonce: str
    ours: bytes | None
    """None when there is no such line."""


Event: TypeAlias = link.Event | Woken | Grown | Dialled | Page | Looked


# What is asked for.


@dataclass(frozen=True, slots=True)
class Open:
    """Open a connection, with the route's subscriptions and will; then say `Dialled`."""

    version: Version


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""


@dataclass(frozen=True, slots=True)
class Say:
    """Publish on one of the cabinet's channels. If it cannot be handed over, it counts as lost on the way."""

    channel: Channel
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Read lines from the journal; the answer is a `Page`."""

    after: int
    max_lines: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Look:
    """Look up the journal's hash at the letter's w; the answer is `Looked`."""

    letter: Welcome | Ack
    nonce: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server has committed everything up to here; the lines that it set aside are named."""

    epoch: str
    upto: int
    refused: tuple[Refused, ...]


Output: TypeAlias = Open | Close | Say | Read | Look | Delivered


@dataclass(frozen=True, slots=True)
class Step:
    """What one event leads to."""

    session: Session
    outputs: tuple[Output, ...] = ()
    wake_at_ms: int | None = None
    """When `Woken` is wanted; None: not before something else happens."""
