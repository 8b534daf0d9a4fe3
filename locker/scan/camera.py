"""Where frames come from: one protocol for all cameras, and the camera on a USB socket (V4L2)."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from locker.scan.opencv import cv2, unpacked
from locker.scan.step import Grey

FRAME_SIZE_PX: Final = (640, 480)
"""Every webcam has it; a pass is read at 33 cm in it, and 1280 x 720 costs three times the time."""

DRIVER_BUFFERS: Final = 4
"""OpenCV asks V4L2 for four: this many frames can lie about and be old."""

FROM_BUFFER_S: Final = 0.004
"""A frame that comes sooner was lying in the driver's buffer: the fastest camera (120 a second) takes 8 ms."""

MOST_BLANKS: Final = 30
"""One damaged frame is a bad cable's everyday; two seconds of nothing else is no camera."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The camera is not there, or no longer: close it, wait, open it again."""

    why: str


@dataclass(frozen=True, slots=True)
class NothingNew:
    """All is well, and everything has been seen: ask again later. Only a source that is no camera says so."""


class Camera(Protocol):
    """A source of grey frames of which only the newest counts. Not to be shared between threads. Never raises."""

    def open(self) -> Gone | None:
        """Get hold of the device. May block for 2 s. Say what is wrong if that fails."""

    def newest(self, timeout_s: float) -> Grey | Gone | NothingNew | None:
        """Return the newest frame, waiting up to `timeout_s` for one; None if there was none. Drops older ones."""

    def close(self) -> None:
        """Let go of the device. May be called at any time, also twice."""


class V4l2Camera:
    """A camera that Linux lists under `/dev`, read through OpenCV. `api` is the OpenCV backend that opens `path`."""

    def __init__(self, path: str, api: int = cv2.CAP_V4L2) -> None:
        self._path = path
        self._api = api
        self._capture: cv2.VideoCapture | None = None
        self._blanks = 0

    def open(self) -> Gone | None:
        """See `Camera.open`."""
        self.close()
        if not Path(self._path).exists():
            return Gone(f"{self._path} is not there: is the camera plugged in?")
        capture = cv2.VideoCapture(self._path, self._api)
        if not capture.isOpened():
            capture.release()
            return Gone(f"{self._path} cannot be opened: is another program using the camera?")
        width, height = FRAME_SIZE_PX
        # YUYV unconverted: its first plane is the grey frame, at a fifth of the price of decoding JPEG to colour.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"YUYV"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._capture = capture
        self._blanks = 0
        return None

    def newest(self, timeout_s: float) -> Grey | Gone | NothingNew | None:  # noqa: ARG002  the driver's own limit holds: 1 s
        """See `Camera.newest`. Blocks for up to 1 s whatever `timeout_s` says: V4L2 has no shorter wait."""
        if self._capture is None:
            return Gone(f"{self._path} is not open")
        for _ in range(DRIVER_BUFFERS):
            asked_s = time.monotonic()
            if not self._capture.grab():
                return Gone(f"{self._path} gives no frames: is the cable loose?")
            if time.monotonic() - asked_s >= FROM_BUFFER_S:
                break
        _, frame = self._capture.retrieve()
        plane = grey_plane(frame)
        self._blanks = self._blanks + 1 if plane is None else 0
        if self._blanks > MOST_BLANKS:
            return Gone(f"{self._path} gives frames that nobody can read: is it a camera, is its cable sound?")
        return plane

    def close(self) -> None:
        """See `Camera.close`."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


def grey_plane(frame: cv2.typing.MatLike | None) -> Grey | None:
    """Return the brightness in what a driver handed over (grey, YUYV, BGR or one JPEG); None if it is none of these."""
    if frame is None or frame.dtype != np.uint8 or not frame.size:
        return None
    pixels = frame.astype(np.uint8, copy=False)
    match pixels.shape:
        case (_, _, 2):
            return pixels[:, :, 0]
        case (_, _, 3):
            return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
        case (1, _):
            return unpacked(pixels)
        case (_, _):
            return pixels
        case _:
            return None
