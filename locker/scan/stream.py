"""A camera at the other end of a TCP connection: binary PGM pictures, one after another.

Any program that can write PGM to a socket can be the cabinet's eye, for instance `ffmpeg -i … -f image2pipe -c:v pgm`.
"""

import socket
import time
from typing import Final

import numpy as np

from locker.scan.camera import Gone, NothingNew
from locker.scan.pgm import MAX_PICTURE_BYTES, PgmCutter, Picture
from locker.scan.step import Grey

CHUNK_BYTES: Final = 1 << 18
"""Most of a 640 x 480 frame in one call."""

CONNECT_S: Final = 2.0
"""On loopback an answer takes a millisecond; within the three seconds of silence that get this process killed."""

SILENT_S: Final = 3.0
"""The slowest camera gives two frames a second (asleep); with nothing in six times that, the other end is dead."""

MOST_RUBBISH_BYTES: Final = 1 << 20
"""Three frames' worth without one picture: this is no PGM stream, or it has lost its place for good."""


class StreamCamera:
    """Connects to `host`:`port` and keeps the newest picture of what comes."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._name = f"socket://{host}:{port}"
        self._line: socket.socket | None = None
        self._cutter = PgmCutter()
        self._last_picture_s = 0.0

    def open(self) -> Gone | None:
        """See `Camera.open`."""
        self.close()
        try:
            self._line = socket.create_connection(self._address, timeout=CONNECT_S)
        except OSError as refused:
            return Gone(f"{self._name} does not answer: {refused.strerror or refused}")
        self._cutter = PgmCutter()
        self._last_picture_s = time.monotonic()
        return None

    def newest(self, timeout_s: float) -> Grey | Gone | NothingNew | None:
        """See `Camera.newest`."""
        if self._line is None:
            return Gone(f"{self._name} is not connected")
        until_s = time.monotonic() + timeout_s
        newest: Picture | None = None
        taken = 0
        while taken <= MAX_PICTURE_BYTES:
            wait_s = 0.0 if newest else max(0.0, until_s - time.monotonic())
            chunk = self._chunk(self._line, wait_s)
            if isinstance(chunk, Gone):
                if newest is None:
                    return chunk
                break
            if not chunk:
                break
            taken += len(chunk)
            for picture in self._cutter.feed(chunk):
                newest = picture
        if newest is None:
            return self._patience()
        self._last_picture_s = time.monotonic()
        return np.frombuffer(newest.pixels, np.uint8).reshape(newest.rows, newest.columns)

    def close(self) -> None:
        """See `Camera.close`."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _chunk(self, line: socket.socket, wait_s: float) -> bytes | Gone:
        """Return what lies ready within `wait_s`, empty if nothing does."""
        line.settimeout(wait_s)
        try:
            chunk = line.recv(CHUNK_BYTES)
        except (BlockingIOError, TimeoutError):
            return b""
        except OSError as lost:
            return Gone(f"{self._name} broke off: {lost.strerror or lost}")
        if not chunk:
            return Gone(f"{self._name} hung up")
        return chunk

    def _patience(self) -> Gone | None:
        if self._cutter.rubbish_bytes > MOST_RUBBISH_BYTES:
            return Gone(f"{self._name} sends no PGM pictures")
        if time.monotonic() - self._last_picture_s > SILENT_S:
            return Gone(f"{self._name} gives no pictures")
        return None
