"""This file knows how a process keeps a file to itself: for as long as it lives, and not a moment longer."""

import fcntl
import os
from pathlib import Path

from sync.cabinet.errors import JournalInUseError, JournalWriteError


def lock(path: Path) -> int:
    """Take the lock beside `path`, or raise at once; the descriptor holds it until it is closed or the process dies.

    Not SQLite's exclusive mode, which would shut the readers out too; and not a lock on the database file itself,
    since closing any other descriptor of that file would drop SQLite's own locks.
    """
    try:
        held = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalWriteError(f"{path}: {error}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise JournalInUseError(f"{path} is being written by another process; stop that one first") from error
    return held
