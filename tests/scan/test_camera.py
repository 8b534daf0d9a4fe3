from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from locker.scan.camera import DRIVER_BUFFERS, MOST_BLANKS, Gone, V4l2Camera, grey_plane
from locker.scan.decode import decode
from locker.scan.step import Grey
from tests.scan.drawn import of_code

GREY = of_code(segno.make_qr("LC1:ABC"))
JPEG_START = b"\xff\xd8\xff"
JPEG = np.frombuffer(cv2.imencode(".jpg", GREY)[1].tobytes(), np.uint8)


@pytest.mark.parametrize(
    "frame",
    [
        GREY,
        np.dstack([GREY, np.full_like(GREY, 128)]),
        cv2.cvtColor(GREY, cv2.COLOR_GRAY2BGR),
        JPEG[None, :],
    ],
    ids=["grey", "YUYV", "BGR", "one JPEG"],
)
def test_whatever_a_driver_hands_over_becomes_grey(frame: Grey) -> None:
    plane = grey_plane(frame)
    assert plane is not None
    assert [scan.text for scan in decode(plane)] == ["LC1:ABC"]


@pytest.mark.parametrize(
    "frame",
    [
        None,
        np.zeros((0, 0), np.uint8),
        np.zeros((480, 640), np.uint16),
        np.zeros((480, 640, 4), np.uint8),
        np.zeros((1, 100), np.uint8),
        JPEG[None, :20],
        np.zeros(5, np.uint8),
    ],
    ids=["nothing", "empty", "16 bits", "four planes", "no JPEG", "half a JPEG", "one row"],
)
def test_what_is_no_frame_is_none(frame: Grey | None) -> None:
    assert grey_plane(frame) is None


def test_a_camera_that_is_not_there_says_so() -> None:
    camera = V4l2Camera("/dev/video-of-nobody")
    assert camera.open() == Gone("/dev/video-of-nobody is not there: is the camera plugged in?")
    assert isinstance(camera.newest(0.0), Gone)
    camera.close()
    camera.close()


def test_a_device_that_is_no_camera_says_so() -> None:
    assert V4l2Camera("/dev/null").open() == Gone("/dev/null cannot be opened: is another program using the camera?")


def filmed(path: Path, frames: int) -> Path:
    """Frames, each brighter than the last, behind the same interface of OpenCV as a camera."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    assert writer.isOpened()
    for number in range(frames):
        writer.write(np.full((48, 64, 3), min(255, number * 20), np.uint8))
    writer.release()
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return filmed(tmp_path / "film.avi", frames=10)


def test_old_frames_in_the_drivers_buffer_are_dropped(film: Path) -> None:
    camera = V4l2Camera(str(film), cv2.CAP_OPENCV_MJPEG)
    assert camera.open() is None
    frames = [camera.newest(0.0), camera.newest(0.0)]
    camera.close()
    means = [round(float(frame.mean())) for frame in frames if isinstance(frame, np.ndarray)]
    assert means == [(DRIVER_BUFFERS - 1) * 20, (2 * DRIVER_BUFFERS - 1) * 20]


def test_frames_that_nobody_can_read_are_borne_for_a_while(tmp_path: Path) -> None:
    film = filmed(tmp_path / "damaged.avi", frames=DRIVER_BUFFERS * (MOST_BLANKS + 1))
    film.write_bytes(film.read_bytes().replace(JPEG_START, bytes(len(JPEG_START))))
    camera = V4l2Camera(str(film), cv2.CAP_OPENCV_MJPEG)
    assert camera.open() is None
    assert [camera.newest(0.0) for _ in range(MOST_BLANKS)] == [None] * MOST_BLANKS
    gone = camera.newest(0.0)
    assert isinstance(gone, Gone)
    assert "frames that nobody can read" in gone.why
    camera.close()


def test_a_camera_that_dies_says_so_and_can_be_opened_again(film: Path) -> None:
    camera = V4l2Camera(str(film), cv2.CAP_OPENCV_MJPEG)
    assert camera.open() is None
    assert [type(camera.newest(0.0)) for _ in range(3)] == [np.ndarray, np.ndarray, Gone]
    assert camera.open() is None
    assert isinstance(camera.newest(0.0), np.ndarray)
    camera.close()
