"""A journal on a real disk, open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.cabinet.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path, "C1", entropy=lambda size: bytes(range(size)))
    yield opened
    opened.close()
