"""This file knows how a network misbehaves: a TCP link on loopback that can be cut, stalled or slowed while it runs.

A client dials the link's port instead of the server's. One thread moves the bytes; every buffer is bounded and a
full one stops the reading, as TCP does. All chance comes from the seed.
"""

import random
import selectors
import socket
import struct
import threading
import time
from collections import deque
from enum import Enum
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

CHUNK_BYTES: Final = 16 * 1024
BUFFER_BYTES: Final = 64 * 1024
"""A direction holds no more; a home router's buffer is of this order."""
MAX_CONNECTIONS: Final = 256
"""A town in one test; beyond it a caller waits in the kernel's backlog."""
COMMAND_S: Final = 5.0
"""A command waits for the link's thread, which wakes in microseconds, on a machine that may be very busy."""
IDLE_S: Final = 1.0
"""Nothing is due: look again all the same, so that no wait is without an end."""
_RESET: Final = struct.pack("ii", 1, 0)


class _Mood(Enum):
    UP = "up"
    CUT = "cut"
    STALLED = "stalled"
    STOPPED = "stopped"


class _Stream:
    """One direction of a connection: what was read and may not be written before its time."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        self.source, self.sink = source, sink
        self._chunks: deque[tuple[float, bytes]] = deque()
        self._held = 0
        self._last_s = 0.0
        self._ended = False
        self.done = False

    @property
    def has_room(self) -> bool:
        return not self._ended and self._held < BUFFER_BYTES

    @property
    def due_s(self) -> float | None:
        """When something may be handed on."""
        if self._chunks:
            return self._chunks[0][0]
        return 0.0 if self._ended and not self.done else None

    def read(self, now_s: float, delay_s: float) -> None:
        """Take what is there; OSError when that side broke off."""
        chunk = self.source.recv(CHUNK_BYTES)
        self._ended = not chunk
        if chunk:
            # Never before the chunk in front of it: TCP keeps its order however the delay varies.
            self._last_s = max(self._last_s, now_s + delay_s)
            self._chunks.append((self._last_s, chunk))
            self._held += len(chunk)

    def write(self, now_s: float) -> None:
        """Hand on what is due, as far as that side takes it; OSError when it broke off."""
        while self._chunks and self._chunks[0][0] <= now_s:
            due_s, chunk = self._chunks.popleft()
            try:
                sent = self.sink.send(chunk)
            except BlockingIOError:
                sent = 0
            self._held -= sent
            if sent < len(chunk):
                self._chunks.appendleft((due_s, chunk[sent:]))
                return
        if self._ended and not self._chunks and not self.done:
            self.done = True
            self.sink.shutdown(socket.SHUT_WR)


class _Call:
    """One connection through the link: both ends and both directions."""

    def __init__(self, caller: socket.socket, server: socket.socket) -> None:
        self.ends = caller, server
        self.streams = _Stream(caller, server), _Stream(server, caller)

    def interest(self, end: socket.socket, now_s: float) -> int:
        """What the selector should watch this end for."""
        events = 0
        for stream in self.streams:
            if stream.source is end and stream.has_room:
                events |= selectors.EVENT_READ
            if stream.sink is end and stream.due_s is not None and stream.due_s <= now_s:
                events |= selectors.EVENT_WRITE
        return events

    def move(self, end: socket.socket, events: int, now_s: float, delay_s: float) -> None:
        """Read from this end or write to it; OSError when it broke off."""
        for stream in self.streams:
            if events & selectors.EVENT_READ and stream.source is end and stream.has_room:
                stream.read(now_s, delay_s)
            if events & selectors.EVENT_WRITE and stream.sink is end:
                stream.write(now_s)

    @property
    def over(self) -> bool:
        return all(stream.done for stream in self.streams)

    def break_off(self) -> None:
        """Reset both ends: neither is told anything polite."""
        for end in self.ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.close()

    def close(self) -> None:
        for end in self.ends:
            end.close()


class TcpLink:
    """A link from its own `port` to a server's; use as a context manager, or `stop` it.

    `delay_ms` may be set at any time: each chunk of bytes is held that long, give or take a half, by the seed.
    Commands return when they hold, within 5 s, or raise TimeoutError.
    """

    host = "127.0.0.1"

    def __init__(self, target_port: int, *, seed: int = 0) -> None:
        self.delay_ms = 0.0
        self._target = self.host, target_port
        self._chance = random.Random(seed)
        self._calls: dict[socket.socket, _Call] = {}
        self._commands: SimpleQueue[tuple[_Mood, threading.Event]] = SimpleQueue()
        self._mood = _Mood.UP
        # Bound for the link's whole life, never listening: a cut link refuses callers and yet keeps its port.
        self._place = _bound(0)
        self.port: int = self._place.getsockname()[1]
        self._listener = self._listen()
        self._ear, self._mouth = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name=f"link-{self.port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def cut(self) -> None:
        """Break off all connections and refuse new ones."""
        self._tell(_Mood.CUT)

    def stall(self) -> None:
        """Keep all connections and move nothing; new ones are taken by the kernel and hear nothing."""
        self._tell(_Mood.STALLED)

    def restore(self) -> None:
        """Be an honest link again; what a stall held back moves on."""
        self._tell(_Mood.UP)

    def stop(self) -> None:
        """Cut, and end the thread; idempotent."""
        if self._thread.is_alive():
            self._tell(_Mood.STOPPED)
            self._thread.join(COMMAND_S)
        for each in (self._selector, self._ear, self._mouth, self._place):
            each.close()

    def _tell(self, mood: _Mood) -> None:
        heard = threading.Event()
        self._commands.put((mood, heard))
        self._mouth.send(b"!")
        if not heard.wait(COMMAND_S):
            raise TimeoutError(f"the link on port {self.port} did not hear {mood.value!r} in {COMMAND_S:g} s")

    def _listen(self) -> socket.socket:
        listener = _bound(self.port)
        listener.listen()
        listener.setblocking(False)
        return listener

    def _run(self) -> None:
        while self._mood is not _Mood.STOPPED:
            now_s = time.monotonic()
            self._watch(now_s)
            for key, events in self._selector.select(self._patience_s(now_s)):
                self._attend(key.fileobj, events)
            self._obey()

    def _watch(self, now_s: float) -> None:
        """Ask the selector for exactly what can be moved now."""
        moving = self._mood is _Mood.UP
        wanted = {end: call.interest(end, now_s) for end, call in self._calls.items()} if moving else {}
        if moving and len(self._calls) < 2 * MAX_CONNECTIONS:
            wanted[self._listener] = selectors.EVENT_READ
        watched = {key.fileobj: key.events for key in self._selector.get_map().values()}
        for end in watched.keys() - wanted.keys() - {self._ear}:
            self._selector.unregister(end)
        for end, events in wanted.items():
            if end in watched:
                self._selector.unregister(end)
            if events:
                self._selector.register(end, events)

    def _patience_s(self, now_s: float) -> float:
        """Until the next held chunk is due; a command wakes the selector by itself."""
        if self._mood is not _Mood.UP:
            return IDLE_S
        waits = (stream.due_s - now_s for call in self._calls.values() for stream in call.streams if stream.due_s)
        return min((wait_s for wait_s in waits if wait_s > 0), default=IDLE_S)

    def _attend(self, end: object, events: int) -> None:
        if end is self._ear:
            self._ear.recv(CHUNK_BYTES)
        elif end is self._listener:
            self._take_call()
        elif isinstance(end, socket.socket) and end in self._calls:
            self._move(end, events)

    def _take_call(self) -> None:
        try:
            caller, _ = self._listener.accept()
        except OSError:
            return  # it hung up first
        try:
            server = socket.create_connection(self._target, timeout=1.0)
        except OSError:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            caller.close()
            return
        call = _Call(caller, server)
        for end in call.ends:
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._calls[end] = call

    def _move(self, end: socket.socket, events: int) -> None:
        call = self._calls[end]
        delay_s = self.delay_ms / 1000 * self._chance.uniform(0.5, 1.5)
        try:
            call.move(end, events, time.monotonic(), delay_s)
        except OSError:
            self._forget(call)
            call.break_off()
        else:
            if call.over:
                self._forget(call)
                call.close()

    def _forget(self, call: _Call) -> None:
        for end in call.ends:
            self._calls.pop(end)
            if end in self._selector.get_map():
                self._selector.unregister(end)

    def _obey(self) -> None:
        while not self._commands.empty():
            mood, heard = self._commands.get()
            if mood in {_Mood.CUT, _Mood.STOPPED}:
                self._close_all()
            elif self._listener.fileno() < 0:
                self._listener = self._listen()
            self._mood = mood
            heard.set()

    def _close_all(self) -> None:
        for call in set(self._calls.values()):
            self._forget(call)
            call.break_off()
        if self._listener.fileno() < 0:
            return
        if self._listener in self._selector.get_map():
            self._selector.unregister(self._listener)
        self._listener.close()


def _bound(port: int) -> socket.socket:
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place.bind((TcpLink.host, port))
    return place
