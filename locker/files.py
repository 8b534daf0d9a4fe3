"""This file knows how small files are read whole and made new, so that neither surprises.

Reading waits for nothing and never takes more than it was told; making never overwrites, and is on the disk when it
returns. What goes wrong is an OSError with its reason, also where Python says something else.
"""

import errno
import os
import stat
from pathlib import Path

MAX_KEY_BYTES = 16 * 1024
"""An Ed25519 key in PEM has 119 bytes; comments around it may be longer, a wrong file is much longer."""


def read(path: Path, most_bytes: int) -> bytes:
    """The whole of a regular file. OSError if there is none, or it is longer than `most_bytes`."""
    _no_nul(path)
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", str(path))
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"Longer than {most_bytes} bytes", str(path))
    return content


def make(path: Path, content: bytes, mode: int) -> None:
    """Write a new file with exactly this mode, durable on return.

    FileExistsError if anything has that name already; after any other OSError there is no such file.
    """
    _no_nul(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        _keep_name(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _keep_name(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _no_nul(path: Path) -> None:
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "A file's name holds no NUL", str(path))
