"""Board twins behind a pseudo-terminal, on real time: any program opens the path as it would open an adapter."""

import os
import select
import termios
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from simulator.boards import CoilRan, Twin
from simulator.doors import LeafSwung
from simulator.wires import Pair

_JOIN_WITHIN_S: Final = 5.0  # the pump wakes at once when told to; longer means that a listener blocks
_LONGEST_NAP_S: Final = 1.0
_SPEEDS: Final = {
    getattr(termios, name): int(name[1:]) for name in dir(termios) if name[0] == "B" and name[1:].isdigit()
}


@dataclass(frozen=True, slots=True)
class CoilPulsed:
    """A coil went on, at this time.monotonic()."""

    lock: int
    at_s: float
    board: int = 1


@dataclass(frozen=True, slots=True)
class LeafMoved:
    """A leaf opened or closed, at this time.monotonic()."""

    lock: int
    open: bool
    at_s: float
    board: int = 1


Event = CoilPulsed | LeafMoved


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class PtyWire:
    """A pair behind a PTY that is plugged in at once. All methods may be called from any thread.

    `listen` is called from the pump's thread and must not block. `link`, when given, is a symbolic link that always
    leads to the present PTY, as /dev/serial/by-id does. Use it as a context, or `close` it. FileExistsError if `link`
    is somebody's: anything but a link that leads to a PTY or nowhere. Another OSError if it cannot be made.
    """

    def __init__(
        self,
        *twins: Twin,
        echo: bool = False,
        link: Path | None = None,
        listen: Callable[[Event], None] = lambda _event: None,
    ) -> None:
        self._pair = Pair(twins, echo=echo)
        self._link = link
        self._listen = listen
        self._lock = threading.Lock()
        self._pump: _Pump | None = None
        self.plug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The path to open."""
        if self._pump is None:
            raise FileNotFoundError("the adapter is unplugged")
        return self._pump.path if self._link is None else str(self._link)

    def plug(self) -> None:
        """Put the adapter in: a new PTY, and the link leads to it. OSError as the class says."""
        if self._pump is not None:
            return
        pump = _Pump(self._pair, self._lock, self._listen)
        if self._link is not None:
            try:
                _lead(self._link, pump.path)
            except OSError:
                pump.close()
                raise
        self._pump = pump

    def unplug(self) -> None:
        """Pull the adapter out: the PTY is gone, and the link if it still leads there. Boards keep their power."""
        with self._lock:
            pump, self._pump = self._pump, None
        if pump is None:
            return
        if self._link is not None and _leads_to(self._link) == pump.path:
            self._link.unlink(missing_ok=True)
        pump.close()

    close = unplug

    def now_ms(self) -> int:
        """The time on this wire: time.monotonic() in milliseconds."""
        return _now_ms()

    def pull(self, lock: int, board: int = 1) -> bool:
        """A person pulls at a leaf. Whether it is open now."""
        return self._touch(board, lambda twin, now_ms: twin.doors[lock].pull(now_ms))

    def push(self, lock: int, board: int = 1) -> bool:
        """A person pushes a leaf shut. Whether it is shut now."""
        return self._touch(board, lambda twin, now_ms: twin.doors[lock].push(now_ms))

    def turn_key(self, lock: int, board: int = 1) -> bool:
        """A volunteer opens a door with the mechanical key. Whether it is open now."""

        def turn(twin: Twin, now_ms: int) -> bool:
            twin.doors[lock].unlock_by_key(now_ms)
            return twin.doors[lock].is_open(now_ms)

        return self._touch(board, turn)

    def is_open(self, lock: int, board: int = 1) -> bool:
        """Whether a leaf is open: the truth."""
        return self._touch(board, lambda twin, now_ms: twin.doors[lock].is_open(now_ms))

    def _touch(self, board: int, act: Callable[[Twin, int], bool]) -> bool:
        twin = self._pair.at(board)
        with self._lock:
            now_ms = _now_ms()
            twin.advance(now_ms)
            done = act(twin, now_ms)
            if self._pump is not None:
                self._pump.wake()
        return done

    def stray(self, raw: bytes) -> None:
        """Bytes out of nowhere arrive at the adapter."""
        with self._lock:
            if self._pump is not None:
                self._pump.say(raw)


class _Pump:
    """One PTY and the thread that carries bytes and time between it and the pair."""

    def __init__(self, pair: Pair, lock: threading.Lock, listen: Callable[[Event], None]) -> None:
        self._pair = pair
        self._lock = lock
        self._listen = listen
        self._master, self._slave = os.openpty()  # the slave stays open here, or reading before anybody opens is EIO
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._woken, self._waker = os.pipe()
        self._stopping = False
        self.path = os.ttyname(self._slave)
        self._thread = threading.Thread(target=self._run, name=f"pump {self.path}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at the pair now."""
        os.write(self._waker, b"!")

    def say(self, raw: bytes) -> None:
        """Let the program hear these bytes."""
        if not raw:
            return
        try:
            os.write(self._master, raw)
        except BlockingIOError:
            return  # nobody reads, and the tty's buffer is full: a UART overruns, too

    def close(self) -> None:
        """End the thread and the PTY. Blocks for as long as a listener takes, 5 s at most."""
        self._stopping = True
        self.wake()
        self._thread.join(_JOIN_WITHIN_S)
        for fd in (self._master, self._slave, self._woken, self._waker):
            os.close(fd)

    def _run(self) -> None:
        while not self._stopping:
            nap_s = self._serve()
            ready, _, _ = select.select([self._master, self._woken], [], [], nap_s)
            if self._woken in ready:
                os.read(self._woken, 4096)
            if self._master in ready:
                raw = os.read(self._master, 4096)
                with self._lock:
                    self._pair.send(_now_ms(), raw, self._baud())

    def _serve(self) -> float:
        """Carry replies out and tell events. How long nothing will happen, in seconds."""
        with self._lock:
            now_ms = _now_ms()
            heard = self._pair.take(now_ms, self._baud())
            happened = self._pair.take_events()
            next_ms = self._pair.next_ms
        self.say(heard)
        for twin, event in happened:
            self._listen(_told(twin, event))
        return _LONGEST_NAP_S if next_ms is None else min(max(next_ms - now_ms, 0) / 1000, _LONGEST_NAP_S)

    def _baud(self) -> int:
        return _SPEEDS[termios.tcgetattr(self._slave)[5]]


