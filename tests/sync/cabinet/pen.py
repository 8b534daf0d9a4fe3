"""Ways to write into a journal's file: through the journal, and behind its back."""

import sqlite3
from pathlib import Path
from typing import Any

from sync.cabinet.journal import Journal
from tests.sync.cabinet.facts_of_a_day import fact, stamp


def fill(journal: Journal, count: int) -> None:
    for number in range(journal.last, journal.last + count):
        journal.append(stamp(number), [fact(number)])


def rewrite(path: Path, sql: str, *values: Any) -> None:
    """What a failing card or a meddling hand does: bytes change behind the journal's back."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(sql, values)
    database.close()
