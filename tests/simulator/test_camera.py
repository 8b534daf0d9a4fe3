import socket
import time

import numpy as np
import pytest

from locker.scan.ladder import read_still
from locker.scan.pgm import PgmCutter, Picture
from simulator.camera import MOST_READERS, Camera, Pose, code_modules, draw, draw_empty

WAIT_S = 20.0
"""Only a test that fails waits so long."""

TEXT = "LC1:" + "N8D7Q3HBTK" * 11 + "ABCDEF."


class Reader:
    """A program that reads PGM pictures from a camera."""

    def __init__(self, camera: Camera) -> None:
        self._line = socket.create_connection(("127.0.0.1", int(camera.source.rpartition(":")[2])), timeout=WAIT_S)
        self._cutter = PgmCutter()
        self._waiting: list[Picture] = []

    def frame(self) -> Picture:
        while not self._waiting:
            chunk = self._line.recv(1 << 16)
            assert chunk, "the camera hung up"
            self._waiting = self._cutter.feed(chunk)
        return self._waiting.pop(0)

    def texts(self) -> list[str]:
        frame = self.frame()
        grey = np.frombuffer(frame.pixels, np.uint8).reshape(frame.rows, frame.columns)
        return [scan.text for scan in read_still(grey)]

    def hung_up(self) -> bool:
        while self._line.recv(1 << 16):
            pass
        return True

    def close(self) -> None:
        self._line.close()


def test_the_same_seed_draws_the_same_frame_and_another_seed_another() -> None:
    assert np.array_equal(draw(TEXT, Pose(), 1), draw(TEXT, Pose(), 1))
    assert not np.array_equal(draw(TEXT, Pose(), 1), draw(TEXT, Pose(), 2))


def test_frames_are_640_by_480_grey() -> None:
    for frame in (draw(TEXT, Pose(), 1), draw_empty(Pose(), 1)):
        assert frame.shape == (480, 640)
        assert frame.dtype == np.uint8


def test_a_pass_is_version_5_with_a_quiet_border() -> None:
    modules = code_modules(TEXT)
    assert modules.shape == (37 + 8, 37 + 8)
    assert modules[:4].min() == modules[:, -4:].min() == 255


@pytest.mark.parametrize(("px_per_module", "side_px"), [(3.0, 111), (4.0, 148), (6.0, 222)])
def test_the_code_is_as_large_as_was_asked(px_per_module: float, side_px: int) -> None:
    (scan,) = read_still(draw(TEXT, Pose(px_per_module=px_per_module), 1))
    left, top, right = scan.box[0], scan.box[1], scan.box[2]
    assert abs((right - left) - side_px) <= 2
    assert abs((left + right) / 2 - 320) <= 2
    assert abs(top + side_px / 2 - 240) <= 2


def test_a_turned_code_is_turned() -> None:
    (scan,) = read_still(draw(TEXT, Pose(turn_deg=90), 1))
    left_x, left_y, right_x, right_y = scan.box[:4]
    assert abs(left_x - right_x) <= 2
    assert right_y - left_y > 140


def test_a_leaning_code_is_narrower_at_the_far_side() -> None:
    (scan,) = read_still(draw(TEXT, Pose(tilt_deg=40), 1))
    x1, _, x2, _, x3, _, x4, _ = scan.box
    assert abs((x2 - x1) - (x3 - x4)) >= 5


def test_light_noise_and_dark_mode_are_what_they_say() -> None:
    bright, dim = draw(TEXT, Pose(noise=0), 1), draw(TEXT, Pose(noise=0, light=0.1), 1)
    assert abs(float(dim.mean()) - float(bright.mean()) / 10) < 1
    glaring = draw(TEXT, Pose(noise=0, light=2.0), 1)
    assert int(glaring[150, 320]) == 255
    assert float(glaring.mean()) > float(bright.mean())
    noisy = draw(TEXT, Pose(noise=20), 1).astype(np.int16)
    assert float(np.std(noisy - bright)) > 15
    dark = draw(TEXT, Pose(noise=0, dark_mode=True), 1)
    assert float(dark[200:280, 280:360].mean()) != float(bright[200:280, 280:360].mean())
    assert int(dark[150, 320]) < 60 < int(bright[150, 320])  # the border about the code


def test_a_code_is_in_the_stream_from_show_to_hide() -> None:
    with Camera(seed=1, frames_per_s=50) as camera:
        reader = Reader(camera)
        assert reader.texts() == []
        before_s = time.monotonic()
        showing = camera.show(TEXT, Pose(tilt_deg=15))
        while (sent_s := showing.sent_s) is None:  # somebody has to look, or the frames pile up in the socket
            reader.frame()
        assert before_s <= sent_s <= time.monotonic()
        while reader.texts() != [TEXT]:  # frames from before are still under way
            pass
        assert showing.sent_s == sent_s  # only the first frame counts
        camera.hide()
        while reader.texts() != []:
            pass
        reader.close()


def test_noise_is_fresh_on_each_frame() -> None:
    with Camera(seed=1, frames_per_s=50) as camera:
        reader = Reader(camera)
        assert len({reader.frame().pixels for _ in range(5)}) == 5
        reader.close()


def test_a_code_that_nobody_reads_is_never_sent() -> None:
    with Camera(seed=1, frames_per_s=100) as camera:
        assert camera.show(TEXT).wait_sent(0.05) is None


def test_readers_come_and_go_and_closing_hangs_up_on_all() -> None:
    camera = Camera(seed=1, frames_per_s=50)
    camera.open()
    first, second = Reader(camera), Reader(camera)
    first.frame()
    first.close()
    second.frame()
    camera.close()
    assert second.hung_up()
    second.close()


def test_no_more_than_four_are_served() -> None:
    with Camera(seed=1, frames_per_s=50) as camera:
        readers = [Reader(camera) for _ in range(MOST_READERS)]
        for reader in readers:
            reader.frame()
        late = Reader(camera)
        readers[0].close()
        late.frame()  # served when a place is free
        for reader in (*readers[1:], late):
            reader.close()


def test_a_port_can_be_taken_up_again() -> None:
    with Camera(seed=1) as camera:
        port = int(camera.source.rpartition(":")[2])
    with Camera(seed=2, port=port) as again:
        reader = Reader(again)
        assert (reader.frame().columns, reader.frame().rows) == (640, 480)
        reader.close()
