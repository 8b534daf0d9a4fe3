"""A checkout for the tests of ./run."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.house.door import run
from tests.house.tree import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv is ready, with a Python that only says where it was started and with what."""
    for name in ("run", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text('#!/bin/sh\necho "$PWD" "$@"\n')
    (tmp_path / ".venv/bin/python").chmod(0o755)
    keys = run.keys(tmp_path.resolve(), f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}")
    (tmp_path / ".venv" / run.STAMP).write_text("\n".join(keys) + "\n")
    return tmp_path.resolve()
