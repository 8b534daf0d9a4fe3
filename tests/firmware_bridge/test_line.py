"""A line turns every failure of its port into LineLost, whichever call it comes from."""

import errno
import os
import socket
import termios
from collections.abc import Callable

import pytest
import serial

from firmware_bridge.errors import LineLost
from firmware_bridge.line import Line, Port, open_line
from simulator.boards import EightATwin
from simulator.pty_wire import PtyWire

READ_1 = bytes.fromhex("80 01 01 33 B3")
CLOSED_1 = bytes.fromhex("80 01 01 11 91")

FAILURES = [
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.EBADF, "Bad file descriptor"),
    serial.SerialException("device reports readiness to read but returned no data"),
    serial.SerialTimeoutException("Write timeout"),
    termios.error(errno.EIO, "Input/output error"),
]


class BreakingPort:
    """An adapter that fails in one system call and works in all others."""

    def __init__(self, breaks_in: str, failure: Exception) -> None:
        self._breaks_in, self._failure = breaks_in, failure
        self._timeout: float | None = 0.0

    def _do(self, call: str) -> None:
        if call == self._breaks_in:
            raise self._failure

    @property
    def timeout(self) -> float | None:
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._do("timeout")
        self._timeout = seconds

    @property
    def in_waiting(self) -> int:
        self._do("in_waiting")
        return 1

    def read(self, size: int = 1) -> bytes:
        self._do("read")
        return bytes(size)

    def write(self, raw: bytes) -> int:
        self._do("write")
        return len(raw)

    def reset_input_buffer(self) -> None:
        self._do("flush")

    def close(self) -> None:
        self._do("close")


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize(
    ("call", "use"),
    [
        ("timeout", lambda line: line.read(150)),
        ("read", lambda line: line.read(150)),
        ("in_waiting", lambda line: line.read(150)),
        ("write", lambda line: line.write(b"?")),
        ("flush", lambda line: line.flush_stale()),
    ],
)
def test_a_port_that_vanishes_in_any_call_is_a_lost_line(
    call: str, use: Callable[[Line], object], failure: Exception
) -> None:
    with pytest.raises(LineLost) as loss:
        use(Line("/dev/adapter", BreakingPort(call, failure)))
    assert str(loss.value).startswith("/dev/adapter broke while ")
    assert str(loss.value).endswith("check that the adapter is plugged in and powered; it is opened again by itself")
    assert loss.value.__cause__ is failure


def test_a_port_that_fails_to_close_is_closed() -> None:
    Line("/dev/adapter", BreakingPort("close", OSError(errno.EIO, "gone"))).close()


def test_a_working_port_is_read_and_written() -> None:
    line = Line("/dev/adapter", BreakingPort("never", OSError()))
    line.write(b"?")
    line.flush_stale()
    assert line.read(150) == bytes(2)


@pytest.mark.parametrize(
    "url", ["/dev/no-such-adapter", "nonsense://x", os.devnull, "socket://127.0.0.1:1", "/dev/\0"], ids=repr
)
def test_what_is_no_serial_line_cannot_be_opened(url: str) -> None:
    with pytest.raises(LineLost) as refusal:
        open_line(url, 9600)
    assert str(refusal.value).startswith(f"{url} cannot be opened (")


def test_a_speed_no_port_has_cannot_be_opened() -> None:
    def port(_url: str, _baud: int) -> Port:
        raise ValueError("Not a valid baudrate: -1")

    with pytest.raises(LineLost, match="Not a valid baudrate"):
        open_line("/dev/adapter", -1, port)


def test_a_pty_serves_as_a_line_though_it_has_no_modem_wires() -> None:
    with PtyWire(EightATwin()) as wire:
        line = open_line(wire.path, 9600)
        line.flush_stale()
        line.write(READ_1)
        heard = line.read(5000)
        while len(heard) < 5:
            heard += line.read(5000)
        assert heard == CLOSED_1
        assert line.read(1) == b""
        line.close()


def test_a_line_that_was_closed_may_be_opened_again() -> None:
    with PtyWire(EightATwin()) as wire:
        open_line(wire.path, 9600).close()
        open_line(wire.path, 9600).close()


def test_a_remote_board_is_reached_by_its_url() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = open_line(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600)
        far, _ = server.accept()
        with far:
            line.write(READ_1)
            assert far.recv(16) == READ_1
            far.sendall(CLOSED_1)
            heard = line.read(5000)
            while len(heard) < 5:
                heard += line.read(5000)
            assert heard == CLOSED_1
        with pytest.raises(LineLost):
            line.read(5000)
        line.close()
