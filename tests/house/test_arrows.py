"""The architecture's contracts hold, and each of them can break."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT

LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))

# One sin a line: the contract it breaks, the file it is committed in, the line that commits it, and what
# import-linter must say of it under that contract's heading.
SINS = [
    ("Pure rooms", "locker/core/door.py", "import time", "locker.core.door -> time"),
    ("Pure rooms", "locker/core/deep/well.py", "import random", "locker.core.deep.well -> random"),
    ("Pure rooms", "sync/wire.py", "import socket", "sync.wire -> socket"),
    ("Pure rooms", "sync/cabinet/session.py", "from threading import Lock", "sync.cabinet.session -> threading"),
    ("Pure rooms", "sync/ingest/ledger.py", "import os.path", "sync.ingest.ledger -> os"),
    ("Pure rooms", "firmware_bridge/codec/frame.py", "import numpy as np", "firmware_bridge.codec.frame -> numpy"),
    # Two modules away: the room is clean itself, and so is the first that it asks.
    ("Pure rooms", "sync/topics.py", "import sync.near", "sync.topics is not allowed to import logging:"),
    ("Pure rooms", "sync/near.py", "import sync.far", "sync.near -> sync.far"),
    ("Pure rooms", "sync/far.py", "import logging", "sync.far -> logging"),
    # Inside a function, where a reader of the file's head does not see it.
    ("Pure rooms", "firmware_bridge/budget.py", "def f():\n    import asyncio", "firmware_bridge.budget -> asyncio"),
    ("The core", "locker/core/cabinet.py", "import locker.loop", "locker.core.cabinet -> locker.loop"),
    ("The core", "locker/core/visit.py", "import firmware_bridge.bus", "locker.core.visit -> firmware_bridge.bus"),
    ("The core", "locker/core/rules.py", "import sync.wire", "locker.core.rules -> sync.wire"),
    ("Arrows", "locker/daemon.py", "import simulator", "locker.daemon -> simulator"),
    ("Arrows", "firmware_bridge/board.py", "import locker.config", "firmware_bridge.board -> locker.config"),
    ("Arrows", "sync/mqtt.py", "import firmware_bridge.board", "sync.mqtt -> firmware_bridge.board"),
    ("Arrows", "firmware_bridge/bus.py", "import sync.facts", "firmware_bridge.bus -> sync.facts"),
    ("Arrows", "simulator/town.py", "import tests.conftest", "simulator.town -> tests.conftest"),
    ("The two ends", "sync/cabinet/post.py", "import sync.ingest.sqlite", "sync.cabinet.post -> sync.ingest.sqlite"),
    (
        "The two ends",
        "sync/ingest/consumer.py",
        "import sync.cabinet.post",
        "sync.ingest.consumer -> sync.cabinet.post",
    ),
    ("Home: paho", "sync/cabinet/post.py", "import paho.mqtt.client", "sync.cabinet.post -> paho"),
    ("Home: requests", "locker/daemon.py", "import requests", "locker.daemon -> requests"),
    ("Home: pyserial", "firmware_bridge/bus.py", "import serial", "firmware_bridge.bus -> serial"),
    ("Home: GPIO", "firmware_bridge/serial_board.py", "import gpiozero", "firmware_bridge.serial_board -> gpiozero"),
    ("Home: pictures", "locker/print.py", "import cv2", "locker.print -> cv2"),
    ("Home: pictures", "locker/daemon.py", "import pyzbar.pyzbar", "locker.daemon -> pyzbar"),
    ("Home: the web", "locker/daemon.py", "import uvicorn", "locker.daemon -> uvicorn"),
    ("Home: codes", "locker/daemon.py", "import segno", "locker.daemon -> segno"),
    ("Home: PostgreSQL", "sync/ingest/sqlite.py", "import psycopg", "sync.ingest.sqlite -> psycopg"),
    ("Home: SQLite", "locker/loop.py", "import sqlite3", "locker.loop -> sqlite3"),
    ("Home: keys", "locker/config.py", "import cryptography", "locker.config -> cryptography"),
    ("Home: Base45", "locker/config.py", "import base45", "locker.config -> base45"),
    ("Home: amqtt", "sync/mqtt.py", "import amqtt", "sync.mqtt -> amqtt"),
]


def lint_imports(folder: Path) -> tuple[int, str]:
    """Run import-linter over the packages in a folder with the project's contracts; return its exit code and words."""
    said = subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return said.returncode, said.stdout + said.stderr


@pytest.fixture(scope="module")
def confession(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What import-linter says, by broken contract, of a copy of the project in which every sin was committed."""
    folder = tmp_path_factory.mktemp("sinful")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for _, file, line, _ in SINS:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        with path.open("a") as module:
            module.write(f"\n{line}\n")
    code, words = lint_imports(folder)
    assert code == 1, words
    parts = re.split(r"\n(.+)\n-{4,}\n", words.partition("Broken contracts")[2])
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_house_keeps_its_contracts() -> None:
    code, words = lint_imports(ROOT)
    assert code == 0, words


@pytest.mark.parametrize(("contract", "file", "line", "verdict"), SINS)
def test_each_sin_is_named(confession: dict[str, str], contract: str, file: str, line: str, verdict: str) -> None:
    found = [words for name, words in confession.items() if name.startswith(contract)]
    assert len(found) == 1, f"{contract!r} is not one of the broken contracts: {list(confession)}"
    assert verdict in found[0], f"{line!r} in {file} went unseen:\n{found[0]}"


def test_every_contract_has_a_sin() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]
    assert [name for name in names if not any(name.startswith(sin[0]) for sin in SINS)] == []
