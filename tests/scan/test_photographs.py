"""Real photographs: collected only where LOCKER_PICTURES names a folder of them, with a manifest.json beside them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif("LOCKER_PICTURES" not in os.environ, reason="LOCKER_PICTURES names no photographs")

LEAST_RATE = 0.84
"""Of the photographs whose text is known. A reader that is right reads 92 %."""


@pytest.fixture(scope="module")
def folder() -> Path:
    folder = Path(os.environ["LOCKER_PICTURES"])
    assert (folder / "manifest.json").is_file(), f"LOCKER_PICTURES names {folder}, which holds no manifest.json"
    return folder


@pytest.fixture(scope="module")
def manifest(folder: Path) -> list[dict[str, Any]]:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    assert isinstance(files, list)
    return files


@pytest.fixture(scope="module")
def texts_of(folder: Path) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.scan.command", "scan", str(folder), "--raw", "--json"],
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {os.path.relpath(line["file"], folder): line["texts"] for line in lines}


def test_every_photograph_is_looked_at(manifest: list[dict[str, Any]], texts_of: dict[str, list[str]]) -> None:
    assert set(texts_of) == {entry["file"] for entry in manifest}


def test_most_photographs_are_read_exactly(manifest: list[dict[str, Any]], texts_of: dict[str, list[str]]) -> None:
    known = [entry for entry in manifest if entry["kind"] == "positive" and entry["expected"]]
    read = [entry for entry in known if set(entry["expected"]) & set(texts_of[entry["file"]])]
    assert known
    assert len(read) >= LEAST_RATE * len(known)


def test_nothing_is_read_where_there_is_no_code(manifest: list[dict[str, Any]], texts_of: dict[str, list[str]]) -> None:
    without = [entry["file"] for entry in manifest if entry["kind"] == "negative"]
    assert without
    assert {file: texts_of[file] for file in without} == {file: [] for file in without}
