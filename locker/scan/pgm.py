"""Cuts a stream of bytes into binary PGM (P5) pictures. Pure: bytes in, pictures out, rubbish counted and passed over.

What `ffmpeg -f image2pipe -c:v pgm` writes, one picture after another: `P5 640 480 255`, one blank, 640 · 480 bytes.
"""

import re
from typing import Final, NamedTuple

MAX_SIDE_PX: Final = 4096
MAX_HEADER_BYTES: Final = 64
MAX_PICTURE_BYTES: Final = MAX_SIDE_PX * MAX_SIDE_PX

_BLANK = rb"(?:\s|#[^\n]*\n)+"
_HEADER: Final = re.compile(rb"P5" + _BLANK + rb"(\d{1,4})" + _BLANK + rb"(\d{1,4})" + _BLANK + rb"255\s")


class Picture(NamedTuple):
    """One whole picture of `columns` x `rows` bytes, row by row, 0 is black."""

    columns: int
    rows: int
    pixels: bytes


class PgmCutter:
    """Takes chunks as they come and gives back whole pictures. Keeps at most one unfinished picture (16 MiB)."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.rubbish_bytes = 0
        """Bytes passed over since the last whole picture."""

    def feed(self, chunk: bytes) -> list[Picture]:
        """Return the pictures that `chunk` completes, oldest first. Never raises."""
        self._rest += chunk
        pictures: list[Picture] = []
        while (picture := self._next()) is not None:
            pictures.append(picture)
            self.rubbish_bytes = 0
        return pictures

    def _next(self) -> Picture | None:
        while len(self._rest) >= 2:
            header = _HEADER.match(self._rest[:MAX_HEADER_BYTES])
            if header is None:
                if self._rest.startswith(b"P5") and len(self._rest) < MAX_HEADER_BYTES:
                    return None
                self._pass_over()
                continue
            columns, rows = int(header[1]), int(header[2])
            if not (0 < columns <= MAX_SIDE_PX and 0 < rows <= MAX_SIDE_PX):
                self._pass_over()
                continue
            return self._cut(header.end(), columns, rows)
        return None

    def _cut(self, start: int, columns: int, rows: int) -> Picture | None:
        end = start + columns * rows
        if len(self._rest) < end:
            return None
        picture = Picture(columns, rows, bytes(self._rest[start:end]))
        del self._rest[:end]
        return picture

    def _pass_over(self) -> None:
        """Drop up to the next place where a picture could begin."""
        found = self._rest.find(b"P5", 1)
        if found < 0:
            found = len(self._rest) - self._rest.endswith(b"P")
        self.rubbish_bytes += found
        del self._rest[:found]
