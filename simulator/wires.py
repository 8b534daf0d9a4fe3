"""Board twins on a pair of wires with an adapter at its end, on given times, and that adapter in memory.

Several boards may share one pair. The adapter may echo what is sent through it, and the pair may spoil bytes.
"""

import errno
from collections.abc import Callable, Sequence
from typing import Final

from simulator.boards import CoilRan, Twin
from simulator.doors import Door, LeafSwung
from simulator.uart import misheard

_MOST_BUFFERED: Final = 4096  # bytes nobody has read yet; a tty drops what exceeds its buffer, too


class Pair:
    """Two wires with boards on them and an adapter at the end. Pure: times are given, in milliseconds."""

    def __init__(self, twins: Sequence[Twin], *, echo: bool) -> None:
        self.twins = tuple(twins)
        self.echo = echo
        self.spoil: Callable[[bytes], bytes] = bytes
        """What the pair does to replies: nothing, unless said otherwise."""
        self.spoil_request: Callable[[bytes], bytes] = bytes
        """What the pair does to requests."""
        self._echoed = b""

    @property
    def next_ms(self) -> int | None:
        """When something will happen by itself, if it will."""
        return min((twin.next_ms for twin in self.twins if twin.next_ms is not None), default=None)

    def send(self, now_ms: int, raw: bytes, baud: int) -> None:
        """The adapter puts bytes on the pair; every board hears them."""
        if self.echo:
            self._echoed += raw
        for twin in self.twins:
            twin.receive(now_ms, misheard(self.spoil_request(raw), baud, twin.baud))

    def take(self, now_ms: int, baud: int) -> bytes:
        """What the adapter hears by now, once; doors and coils act until now."""
        heard, self._echoed = self._echoed, b""
        for twin in self.twins:
            if reply := twin.take_reply(now_ms):
                heard += misheard(self.spoil(reply), twin.baud, baud)
        return heard

    def at(self, address: int) -> Twin:
        """The board at this address."""
        return next(twin for twin in self.twins if twin.address == address)

    def take_events(self) -> list[tuple[Twin, CoilRan | LeafSwung]]:
        """What has happened at the boards since this was last asked, in order of time."""
        happened = [(twin, twin.events.popleft()) for twin in self.twins for _ in range(len(twin.events))]
        return sorted(happened, key=lambda event: event[1].at_ms)


class MemoryWire:
    """A pair on virtual time, which passes only while somebody reads, or by `pass_time`. For one thread."""

    def __init__(self, *twins: Twin, echo: bool = False) -> None:
        self.pair = Pair(twins, echo=echo)
        self._now_ms = 1_000
        self._arrived = bytearray()
        self._plugged = True
        self._holder: MemoryPort | None = None

    def now_ms(self) -> int:
        """The time on this wire."""
        return self._now_ms

    def pass_time(self, wait_ms: int) -> None:
        """Let time pass; boards and doors act at their exact times."""
        until_ms = self._now_ms + wait_ms
        while self._step(until_ms):
            pass

    def pull(self, lock: int, board: int = 1) -> bool:
        """A person pulls at a leaf. Whether it is open now."""
        return self._door(lock, board).pull(self._now_ms)

    def push(self, lock: int, board: int = 1) -> bool:
        """A person pushes a leaf shut. Whether it is shut now."""
        return self._door(lock, board).push(self._now_ms)

    def is_open(self, lock: int, board: int = 1) -> bool:
        """Whether a leaf is open: the truth."""
        return self._door(lock, board).is_open(self._now_ms)

    def plug(self) -> None:
        """Put the adapter into the computer."""
        self._plugged = True

    def unplug(self) -> None:
        """Pull the adapter out; who holds it finds out on the next call."""
        self._plugged = False
        self._holder = None

    def stray(self, raw: bytes) -> None:
        """Bytes out of nowhere arrive at the adapter."""
        self._arrived += raw

    def open(self, _url: str, baud: int) -> "MemoryPort":
        """The adapter as a program opens it. OSError when it is unplugged or in somebody's hands."""
        if not self._plugged:
            raise FileNotFoundError(errno.ENOENT, "no such device")
        if self._holder is not None:
            raise BlockingIOError(errno.EAGAIN, "could not exclusively lock port")
        self._arrived.clear()
        self._holder = MemoryPort(self, baud)
        return self._holder

    def close(self, holder: "MemoryPort") -> None:
        """A program gives the adapter back."""
        if self._holder is holder:
            self._holder = None

    def buffer(self, holder: "MemoryPort") -> bytearray:
        """What has arrived for the holder of the adapter. OSError when it is no longer there."""
        if self._holder is not holder:
            raise OSError(errno.EIO, "input/output error")
        return self._arrived

    def wait_for_bytes(self, until_ms: int) -> None:
        """Let time pass until bytes arrive, or `until_ms`."""
        while not self._arrived and self._step(until_ms):
            pass

    def _door(self, lock: int, board: int) -> Door:
        twin = self.pair.at(board)
        twin.advance(self._now_ms)
        return twin.doors[lock]

    def _step(self, until_ms: int) -> bool:
        """Go to the next moment at which something happens. Whether it is before the end."""
        next_ms = self.pair.next_ms
        self._now_ms = max(self._now_ms, until_ms if next_ms is None else min(next_ms, until_ms))
        baud = 9600 if self._holder is None else self._holder.baud
        self._arrived += self.pair.take(self._now_ms, baud)
        del self._arrived[:-_MOST_BUFFERED]
        return self._now_ms < until_ms


class MemoryPort:
    """The adapter in a program's hands: the part of a serial port that drivers use, on the wire's virtual time."""

    def __init__(self, wire: MemoryWire, baud: int) -> None:
        self.baud = baud
        self.timeout: float | None = 0.0
        self._wire = wire

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read at once."""
        return len(self._wire.buffer(self))

    def read(self, size: int = 1) -> bytes:
        """At most `size` bytes, as soon as there are any; empty after `timeout` seconds of virtual time."""
        buffer = self._wire.buffer(self)
        if not buffer and size:
            self._wire.wait_for_bytes(self._wire.now_ms() + round((self.timeout or 0.0) * 1000))
        taken = bytes(buffer[:size])
        del buffer[:size]
        return taken

    def write(self, raw: bytes) -> int:
        """Send all of it; takes no time."""
        self._wire.buffer(self)
        self._wire.pair.send(self._wire.now_ms(), raw, self.baud)
        return len(raw)

    def reset_input_buffer(self) -> None:
        """Throw away what has arrived."""
        self._wire.buffer(self).clear()

    def close(self) -> None:
        """Give the adapter back."""
        self._wire.close(self)
