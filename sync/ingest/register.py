"""This file knows which cabinets are ours: a folder with one public key a cabinet, `A03.pub` in PEM."""

import logging
from pathlib import Path

from sync.signature import KeyUnusableError, PublicKey
from sync.topics import ID

_log = logging.getLogger(__name__)
_SUFFIX = ".pub"
MAX_KEY_BYTES = 4096
"""An Ed25519 key in PEM has 113 bytes."""


class Register:
    """The keys as they were read last; adding, replacing or removing a file needs no restart."""

    def __init__(self, folder: Path) -> None:
        """Read the whole folder; OSError when it cannot be listed."""
        self._folder = folder
        self._keys: dict[str, PublicKey] = {}
        for file in sorted(folder.iterdir()):
            if file.suffix == _SUFFIX and ID.fullmatch(file.stem):
                self.look_up(file.stem)

    def __len__(self) -> int:
        """How many cabinets are registered."""
        return len(self._keys)

    def known(self, cabinet: str) -> PublicKey | None:
        """The cabinet's key as read last; touches no file."""
        return self._keys.get(cabinet)

    def look_up(self, cabinet: str) -> PublicKey | None:
        """Read the cabinet's file again; None when it is not there or holds no key, which is logged."""
        self._keys.pop(cabinet, None)
        if not ID.fullmatch(cabinet):
            return None
        file = self._folder / f"{cabinet}{_SUFFIX}"
        try:
            with file.open("rb") as opened:
                self._keys[cabinet] = PublicKey.from_pem(opened.read(MAX_KEY_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, KeyUnusableError) as error:
            _log.warning("%s: %s: cabinet %s is not heard; put its public key (PEM) there", file, error, cabinet)
        return self._keys.get(cabinet)
