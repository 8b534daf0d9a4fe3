"""A camera at the cabinet's window: a code held before it, tilted, blurred, dim or noisy, as frames over TCP.

`draw` makes one picture of it; `Camera` streams such pictures as binary PGM to whoever connects, fresh noise on each.
Everything is drawn from seeds, so that a frame that could not be read can be drawn again.
"""

import socket
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import segno

Frame: TypeAlias = npt.NDArray[np.uint8]
Matrix: TypeAlias = npt.NDArray[np.float64]

FRAME_SIZE_PX: Final = (640, 480)

FOCAL_LENGTH_PX: Final = 532.0
"""Of a 640 pixel wide frame behind the usual webcam lens of 62 degrees: 320 / tan 31°."""

QUIET_MODULES: Final = 4
"""The white border that the QR standard asks for."""

CARD_MODULES: Final = 3
"""What is seen of the card or the phone's bezel beyond that border."""

OVERSAMPLING: Final = 3
"""Sub-pixels a side: a sensor's pixel sums up the light that falls on all of it."""

NOISE_FRAMES: Final = 8
"""Drawn once, then taken in random order and at random offsets: 307,200 normal numbers a frame would take 5 ms."""

SEND_TIMEOUT_S: Final = 1.0
"""A reader that takes no byte for fifteen frames is gone or hangs; it may connect again."""

MOST_READERS: Final = 4


@dataclass(frozen=True, slots=True)
class Pose:
    """How a code is held before the camera, and what the camera makes of it. The defaults are an easy case."""

    px_per_module: float = 4.0
    tilt_deg: float = 0.0
    """About the horizontal axis: the top leans away."""
    swing_deg: float = 0.0
    """About the vertical axis: the right side leans away."""
    turn_deg: float = 0.0
    """In the plane of the picture."""
    shift_px: tuple[float, float] = (0.0, 0.0)
    blur_px: float = 0.6
    """Sigma of the lens and of a hand that is not quite still."""
    noise: float = 4.0
    """Sigma of the sensor, in grey levels."""
    light: float = 1.0
    """1 in daylight; above it white is burnt out, at 0.1 the sensor hardly sees a difference."""
    dark_mode: bool = False
    """A phone that shows light modules on black."""


def draw(text: str, pose: Pose, seed: int) -> Frame:
    """Return one frame, 480 rows of 640, of a card or phone that shows `text` as a QR code of level M."""
    rng = np.random.default_rng(seed)
    return with_noise(_lit(_held(code_modules(text), pose, _background(rng)), pose), pose.noise, rng)


def draw_empty(pose: Pose, seed: int) -> Frame:
    """Return one frame of what the camera sees with nobody there."""
    rng = np.random.default_rng(seed)
    return with_noise(_lit(_background(rng), pose), pose.noise, rng)


def code_modules(text: str) -> Frame:
    """Return the modules of `text`'s QR code as rows of 0 (dark) and 255 (light), quiet border included."""
    code = segno.make_qr(text, error="m", boost_error=False)
    rows = [[0 if module else 255 for module in row] for row in code.matrix_iter(border=QUIET_MODULES)]
    return np.array(rows, np.uint8)


def with_noise(frame: Frame, noise: float, rng: np.random.Generator) -> Frame:
    """Return `frame` as a sensor with `noise` grey levels of sigma sees it."""
    grain = rng.standard_normal(frame.shape, np.float32) * np.float32(noise)
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


def _background(rng: np.random.Generator) -> Frame:
    """A courtyard out of focus: a slope of light and a few large things."""
    width, height = FRAME_SIZE_PX
    slope = np.linspace(rng.integers(70, 110), rng.integers(110, 160), height, dtype=np.float32)
    scene = np.repeat(slope[:, None], width, axis=1)
    for _ in range(12):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        across, down = int(rng.integers(20, 160)), int(rng.integers(20, 160))
        cv2.rectangle(scene, (x, y), (x + across, y + down), float(rng.integers(40, 180)), -1)
    return cv2.GaussianBlur(scene, (0, 0), 6).astype(np.uint8)


