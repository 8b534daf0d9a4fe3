"""The journal on a real disk: what it promised is there, whatever happened to the process or to the bytes."""

import hashlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.cabinet.errors import (
    JournalDamagedError,
    JournalError,
    JournalForeignError,
    JournalInUseError,
    JournalNewerError,
    JournalWriteError,
)
from sync.cabinet.journal import Journal, JournalReader
from sync.facts import Started
from sync.wire import GENESIS, decode_line
from tests.sync.cabinet.facts_of_a_day import fact, stamp

DAY_MS = 86_400_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(path, "C1", entropy=lambda size: bytes(range(size)))
    yield opened
    opened.close()


def fill(journal: Journal, count: int) -> None:
    for number in range(journal.last, journal.last + count):
        journal.append(stamp(number), [fact(number)])


def rewrite(path: Path, sql: str, *values: Any) -> None:
    """What a failing card or a meddling hand does: bytes change behind the journal's back."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(sql, values)
    database.close()


def test_a_new_journal_has_an_epoch_and_nothing_else(journal: Journal, path: Path) -> None:
    assert (journal.epoch, journal.last, journal.head, journal.delivered) == ("0001020304050607", 0, GENESIS, 0)
    recalled = journal.recall()
    assert (recalled.state, recalled.seq, list(recalled.entries)) == (None, 0, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_journals_never_share_an_epoch(tmp_path: Path) -> None:
    epochs = set()
    for number in range(20):
        journal = Journal.open(tmp_path / str(number), "C1")
        epochs.add(journal.epoch)
        journal.close()
    assert len(epochs) == 20


def test_facts_come_back_as_they_were_written(journal: Journal, path: Path) -> None:
    facts = [fact(number) for number in range(7)]
    assert journal.append(stamp(1, utc_ms=1_700_000_000_000), facts[:3]) == 3
    assert journal.append(stamp(2), facts[3:]) == 7
    epoch, head = journal.epoch, journal.head
    journal.close()
    again = Journal.open(path, "C1")
    entries = list(again.recall().entries)
    assert (again.epoch, again.last, again.head) == (epoch, 7, head)
    assert [entry.seq for entry in entries] == list(range(1, 8))
    assert [entry.fact for entry in entries] == facts
    assert [entry.stamp for entry in entries] == [stamp(1, utc_ms=1_700_000_000_000)] * 3 + [stamp(2)] * 4
    again.close()


def test_the_checkpoint_spares_what_it_covers(journal: Journal, path: Path) -> None:
    fill(journal, 3)
    journal.checkpoint(b"three")
    journal.checkpoint(b"still three")
    fill(journal, 2)
    recalled = journal.recall()
    assert (recalled.state, recalled.seq) == (b"still three", 3)
    assert [entry.seq for entry in recalled.entries] == [4, 5]
    journal.close()
    again = Journal.open(path, "C1")
    recalled = again.recall()
    assert (recalled.state, recalled.seq) == (b"still three", 3)
    assert [entry.seq for entry in recalled.entries] == [4, 5]
    again.close()


def test_more_than_a_page_streams_in_order(journal: Journal) -> None:
    journal.append(stamp(1), [fact(number) for number in range(1201)])
    assert [entry.seq for entry in journal.recall().entries] == list(range(1, 1202))


def test_the_recipe_of_durability_is_in_force(path: Path) -> None:
    said: list[str] = []

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = sqlite3.connect(*args, **options)
        database.set_trace_callback(said.append)
        return database

    journal = Journal.open(path, "C1", connect=connect)
    order = [line for line in said if "synchronous" in line or "journal_mode" in line]
    assert order == [
        "PRAGMA synchronous = EXTRA",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = FULL",
    ]
    said.clear()
    journal.append(stamp(1), [fact(0), fact(1)])
    assert [line.split()[0] for line in said] == ["BEGIN", "INSERT", "INSERT", "COMMIT"]
    journal.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_first_fact_waits_until_the_folder_is_on_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    Journal.open(path, "C1").close()
    assert synced == [path.parent.stat().st_ino]


def test_there_is_one_writer(journal: Journal, path: Path) -> None:
    with pytest.raises(JournalInUseError, match="another process"):
        Journal.open(path, "C1")
    journal.close()
    Journal.open(path, "C1").close()


def test_another_cabinets_file_is_refused(journal: Journal, path: Path) -> None:
    journal.close()
    with pytest.raises(JournalForeignError, match="journal of C1, not of C2"):
        Journal.open(path, "C2")
    Journal.open(path, "C1").close()


def test_a_later_layout_is_refused(journal: Journal, path: Path) -> None:
    journal.close()
    rewrite(path, "PRAGMA user_version = 2")
    with pytest.raises(JournalNewerError, match="layout 2"):
        Journal.open(path, "C1")


def test_a_database_of_something_else_is_refused(path: Path) -> None:
    rewrite(path, "CREATE TABLE photographs (one)")
    with pytest.raises(JournalForeignError, match="no journal"):
        Journal.open(path, "C1")


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text of some length" * 40, b"SQLite format 3\0" * 99]
)
def test_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalDamagedError, match="Set the file"):
        Journal.open(path, "C1")
    assert path.read_bytes() == content


def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    path.touch()
    journal = Journal.open(path, "C1")
    assert journal.append(stamp(1), [fact(0)]) == 1
    journal.close()


def test_a_folder_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(JournalWriteError, match="nowhere"):
        Journal.open(tmp_path / "nowhere" / "journal.sqlite", "C1")


def test_an_oversized_fact_leaves_no_trace(journal: Journal) -> None:
    with pytest.raises(ValueError, match="16384 allowed"):
        journal.append(stamp(1), [fact(0), Started(software="x" * 20_000, before="nothing")])
    assert (journal.last, list(journal.recall().entries)) == (0, [])


def test_closing_twice_is_closing_once(journal: Journal) -> None:
    journal.close()
    journal.close()


# --- the delivered mark and the broom ---


def test_the_mark_survives_with_the_next_checkpoint_or_close(journal: Journal, path: Path) -> None:
    fill(journal, 5)
    journal.mark_delivered(4)
    assert journal.delivered == 4
    journal.close()
    again = Journal.open(path, "C1")
    assert again.delivered == 4
    again.mark_delivered(2)
    assert again.delivered == 2
    again.close()


@pytest.mark.parametrize("upto", [-1, 6])
def test_a_mark_outside_the_journal_is_a_mistake(journal: Journal, upto: int) -> None:
    fill(journal, 5)
    with pytest.raises(ValueError, match="ends at 5"):
        journal.mark_delivered(upto)


def test_a_false_mark_is_drawn_into_the_journal(journal: Journal, path: Path) -> None:
    fill(journal, 5)
    journal.close()
    rewrite(path, "UPDATE about SET delivered = 99")
    again = Journal.open(path, "C1")
    assert again.delivered == 5
    again.close()


def a_month(journal: Journal, days: int) -> None:
    for day in range(days):
        journal.append(stamp(day, utc_ms=day * DAY_MS), [fact(day)])


def test_only_old_and_delivered_and_checkpointed_lines_are_swept(journal: Journal, path: Path) -> None:
    a_month(journal, 40)
    assert journal.sweep(10 * DAY_MS) == 0
    journal.mark_delivered(40)
    assert journal.sweep(10 * DAY_MS) == 0
    journal.checkpoint(b"")
    assert journal.sweep(10 * DAY_MS) == 10
    assert journal.sweep(10 * DAY_MS) == 0
    reader = JournalReader(path)
    assert (reader.first(), reader.last()[0]) == (11, 40)
    reader.close()
    journal.close()
    again = Journal.open(path, "C1")
    assert again.last == 40
    assert again.sweep(20 * DAY_MS) == 0, "the mark on disk alone sweeps nothing"
    again.mark_delivered(15)
    assert again.sweep(20 * DAY_MS) == 5
    again.close()


def test_the_last_line_always_stays(journal: Journal, path: Path) -> None:
    a_month(journal, 3)
    journal.mark_delivered(3)
    journal.checkpoint(b"x")
    assert journal.sweep(99 * DAY_MS) == 2
    head = journal.head
    journal.close()
    again = Journal.open(path, "C1")
    assert (again.last, again.head) == (3, head)
    assert again.append(stamp(9), [fact(9)]) == 4
    again.close()


def test_a_broom_takes_500_at_most_and_lines_without_a_clock_go_with_the_next_that_has_one(journal: Journal) -> None:
    journal.append(stamp(1), [fact(number) for number in range(700)])
    journal.append(stamp(2, utc_ms=DAY_MS), [fact(0)])
    journal.append(stamp(3), [fact(number) for number in range(5)])
    journal.append(stamp(4, utc_ms=50 * DAY_MS), [fact(0)])
    journal.append(stamp(5), [fact(0)])
    journal.mark_delivered(708)
    journal.checkpoint(b"")
    swept = [journal.sweep(30 * DAY_MS) for _ in range(6)]
    assert sum(swept) == 701
    assert max(swept) == 500


# --- readers ---


def test_a_reader_sees_what_is_committed(journal: Journal, path: Path) -> None:
    reader = JournalReader(path)
    assert (reader.cabinet, reader.epoch, reader.last(), reader.first()) == ("C1", journal.epoch, (0, GENESIS), 1)
    assert reader.lines(0, 10, 10_000) == []
    fill(journal, 12)
    assert reader.last() == (12, journal.head)
    assert (reader.hash_at(0), reader.hash_at(12), reader.hash_at(13)) == (GENESIS, journal.head, None)
    lines = reader.lines(4, 5, 10_000)
    assert [decode_line(line).seq for line in lines] == [5, 6, 7, 8, 9]
    assert [decode_line(line).fact for line in lines] == [fact(number) for number in range(4, 9)]
    assert reader.lines(12, 5, 10_000) == []
    assert reader.lines(99, 5, 10_000) == []
    reader.close()


def test_a_reader_minds_the_bytes_but_gives_at_least_one(journal: Journal, path: Path) -> None:
    fill(journal, 9)
    reader = JournalReader(path)
    lines = reader.lines(0, 9, 1_000_000)
    two = len(lines[0]) + len(lines[1])
    assert reader.lines(0, 9, two) == lines[:2]
    assert reader.lines(0, 9, two - 1) == lines[:1]
    assert reader.lines(0, 9, 1) == lines[:1]
    reader.close()


def test_a_reader_cannot_write_and_a_missing_file_is_an_error(path: Path, journal: Journal) -> None:
    reader = JournalReader(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._database.execute("DELETE FROM line")  # noqa: SLF001  the very thing that must fail
    reader.close()
    journal.close()
    with pytest.raises(JournalError):
        JournalReader(path.with_name("other"))


# --- damage ---


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


# --- a disk that takes nothing ---


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


# --- kill -9 ---


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
