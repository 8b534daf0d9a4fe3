"""This file knows how a verb says that it cannot do what it was asked."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from locker import files

if TYPE_CHECKING:
    from sync.signature import PublicKey


class CommandError(Exception):
    """What stands in the way, in one line for whoever typed the command, and the code to exit with (sysexits)."""

    def __init__(self, message: str, code: int) -> None:
        """Say it; `code` is one of os.EX_*, or 2 for a command that makes no sense."""
        super().__init__(message)
        self.code = code


EX_SENSELESS = 2
"""What argparse exits with too: the command line is wrong, whatever the files say."""


def read_key(path: Path) -> bytes:
    """The bytes of a key's file; CommandError(66) when it cannot be read."""
    try:
        return files.read(path, files.MAX_KEY_BYTES)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}", os.EX_NOINPUT) from error


def read_public_key(path: Path) -> "PublicKey":
    """The key in this file; CommandError(66) when it cannot be read, (65) when it is none, or the private half."""
    from sync.signature import KeyUnusableError, PublicKey

    pem = read_key(path)
    try:
        return PublicKey.from_pem(pem)
    except KeyUnusableError as error:
        private = b"PRIVATE KEY-----" in pem
        why = f"is a private key; use the public one, {path}.pub" if private else f"is {error}"
        raise CommandError(f"{path} {why}", os.EX_DATAERR) from error


def make_file(path: Path, content: bytes, mode: int) -> None:
    """Write a new file, durable on return; CommandError(73) when it is there already or cannot be made."""
    try:
        files.make(path, content, mode)
    except FileExistsError as error:
        raise CommandError(f"{path} is there already and is not overwritten", os.EX_CANTCREAT) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}", os.EX_CANTCREAT) from error