def _held(modules: Frame, pose: Pose, scene: Frame) -> Frame:
    """Put the card or phone before `scene`."""
    if pose.dark_mode:
        modules = 255 - modules
    rim = 30 if pose.dark_mode else 215  # a phone's black bezel, a card's white edge
    sheet = cv2.copyMakeBorder(
        modules, CARD_MODULES, CARD_MODULES, CARD_MODULES, CARD_MODULES, cv2.BORDER_CONSTANT, value=rim
    )
    large = cv2.resize(sheet, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    width, height = FRAME_SIZE_PX
    fine = (width * OVERSAMPLING, height * OVERSAMPLING)
    to_frame = _projection(large.shape[0], pose)
    seen = cv2.warpPerspective(large, to_frame, fine, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full_like(large, 255), to_frame, fine, flags=cv2.INTER_LINEAR)
    seen, mask = (cv2.resize(picture, FRAME_SIZE_PX, interpolation=cv2.INTER_AREA) for picture in (seen, mask))
    share = mask.astype(np.float32) / 255
    mixed = seen.astype(np.float32) + scene.astype(np.float32) * (1 - share)
    return np.clip(mixed, 0, 255).astype(np.uint8)


def _projection(side: int, pose: Pose) -> Matrix:
    """Return the homography from a square sheet of `side` (8 a module) to sub-pixels, through a pinhole."""
    tilt, swing, turn = np.radians([pose.tilt_deg, pose.swing_deg, pose.turn_deg])
    about_x = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    about_y = np.array([[np.cos(swing), 0, np.sin(swing)], [0, 1, 0], [-np.sin(swing), 0, np.cos(swing)]])
    about_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    turned = about_x @ about_y @ about_z
    distance = FOCAL_LENGTH_PX * 8 / pose.px_per_module
    centred = np.array([[1, 0, -side / 2], [0, 1, -side / 2], [0, 0, 1]])
    placed = np.column_stack([turned[:, 0], turned[:, 1], [0, 0, distance]])
    width, height = FRAME_SIZE_PX
    shift_x, shift_y = pose.shift_px
    lens = np.array([[FOCAL_LENGTH_PX, 0, width / 2 + shift_x], [0, FOCAL_LENGTH_PX, height / 2 + shift_y], [0, 0, 1]])
    finer = np.diag([OVERSAMPLING, OVERSAMPLING, 1])
    return np.asarray(finer @ lens @ placed @ centred, np.float64)


def _lit(scene: Frame, pose: Pose) -> Frame:
    blurred = cv2.GaussianBlur(scene, (0, 0), pose.blur_px) if pose.blur_px > 0 else scene
    lit: Frame = np.clip(blurred * np.float32(pose.light), 0, 255).astype(np.uint8)
    return lit


class Showing:
    """One code held before the camera; tells when its first frame was handed to a reader."""

    def __init__(self, scene: Frame, noise: float) -> None:
        self.scene = scene
        self.noise = noise
        self.sent_s: float | None = None
        """`time.monotonic()` when the first frame with it was handed to the socket; None until then."""
        self._sent = threading.Event()

    def mark_sent(self, now_s: float) -> None:
        """Note that a frame of it goes out at `now_s`; only the first counts."""
        if self.sent_s is None:
            self.sent_s = now_s
            self._sent.set()

    def wait_sent(self, timeout_s: float) -> float | None:
        """Wait until its first frame goes out and return when that was; None if it has not within `timeout_s`."""
        self._sent.wait(timeout_s)
        return self.sent_s


class Camera:
    """Streams frames on a port of this computer, from `open` to `close`, to at most four readers at once.

    `show` and `hide` may be called from any thread. All that is random comes from `seed`. `port` 0 takes a free one;
    name one to come back where another camera was.
    """

    def __init__(self, seed: int, frames_per_s: float = 10.0, port: int = 0) -> None:
        width, height = FRAME_SIZE_PX
        self._rng = np.random.default_rng(seed)
        self._interval_s = 1 / frames_per_s
        self._background = _background(self._rng)
        self._grain = self._rng.standard_normal((NOISE_FRAMES, height, width), np.float32)
        self._listener = socket.create_server(("127.0.0.1", port), backlog=MOST_READERS)
        self._listener.setblocking(False)
        self._readers: list[socket.socket] = []
        self._showing = self._nothing()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._stream, name="camera twin")

    @property
    def source(self) -> str:
        """What a reading child is told to read."""
        return f"socket://127.0.0.1:{self._listener.getsockname()[1]}"

    def open(self) -> None:
        """Begin to stream."""
        self._thread.start()

    def close(self) -> None:
        """Hang up on all readers and free the port. May block for a second a reader."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def show(self, text: str, pose: Pose | None = None) -> Showing:
        """Hold `text` before the camera until the next `show` or `hide`. Takes some 20 ms to draw."""
        pose = pose or Pose()
        showing = Showing(_lit(_held(code_modules(text), pose, self._background), pose), pose.noise)
        self._showing = showing
        return showing

    def hide(self) -> Showing:
        """Take the code away; what is sent from now on is the courtyard."""
        self._showing = showing = self._nothing()
        return showing

    def _nothing(self) -> Showing:
        return Showing(_lit(self._background, Pose()), Pose().noise)

    def _stream(self) -> None:
        """Send a frame to every reader at each interval, until told to stop. The body of the camera's thread."""
        next_s = time.monotonic()
        while not self._stop.wait(max(0.0, next_s - time.monotonic())):
            next_s = max(next_s + self._interval_s, time.monotonic())
            self._welcome()
            if self._readers:
                self._send_to_all(self._showing)
        for reader in self._readers:
            reader.close()

    def _welcome(self) -> None:
        """Take in who has knocked since the last frame; others wait at the door."""
        while len(self._readers) < MOST_READERS:
            try:
                reader, _ = self._listener.accept()
            except BlockingIOError:
                return
            reader.settimeout(SEND_TIMEOUT_S)
            self._readers.append(reader)

    def _send_to_all(self, showing: Showing) -> None:
        width, height = FRAME_SIZE_PX
        image = b"P5\n%d %d\n255\n" % (width, height) + self._seen(showing).tobytes()
        handed_s = time.monotonic()
        for reader in list(self._readers):
            try:
                reader.sendall(image)
            except OSError:
                reader.close()
                self._readers.remove(reader)
            else:
                showing.mark_sent(handed_s)

    def _seen(self, showing: Showing) -> Frame:
        """Return the scene with noise: grain drawn once, taken at a new place for each frame."""
        grain = self._grain[self._rng.integers(NOISE_FRAMES)]
        grain = np.roll(grain, int(self._rng.integers(grain.size)))
        seen: Frame = np.clip(showing.scene + grain * np.float32(showing.noise), 0, 255).astype(np.uint8)
        return seen