def _lead(link: Path, path: str) -> None:
    """Let `link` lead to `path`, at once and without a moment in which it is missing."""
    fresh = link.with_name(link.name + ".new")
    for place in (link, fresh):
        if not _is_free(place):
            raise FileExistsError(f"{place} is there already and is no link to a PTY: name another path")
    fresh.unlink(missing_ok=True)  # of a board that was killed between the next two lines
    fresh.symlink_to(path)
    fresh.replace(link)


def _is_free(place: Path) -> bool:
    """Whether nobody misses what is there: nothing, a link that leads nowhere, or a link to a PTY."""
    if not os.path.lexists(place):
        return True
    target = _leads_to(place)
    return target is not None and (target.startswith("/dev/pts/") or not place.exists())


def _leads_to(link: Path) -> str | None:
    """Where a symbolic link leads; None when there is none."""
    try:
        return str(link.readlink())
    except OSError:
        return None


def _told(twin: Twin, event: CoilRan | LeafSwung) -> Event:
    match event:
        case CoilRan(lock=lock, on_ms=on_ms):
            return CoilPulsed(lock, on_ms / 1000, twin.address)
        case LeafSwung(lock=lock, open=is_open, at_ms=at_ms):
            return LeafMoved(lock, is_open, at_ms / 1000, twin.address)
