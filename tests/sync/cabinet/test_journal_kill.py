"""Killed at any instant, the journal has every fact that it called durable."""

import hashlib
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sync.cabinet.journal import Journal


def check(path: Path, reported: int) -> None:
    """Read the file with nothing of ours but its layout: gapless, chained, and everything that was promised."""
    database = sqlite3.connect(path)
    rows = database.execute("SELECT seq, line, hash FROM line ORDER BY seq").fetchall()
    database.close()
    before = bytes(32)
    for number, (seq, line, stored) in enumerate(rows, start=1):
        before = hashlib.sha256(before + line).digest()
        assert (seq, stored) == (number, before)
    assert len(rows) >= reported


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_instant_it_has_every_fact_that_it_called_durable(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    reported = 0
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.sync.cabinet.scribe", str(path)], stdout=subprocess.PIPE, text=True
        ) as scribe:
            assert scribe.stdout is not None
            assert scribe.stdout.readline() == "open\n"
            for _ in range(chance.randint(0, 40)):
                reported = int(scribe.stdout.readline())
            scribe.send_signal(signal.SIGKILL)
            for line in scribe.stdout:
                reported = int(line) if line.endswith("\n") else reported
        check(path, reported)
        journal = Journal.open(path, "C1")
        assert journal.last >= reported
        reported = journal.last
        recalled = journal.recall()
        seqs = [entry.seq for entry in recalled.entries]
        assert seqs == list(range(recalled.seq + 1, journal.last + 1))
        journal.close()
