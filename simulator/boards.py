"""Lock boards as seen from the wire: what a real one does with the bytes it hears, and when it answers.

Written from the protocol tables (firmware_bridge/PROTOCOLS.md), never from our own encoders, so that a mistake would
have to be made twice. Pure: every time is given, in milliseconds, and never goes back.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final, Literal, Protocol

from simulator.doors import Door, LeafSwung, hang_doors

TURNAROUND_MS: Final = 20  # from the last byte of a request to the first of its reply
RESYNC_MS: Final = 20  # a request with a pause this long inside is dropped
MOST_REMEMBERED: Final = 10_000  # events; a story of hours


@dataclass(frozen=True, slots=True)
class CoilRan:
    """A coil was on, from `on_ms` to `off_ms`. Noted when it goes on, since the board's own timer ends it."""

    lock: int
    on_ms: int
    off_ms: int

    @property
    def at_ms(self) -> int:
        """When it went on."""
        return self.on_ms


@dataclass(slots=True)
class Quirks:
    """What real boards do beside the table. Each may be set and unset while the board runs."""

    noise_ahead: bytes = b""
    """Garbage sent right before every reply, as drivers and transceivers do when they wake."""
    late_ms: int = 0
    """How much later than usual replies are sent; the switches are read at the usual time."""
    mute: bool = False
    """It hears and obeys, and its replies get lost."""
    dead: bool = False
    """It has no power: coils fall, nothing is heard or said."""
    interlock: bool = True
    """It switches one coil at a time and ignores an unlock while one is on."""


class Twin(Protocol):
    """The board side of any protocol."""

    address: int
    baud: int
    doors: Mapping[int, Door]
    events: deque[CoilRan | LeafSwung]

    @property
    def next_ms(self) -> int | None:
        """When something will happen by itself, if it will."""

    def receive(self, now_ms: int, heard: bytes) -> None:
        """Bytes arrive on the wire."""

    def advance(self, now_ms: int) -> None:
        """Let happen what happens until now: coils fall, leaves pop, replies get ready."""

    def take_reply(self, now_ms: int) -> bytes:
        """What is on its way to the asker by now, once."""


