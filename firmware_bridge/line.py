"""One serial line by URL: opened exclusively, every wait bounded, every failure a LineLost. The home of pyserial."""

import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

import serial

from firmware_bridge.errors import LineLost

WRITE_WITHIN_S: Final = 1.0  # a request is 5 ms of wire; only a dead adapter takes longer than a second
MOST_AT_ONCE: Final = 4096  # what Linux buffers for one tty

# termios.error is no OSError; a tcflush on a hung-up line raises it.
_FAILURES: Final = (OSError, termios.error)


class Port(Protocol):
    """The part of pyserial's Serial that a line uses."""

    timeout: float | None

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read at once."""

    def read(self, size: int = 1, /) -> bytes:
        """At most `size` bytes, or less after `timeout` seconds."""

    def write(self, raw: bytes, /) -> int | None:
        """Send all of it, or raise."""

    def reset_input_buffer(self) -> None:
        """Throw away what has arrived."""

    def close(self) -> None:
        """Give the device back."""


class Line:
    """An open line. Every method may raise LineLost, close() never."""

    def __init__(self, url: str, port: Port) -> None:
        self.url = url
        self._port = port

    def read(self, wait_ms: int) -> bytes:
        """What has arrived, waiting at most `wait_ms` for a first byte; empty when none came."""
        try:
            if self._port.timeout != wait_ms / 1000:
                self._port.timeout = wait_ms / 1000
            first = self._port.read(1)
            return first + self._port.read(min(self._port.in_waiting, MOST_AT_ONCE)) if first else b""
        except _FAILURES as failure:
            raise self._lost("reading", failure) from failure

    def write(self, raw: bytes) -> None:
        """Send all of `raw`. Blocks at most WRITE_WITHIN_S."""
        try:
            self._port.write(raw)
        except _FAILURES as failure:
            raise self._lost("writing", failure) from failure

    def flush_stale(self) -> None:
        """Throw away what arrived before the next question."""
        try:
            self._port.reset_input_buffer()
        except _FAILURES as failure:
            raise self._lost("flushing", failure) from failure

    def close(self) -> None:
        """Give the device back; a device that fails even in this is gone anyway."""
        with suppress(*_FAILURES):
            self._port.close()

    def _lost(self, doing: str, failure: Exception) -> LineLost:
        return LineLost(
            f"{self.url} broke while {doing} ({failure}): check that the adapter is plugged in and powered; "
            f"it is opened again by itself"
        )


def serial_port(url: str, baud: int) -> Port:
    """The device at a path or any pyserial URL (`socket://host:port`), 8N1, for us alone. OSError or ValueError.

    `exclusive` is an flock: a second opening fails where the system knows locks (ttys and PTYs); it means nothing to
    `socket://`. RTS and DTR are left alone: a PTY has neither.
    """
    port: Port = serial.serial_for_url(url, baudrate=baud, timeout=0, write_timeout=WRITE_WITHIN_S, exclusive=True)
    return port


def open_line(url: str, baud: int, open_port: Callable[[str, int], Port] = serial_port) -> Line:
    """Open a line. Raises LineLost."""
    try:
        return Line(url, open_port(url, baud))
    except (*_FAILURES, ValueError) as failure:
        raise LineLost(
            f"{url} cannot be opened ({failure}): check the path, that this user is in the group dialout, "
            f"and that no other program holds it"
        ) from failure
