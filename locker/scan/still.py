"""Reads the codes in picture files, one after another."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from locker.scan.ladder import read_still
from locker.scan.pictures import Unreadable, load, pictures_in


@dataclass(frozen=True, slots=True)
class FileRead:
    """What one file gave."""

    file: Path
    texts: tuple[str, ...] = field(default=(), repr=False)
    """Every text read, each once; a stranger's too, so they stay out of `repr`."""
    ms: float = 0.0
    """Time that reading took, without loading the file."""
    error: str | None = None
    """If it is no picture: what is wrong and what to do."""


def read_files(path: Path) -> Iterator[FileRead]:
    """Yield what each picture at or below `path` holds. Never raises; blocks for some 10 ms a photograph."""
    for file in pictures_in(path):
        picture = load(file)
        if isinstance(picture, Unreadable):
            yield FileRead(file, error=picture.why)
            continue
        began_s = time.perf_counter()
        texts = dict.fromkeys(scan.text for scan in read_still(picture))
        yield FileRead(file, tuple(texts), (time.perf_counter() - began_s) * 1000)
