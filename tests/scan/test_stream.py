import socket
from collections.abc import Iterator

import numpy as np
import pytest

from locker.scan.camera import Gone
from locker.scan.step import Grey
from locker.scan.stream import MOST_RUBBISH_BYTES, SILENT_S, StreamCamera

WAIT_S = 20.0
"""Only a test that fails waits so long."""


def pgm(shade: int) -> bytes:
    return b"P5\n64 48\n255\n" + bytes([shade]) * (64 * 48)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(WAIT_S)
        yield listener


@pytest.fixture
def camera(listener: socket.socket) -> Iterator[StreamCamera]:
    camera = StreamCamera("127.0.0.1", listener.getsockname()[1])
    yield camera
    camera.close()


@pytest.fixture
def sender(camera: StreamCamera, listener: socket.socket) -> Iterator[socket.socket]:
    """The program at the other end, connected."""
    assert camera.open() is None
    sender, _ = listener.accept()
    with sender:
        yield sender


def shade(frame: object) -> int:
    assert isinstance(frame, np.ndarray)
    assert frame.shape == (48, 64)
    grey: Grey = frame
    return int(grey[0, 0])


def test_a_frame(camera: StreamCamera, sender: socket.socket) -> None:
    sender.sendall(pgm(7))
    assert shade(camera.newest(WAIT_S)) == 7


def test_the_newest_of_many_wins(camera: StreamCamera, sender: socket.socket) -> None:
    sender.sendall(b"".join(pgm(number) for number in range(20)))
    newest = shade(camera.newest(WAIT_S))
    while newest != 19:  # the kernel may hand over one send in several pieces, never out of order
        later = shade(camera.newest(WAIT_S))
        assert later > newest
        newest = later
    assert camera.newest(0.0) is None


def test_no_frame_yet_is_none(camera: StreamCamera, sender: socket.socket) -> None:
    assert camera.newest(0.0) is None
    sender.sendall(pgm(7)[:1000])
    assert camera.newest(0.0) is None
    sender.sendall(pgm(7)[1000:])
    assert shade(camera.newest(WAIT_S)) == 7


def test_rubbish_between_frames_is_passed_over(camera: StreamCamera, sender: socket.socket) -> None:
    sender.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + pgm(3))
    assert shade(camera.newest(WAIT_S)) == 3


def test_endless_rubbish_is_no_camera(camera: StreamCamera, sender: socket.socket) -> None:
    sent = 0
    seen = None
    while seen is None:
        assert sent <= MOST_RUBBISH_BYTES + (1 << 20)
        sender.sendall(bytes(1 << 16))
        sent += 1 << 16
        seen = camera.newest(0.0)
    assert isinstance(seen, Gone)
    assert seen.why.endswith("sends no PGM pictures")


def test_a_last_frame_counts_before_the_hanging_up(camera: StreamCamera, sender: socket.socket) -> None:
    sender.sendall(pgm(9))
    sender.close()
    assert shade(camera.newest(WAIT_S)) == 9
    gone = camera.newest(WAIT_S)
    assert isinstance(gone, Gone)
    assert gone.why.endswith("hung up")


def test_a_line_that_falls_silent_is_no_camera(camera: StreamCamera, sender: socket.socket) -> None:
    sender.sendall(pgm(7)[:1000])
    gone = camera.newest(SILENT_S + 0.1)
    assert isinstance(gone, Gone)
    assert gone.why.endswith("gives no pictures")


def test_nobody_there(camera: StreamCamera, listener: socket.socket) -> None:
    listener.close()
    gone = camera.open()
    assert isinstance(gone, Gone)
    assert gone.why.endswith("does not answer: Connection refused")
    assert isinstance(camera.newest(0.0), Gone)


def test_a_broken_line_can_be_opened_again_and_begins_afresh(
    camera: StreamCamera, sender: socket.socket, listener: socket.socket
) -> None:
    sender.sendall(pgm(1)[:500])
    assert camera.newest(0.0) is None
    sender.close()
    assert isinstance(camera.newest(WAIT_S), Gone)
    assert camera.open() is None
    again, _ = listener.accept()
    with again:
        again.sendall(pgm(2))
        assert shade(camera.newest(WAIT_S)) == 2
