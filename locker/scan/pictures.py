"""Pictures in files and folders: finding them, unpacking them, and playing them like a camera."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from locker.scan.camera import Gone, NothingNew
from locker.scan.opencv import MAX_PICTURE_PIXELS, unpacked
from locker.scan.step import Grey

PICTURE_SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})

MAX_FILE_BYTES: Final = 64 << 20
"""An uncompressed 48-megapixel grey picture fits; nothing larger is read into memory."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that gave no picture: what is wrong and what to do."""

    why: str


def pictures_in(path: Path) -> Iterator[Path]:
    """Yield `path` itself if it is no folder, or else the pictures in and below it, sorted; the rest is passed over.

    Links to folders are not followed, names that begin with a dot are passed over, as are folders nobody may read.
    """
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(folder, name)


def load(path: Path) -> Grey | Unreadable:
    """Return the picture in `path` as grey rows x columns, turned as the camera was held. Never raises."""
    try:
        if not path.is_file():
            return Unreadable("not a file: give a picture or a folder")
        with path.open("rb") as file:
            packed = file.read(MAX_FILE_BYTES + 1)
    except OSError as refused:
        return Unreadable(f"cannot be read ({refused.strerror}): check its permissions")
    if len(packed) > MAX_FILE_BYTES:
        return Unreadable(f"larger than {MAX_FILE_BYTES >> 20} MiB: save it smaller")
    picture = unpacked(np.frombuffer(packed, np.uint8))
    if picture is None:
        megapixels = MAX_PICTURE_PIXELS // 1_000_000
        return Unreadable(f"not a whole picture of at most {megapixels} megapixels: save it again as JPEG or PNG")
    return picture


Stamp: TypeAlias = tuple[int, int]
"""When a file was changed, in nanoseconds, and its bytes: another stamp, another content."""


class PictureRoll:
    """Plays the pictures of a file or folder, each once by its name, and then waits for new ones.

    What is no picture is passed over until it changes: it may be one that is still being written. A name that was away
    from its folder is new; those of a folder that was away as a whole are not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left: Iterator[Path] = iter(())
        self._played: set[Path] = set()
        self._unreadable: dict[Path, Stamp] = {}

    def open(self) -> Gone | None:
        """See `Camera.open`."""
        return None if self._path.exists() else self._gone()

    def newest(self, timeout_s: float) -> Grey | Gone | NothingNew | None:  # noqa: ARG002  a file keeps nobody waiting
        """See `Camera.newest`: here every picture counts, so none is dropped."""
        path = next(self._left, None)
        if path is None:
            return self._list()
        stamp = _stamp(path)  # before reading: what is written meanwhile is then seen as a change
        picture = load(path)
        if isinstance(picture, Unreadable):
            self._unreadable[path] = stamp
            return None
        self._unreadable.pop(path, None)
        self._played.add(path)
        return picture

    def close(self) -> None:
        """See `Camera.close`. What was played stays played."""
        self._left = iter(())

    def _list(self) -> Gone | NothingNew | None:
        there = list(pictures_in(self._path))
        if not self._path.exists():
            return self._gone()
        self._played.intersection_update(there)
        self._unreadable = {path: self._unreadable[path] for path in there if path in self._unreadable}
        fresh = [path for path in there if path not in self._played and self._unreadable.get(path) != _stamp(path)]
        self._left = iter(fresh)
        return None if fresh else NothingNew()

    def _gone(self) -> Gone:
        return Gone(f"{self._path} is not there")


def _stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)  # gone again: no file that is there has this stamp and is a picture
    return (stat.st_mtime_ns, stat.st_size)
