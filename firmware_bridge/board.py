"""A lock board as the house sees it: how it is built and wired, what it can be asked, what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from firmware_bridge.codec.frame import StatusOrder
from firmware_bridge.codec.protocols import PROTOCOLS
from firmware_bridge.errors import WrongProfile

LONGEST_PULSE_MS: Final = 3000  # no solenoid in the trade is made for more; the budget's own cap is lower by default


class DoorReading(StrEnum):
    """How a door stands by its switch. `unknown`: nobody can say now."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Feedback(StrEnum):
    """What a high switch input means. It is a matter of wiring, so no protocol can tell."""

    CLOSED_HIGH = "closed_high"
    OPEN_HIGH = "open_high"


class Echo(StrEnum):
    """Whether the adapter hears its own sending; `auto` finds out with a question whose reply must differ."""

    AUTO = "auto"
    TRUE = "true"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class BoardProfile:
    """How one board is built and wired; a clone of a known board is a new profile. WrongProfile when impossible."""

    name: str
    protocol: str = "8a"
    address: int = 1
    channels: int = 24
    baud: int = 9600
    feedback: Feedback = Feedback.CLOSED_HIGH
    status_order: StatusOrder = StatusOrder.HIGH_FIRST
    pulse_ms: int = 300
    """How long the board's own timer keeps a coil on. 300 is what 8A boards are sold with."""
    echo: Echo = Echo.AUTO
    reply_timeout_ms: int = 150
    """Silence after which a question counts as unanswered, wire time apart. Boards answer within 20 ms; a USB adapter
    may sit on bytes for 16 ms in each direction; the rest is margin for a loaded computer."""

    def __post_init__(self) -> None:
        codec = PROTOCOLS.get(self.protocol)
        if codec is None:
            raise WrongProfile(f"board {self.name}: protocol {self.protocol!r} is none of {', '.join(PROTOCOLS)}")
        for key, value, allowed in (
            ("address", self.address, codec.ADDRESSES),
            ("channels", self.channels, codec.LOCKS),
            ("baud", self.baud, range(1200, 1_000_001)),
            ("pulse_ms", self.pulse_ms, range(1, LONGEST_PULSE_MS + 1)),
            ("reply_timeout_ms", self.reply_timeout_ms, range(1, 5001)),
        ):
            if value not in allowed:
                raise WrongProfile(f"board {self.name}: {key} is {value}; allowed: {allowed[0]} to {allowed[-1]}")

    @property
    def numbers(self) -> range:
        """The lock numbers of this board."""
        return range(1, self.channels + 1)


@dataclass(frozen=True, slots=True)
class Sent:
    """The board answered the unlock request. Whether a door opened, only its switch can say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent, and `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Silent:
    """The board did not answer: the bolt may or may not have moved. Look at the door before asking again."""

    why: str


class LockBoard(Protocol):
    """One lock board. Every call may block for its reply's time-out; all but the pure ones may raise LineLost."""

    @property
    def profile(self) -> BoardProfile:
        """How this board is built and wired."""

    def unlock(self, lock: int) -> Sent | Refused | Silent:
        """Ask once for one pulse of the lock's coil, timed by the board. Never retried here."""

    def read(self) -> Mapping[int, DoorReading]:
        """How every door stands, by lock number; all `unknown` when the board stays silent after two more tries."""

    def read_one(self, lock: int) -> DoorReading:
        """How one door stands; `unknown` when the board stays silent after two more tries or has no such lock."""

    def safe_state(self) -> None:
        """Switch off whatever could still be on. For the moment after connecting."""

    def identify(self) -> bool:
        """Whether a board answers at this address. Moves nothing."""
