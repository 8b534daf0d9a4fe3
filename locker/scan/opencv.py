"""What we ask of OpenCV before its first use. Every other file of this room takes `cv2` from here.

OpenCV reads its limits from the environment when the library is loaded, so they stand before the import.
"""

import os
from typing import Final

import numpy as np
import numpy.typing as npt

MAX_PICTURE_PIXELS: Final = 50_000_000
"""A 48-megapixel phone photograph still fits; a picture that unpacks to more is refused before its memory is taken."""

STALLED_CAMERA_S: Final = 1
"""How long one read of a silent V4L2 device may block (OpenCV's own default is 10 s). One heartbeat, so that a dead
camera is told apart from a hung process, which is killed after three."""

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PICTURE_PIXELS))
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(STALLED_CAMERA_S))

import cv2  # noqa: E402  the limits above must be there first

cv2.setNumThreads(1)  # a frame takes 2 ms: threads would only add heat and jitter to the doors' loop next door
cv2.utils.logging.setLogLevel(0)  # a missing camera is a health report of ours, not a line on stderr ten times a minute


def unpacked(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """Return the JPEG, PNG, PGM… in `packed` as grey rows x columns (16 bits become 8); None if it is no picture."""
    try:
        picture = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    except cv2.error:  # no bytes at all, or more pixels than allowed
        return None
    return None if picture is None else picture.astype(np.uint8, copy=False)


__all__ = ["MAX_PICTURE_PIXELS", "STALLED_CAMERA_S", "cv2", "unpacked"]
