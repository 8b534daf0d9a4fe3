"""A lock board at the end of a serial line, of whatever protocol its profile names."""

from collections.abc import Mapping
from typing import Final

from firmware_bridge.board import BoardProfile, DoorReading, Feedback, Refused, Sent, Silent
from firmware_bridge.codec.frame import Frame
from firmware_bridge.codec.protocols import PROTOCOLS
from firmware_bridge.codec.question import Question, ReadAll, ReadOne, Unlock
from firmware_bridge.errors import BoardTimeout
from firmware_bridge.exchange import Exchange

TRIES: Final = 3  # a reading is asked for again twice: it moves nothing, and two losses in a row are a fault
_FRAME_BITS: Final = 10  # a byte on an 8N1 line
_BOTH_WAYS: Final = 24  # bytes: more than the longest question and answer of any protocol together


class SerialBoard:
    """A LockBoard over an Exchange."""

    def __init__(self, profile: BoardProfile, exchange: Exchange) -> None:
        self.profile = profile
        self._exchange = exchange
        self._codec = PROTOCOLS[profile.protocol]

    def unlock(self, lock: int) -> Sent | Refused | Silent:
        """Ask once for one pulse. A board that is not known to listen is greeted first, and refused if it is mute."""
        if lock not in self.profile.numbers:
            return Refused(f"board {self.profile.name} has no lock {lock}: its locks are 1 to {self.profile.channels}")
        if not self._exchange.trusts(self.profile.address) and not self.identify():
            return Refused(f"board {self.profile.name} does not answer, so nothing was sent")
        try:
            # Whether boards answer before or after the pulse is disputed, so wait for both.
            self._ask(Unlock(self.profile.address, lock), self.profile.pulse_ms)
        except BoardTimeout as silence:
            return Silent(str(silence))
        return Sent()

    def read(self) -> Mapping[int, DoorReading]:
        """How every door stands; all unknown after three silences."""
        return self._readings(self._insist(ReadAll(self.profile.address)))

    def read_once(self) -> Mapping[int, DoorReading]:
        """The same as read(), but a single silence is enough. For a caller who has other things to do in between."""
        try:
            return self._readings(self._ask(ReadAll(self.profile.address)))
        except BoardTimeout:
            return self._readings(None)

    def read_one(self, lock: int) -> DoorReading:
        """How one door stands; unknown after three silences."""
        if lock not in self.profile.numbers:
            return DoorReading.UNKNOWN
        return self._readings(self._insist(ReadOne(self.profile.address, lock)))[lock]

    def safe_state(self) -> None:
        """Nothing to switch off: every pulse we ask for is ended by the board's own timer."""

    def identify(self) -> bool:
        """Whether a board answers at this address."""
        return self._insist(self._codec.hello(self.profile.address)) is not None

    def _insist(self, question: Question) -> Frame | None:
        for _ in range(TRIES):
            try:
                return self._ask(question)
            except BoardTimeout:
                continue
        return None

    def _ask(self, question: Question, longer_ms: int = 0) -> Frame:
        wire_ms = _BOTH_WAYS * _FRAME_BITS * 1000 // self.profile.baud
        timeout_ms = self.profile.reply_timeout_ms + wire_ms + longer_ms
        return self._exchange.ask(self._codec, question, locks=self.profile.channels, timeout_ms=timeout_ms)

    def _readings(self, frame: Frame | None) -> Mapping[int, DoorReading]:
        levels = {} if frame is None else self._codec.levels(frame, self.profile.status_order)
        closed_when = self.profile.feedback is Feedback.CLOSED_HIGH
        return {
            number: DoorReading.UNKNOWN
            if (level := levels.get(number)) is None
            else (DoorReading.CLOSED if level is closed_when else DoorReading.OPEN)
            for number in self.profile.numbers
        }
