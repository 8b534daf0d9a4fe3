"""This file knows that a database has one server: a second one on the same file is told so and goes home."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.ingest.sink import SinkError


class InUseError(Exception):
    """Another process serves this database; the text says which."""


@contextmanager
def sole_server(database: Path) -> Iterator[None]:
    """Hold `database`.lock; InUseError at once when somebody else does, SinkError when nobody can.

    However a process ends, the kernel lets go.
    """
    file = database.with_name(f"{database.name}.lock")
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SinkError(f"{file}: {error.strerror}: this user must be able to write there") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(handle, 20, 0).decode(errors="replace").strip()
            raise InUseError(f"{database} is already served by process {owner}: stop that one first") from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
