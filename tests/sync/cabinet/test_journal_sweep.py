"""The delivered mark, the broom, and readers beside the writer."""

import sqlite3
from pathlib import Path

import pytest

from sync.cabinet.errors import JournalError
from sync.cabinet.journal import Journal, JournalReader
from sync.wire import GENESIS, decode_line
from tests.sync.cabinet.facts_of_a_day import fact, stamp
from tests.sync.cabinet.pen import fill, rewrite

DAY_MS = 86_400_000


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
