"""The journal on a real disk: what is written comes back, and nobody else writes."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.cabinet.errors import (
    JournalDamagedError,
    JournalForeignError,
    JournalInUseError,
    JournalNewerError,
    JournalWriteError,
)
from sync.cabinet.journal import Journal
from sync.facts import Started
from sync.wire import GENESIS
from tests.sync.cabinet.facts_of_a_day import fact, stamp
from tests.sync.cabinet.pen import fill, rewrite


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
