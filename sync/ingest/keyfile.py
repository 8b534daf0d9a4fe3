"""This file knows where the server's own key lies: a private PEM for its owner alone, its public half beside it."""

import os
import secrets
from pathlib import Path

from sync.signature import SEED_BYTES, KeyUnusableError, SigningKey


class KeyFileError(Exception):
    """The server has no key to sign with; the text says what, where and what to do."""


def server_key(path: Path) -> tuple[SigningKey, bool]:
    """The key in `path`, and whether it was made just now; `path`.pub beside it always fits it. Or KeyFileError."""
    try:
        made = not path.exists()
        if made:
            _write(path, SigningKey(secrets.token_bytes(SEED_BYTES)).to_pem(), 0o600)
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path}: others may read or write it: chmod 600 {path}")
        key = SigningKey.from_pem(path.read_bytes())
        public, pem = public_file(path), key.public.to_pem()
        if not public.exists() or public.read_bytes() != pem:
            _write(public, pem, 0o644)
    except KeyUnusableError as error:
        raise KeyFileError(
            f"{path}: {error}. Put back the copy that was kept, or move it away for a new key, which every cabinet"
            " must then be given"
        ) from error
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}: the server's key is read, or made, there") from error
    return key, made


def public_file(path: Path) -> Path:
    """Where the public half lies: what every cabinet is given."""
    return path.with_name(f"{path.name}.pub")


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, also when the power goes."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(handle)
    draft.replace(path)
