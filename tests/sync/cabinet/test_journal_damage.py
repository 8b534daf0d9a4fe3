"""Bytes that change behind the journal's back are found, and a disk that takes nothing breaks nothing."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.cabinet.errors import JournalDamagedError, JournalError, JournalWriteError
from sync.cabinet.journal import Journal, JournalReader
from tests.sync.cabinet.facts_of_a_day import fact, stamp
from tests.sync.cabinet.pen import fill, rewrite


def flip(path: Path, table: str, column: str, where: str, bit: int) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    (value,) = database.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()
    changed = bytearray(value)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (bytes(changed),))
    database.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_in_a_line_or_its_hash_is_found_and_named(journal: Journal, path: Path, seed: int) -> None:
    chance = random.Random(seed)
    fill(journal, 20)
    journal.close()
    seq = chance.randint(1, 20)
    flip(path, "line", chance.choice(["line", "hash"]), f"seq = {seq}", chance.randrange(4000))
    with pytest.raises(JournalDamagedError, match=f"line {seq}"):
        Journal.open(path, "C1")
    reader = JournalReader(path)
    with pytest.raises(JournalDamagedError, match=f"line {seq}"):
        reader.lines(0, 100, 100_000)
    reader.close()


@pytest.mark.parametrize("column", ["state", "hash", "seal"])
def test_a_flipped_bit_in_the_checkpoint_is_found(journal: Journal, path: Path, column: str) -> None:
    fill(journal, 3)
    journal.checkpoint(b"a state")
    journal.close()
    flip(path, "checkpoint", column, "one = 1", 21)
    with pytest.raises(JournalDamagedError, match="checkpoint"):
        Journal.open(path, "C1")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM line WHERE seq = 5",
        "DELETE FROM line WHERE seq = 1",
        "UPDATE line SET seq = 99 WHERE seq = 20",
        "UPDATE checkpoint SET seq = 11",
        "UPDATE about SET epoch = '0000000000000000'",
        "DELETE FROM about",
        "DROP TABLE checkpoint",
    ],
)
def test_rows_that_are_missing_or_false_are_found(journal: Journal, path: Path, sql: str) -> None:
    if "checkpoint" in sql:
        fill(journal, 10)
        journal.checkpoint(b"ten")
    fill(journal, 20 - journal.last)
    journal.close()
    rewrite(path, sql)
    with pytest.raises(JournalDamagedError, match="Set the file"):
        Journal.open(path, "C1")


def test_lines_cut_off_behind_the_checkpoint_are_found(journal: Journal, path: Path) -> None:
    fill(journal, 10)
    journal.checkpoint(b"ten")
    journal.close()
    rewrite(path, "DELETE FROM line WHERE seq > 7")
    with pytest.raises(JournalDamagedError, match="after 10"):
        Journal.open(path, "C1")


def test_any_page_of_the_file_set_to_zero_is_an_error_or_makes_no_difference(journal: Journal, path: Path) -> None:
    journal.append(stamp(1), [fact(number) for number in range(300)])
    facts = [entry.fact for entry in journal.recall().entries]
    journal.close()
    whole = path.read_bytes()
    outcomes = set()
    for page in range(len(whole) // 4096):
        path.write_bytes(whole[: page * 4096] + bytes(4096) + whole[(page + 1) * 4096 :])
        try:
            again = Journal.open(path, "C1")
        except JournalError:
            outcomes.add("found")
        else:
            outcomes.add("no matter")
            assert [entry.fact for entry in again.recall().entries] == facts
            again.close()
    assert "found" in outcomes


class Disk:
    """SQLite on a disk that can be told to fail the next statement of a kind."""

    def __init__(self) -> None:
        self.failing: Callable[[str], bool] = lambda _: False
        self.code = sqlite3.SQLITE_FULL

    def connect(self, *args: Any, **options: Any) -> sqlite3.Connection:
        disk = self

        class Failing(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                if disk.failing(sql):
                    error = sqlite3.OperationalError("told to fail")
                    error.sqlite_errorcode = disk.code
                    raise error
                return super().execute(sql, parameters)

        return sqlite3.connect(*args, **options, factory=Failing)


@pytest.mark.parametrize("statement", ["BEGIN", "INSERT", "COMMIT"])
def test_a_full_disk_keeps_all_or_none_and_heals(path: Path, statement: str) -> None:
    disk = Disk()
    journal = Journal.open(path, "C1", connect=disk.connect)
    fill(journal, 3)
    disk.failing = lambda sql: sql.startswith(statement)
    with pytest.raises(JournalWriteError, match="full"):
        journal.append(stamp(1), [fact(3), fact(4)])
    assert journal.last == 3
    disk.failing = lambda _: False
    assert journal.append(stamp(1), [fact(3)]) == 4
    assert [entry.seq for entry in journal.recall().entries] == [1, 2, 3, 4]
    journal.close()
    Journal.open(path, "C1").close()


def test_a_failed_flush_is_not_repeated(path: Path) -> None:
    disk = Disk()
    journal = Journal.open(path, "C1", connect=disk.connect)
    disk.failing, disk.code = lambda sql: sql.startswith("COMMIT"), sqlite3.SQLITE_IOERR
    with pytest.raises(JournalWriteError):
        journal.append(stamp(1), [fact(0)])
    disk.failing = lambda _: False
    with pytest.raises(JournalWriteError, match="restart"):
        journal.append(stamp(1), [fact(0)])
    journal.close()
    again = Journal.open(path, "C1")
    assert again.append(stamp(1), [fact(0)]) == 1
    again.close()


def test_a_rollback_that_fails_too_hides_nothing(path: Path) -> None:
    disk = Disk()
    journal = Journal.open(path, "C1", connect=disk.connect)
    disk.failing = lambda sql: sql.startswith(("INSERT", "ROLLBACK"))
    with pytest.raises(JournalWriteError, match="told to fail"):
        journal.append(stamp(1), [fact(0)])
    disk.failing = lambda _: False
    journal.close()