class EightATwin:
    """An 8A board with its doors. `status_order` high_first puts locks 1-8 into the last status byte of a read-all."""

    def __init__(  # noqa: PLR0913  a board has this many switches and jumpers
        self,
        *,
        address: int = 1,
        channels: int = 24,
        feedback: Literal["closed_high", "open_high"] = "closed_high",
        status_order: Literal["high_first", "low_first"] = "high_first",
        pulse_ms: int = 300,
        baud: int = 9600,
        doors: Mapping[int, Door] | None = None,
    ) -> None:
        self.address = address
        self.channels = channels
        self.feedback = feedback
        self.status_order = status_order
        self.pulse_ms = pulse_ms
        self.baud = baud
        self.doors = hang_doors(channels) if doors is None else doors
        self.quirks = Quirks()
        self.events: deque[CoilRan | LeafSwung] = deque(maxlen=MOST_REMEMBERED)
        self.coil_log: deque[CoilRan] = deque(maxlen=MOST_REMEMBERED)
        self.requests: deque[tuple[int, bytes]] = deque(maxlen=MOST_REMEMBERED)
        """What this board was asked, and when."""
        self._heard = bytearray()
        self._heard_ms = 0
        self._said_ms = 0
        self._order = count()
        self._to_answer: list[tuple[int, int, bytes]] = []
        self._to_send: list[tuple[int, int, bytes]] = []
        self._coils_off_ms: dict[int, int] = {}
        for door in self.doors.values():
            door.on_move = self.events.append

    @property
    def next_ms(self) -> int | None:
        """When something will happen by itself, if it will."""
        queues = (queue[0][0] for queue in (self._to_answer, self._to_send) if queue)
        doors = (door.next_ms for door in self.doors.values() if door.next_ms is not None)
        return min((*queues, *doors, *self._coils_off_ms.values()), default=None)

    def receive(self, now_ms: int, heard: bytes) -> None:
        """Bytes arrive on the wire; each whole request to this address is obeyed at once and answered later."""
        self.advance(now_ms)
        if self.quirks.dead:
            return
        if now_ms - self._heard_ms >= RESYNC_MS:
            self._heard.clear()
        self._heard_ms = now_ms
        self._heard += heard
        while (request := self._next_request()) is not None:
            if request[1] == self.address:
                self.requests.append((now_ms, request))
                self._obey(now_ms, request)

    def advance(self, now_ms: int) -> None:
        """Let happen what happens until now: coils fall, leaves pop, replies get ready."""
        if self.quirks.dead:
            self._lose_power(now_ms)
        while self._to_answer and self._to_answer[0][0] <= now_ms:
            at_ms, _, request = heappop(self._to_answer)
            self._let_coils_fall(at_ms)
            reply = self.quirks.noise_ahead + self._reply(at_ms, request)
            if not self.quirks.mute:
                self._said_ms = max(self._said_ms, at_ms + self.quirks.late_ms)  # replies never overtake each other
                heappush(self._to_send, (self._said_ms, next(self._order), reply))
        self._let_coils_fall(now_ms)
        for door in self.doors.values():
            door.settle(now_ms)

    def take_reply(self, now_ms: int) -> bytes:
        """What is on its way to the asker by now, once."""
        self.advance(now_ms)
        said = b""
        while self._to_send and self._to_send[0][0] <= now_ms:
            said += heappop(self._to_send)[2]
        return said

    def _next_request(self) -> bytes | None:
        """Take the first well-formed request out of what was heard, and all bytes before it; None: not yet."""
        heard = self._heard
        while heard:
            if heard[0] not in (0x80, 0x8A):
                del heard[0]
                continue
            if len(heard) < 5:
                return None
            length = 5
            if heard[0] == 0x8A and heard[3] == 0x11 and 1 <= heard[4] <= 9:  # a pulse in seconds
                length = 6
            if len(heard) < length:
                return None
            request = bytes(heard[:length])
            if _check_byte(request[:-1]) == request[-1]:
                del heard[:length]
                return request
            del heard[0]
        return None

    def _obey(self, now_ms: int, request: bytes) -> None:
        head, _, lock, function = request[:4]
        if head == 0x8A and function == 0x11 and 1 <= lock <= self.channels:
            self._pulse(now_ms, lock, request[4] * 1000 if len(request) == 6 else self.pulse_ms)
        elif not (head == 0x80 and function == 0x33 and 0 <= lock <= self.channels):
            return
        heappush(self._to_answer, (now_ms + TURNAROUND_MS, next(self._order), request))

    def _pulse(self, now_ms: int, lock: int, pulse_ms: int) -> None:
        if lock in self._coils_off_ms or (self.quirks.interlock and self._coils_off_ms):
            return
        self._coils_off_ms[lock] = now_ms + pulse_ms
        ran = CoilRan(lock, now_ms, now_ms + pulse_ms)
        self.coil_log.append(ran)
        self.events.append(ran)
        self.doors[lock].coil_on(now_ms)

    def _let_coils_fall(self, now_ms: int) -> None:
        for lock, off_ms in sorted(self._coils_off_ms.items(), key=lambda coil: coil[1]):
            if off_ms <= now_ms:
                del self._coils_off_ms[lock]
                self.doors[lock].coil_off(off_ms)

    def _lose_power(self, now_ms: int) -> None:
        self._let_coils_fall(now_ms)
        for lock in tuple(self._coils_off_ms):
            del self._coils_off_ms[lock]
            self.doors[lock].coil_off(now_ms)
        self._heard.clear()
        self._to_answer.clear()
        self._to_send.clear()

    def _reply(self, at_ms: int, request: bytes) -> bytes:
        head, board, lock = request[:3]
        if lock:
            body = bytes((head, board, lock, 0x11 if self._is_high(at_ms, lock) else 0x00))
        else:
            groups = 3 if self.channels <= 24 else 7
            status = [0] * groups
            for number in range(1, self.channels + 1):
                status[(number - 1) // 8] |= self._is_high(at_ms, number) << (number - 1) % 8
            if self.status_order == "high_first":
                status.reverse()
            body = bytes((head, board, *status, 0x33))
        return body + bytes((_check_byte(body),))

    def _is_high(self, at_ms: int, lock: int) -> bool:
        """The switch input's level: which way round is a matter of wiring. An input without a lock stays low."""
        return self.doors[lock].switch_says_open(at_ms) is (self.feedback == "open_high")


def _check_byte(body: bytes) -> int:
    check = 0
    for byte in body:
        check ^= byte
    return check
