"""What only the SQLite sink promises: its file, and what a disk can do to it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.ingest import tables
from sync.ingest.sink import SinkError, Watermark
from sync.ingest.sqlite import Connect, OpenLoan, SqliteSink, open_loans
from tests.sync.ingest.cabinet import NOON_MS, Cabinet
from tests.sync.ingest.stores import batch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "facts.db"


def asked(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as looking:
        return looking.execute(sql).fetchall()


class Told(sqlite3.Connection):
    """A connection that remembers what it was told, and dies at a chosen statement as if the power had gone."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.statements: list[str] = []
        self.dies_at: int | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if len(self.statements) == self.dies_at:
            raise sqlite3.OperationalError("disk I/O error")
        self.statements.append(sql)
        return super().execute(sql, parameters)


def told(file: Path) -> Told:
    return sqlite3.connect(file, isolation_level=None, factory=Told)


def given(connection: sqlite3.Connection) -> Connect:
    return lambda _: connection


def test_the_file_says_what_it_is_and_every_commit_is_synced(file: Path) -> None:
    connection = told(file)
    with closing(SqliteSink(file, given(connection))):
        pragmas = [statement for statement in connection.statements if "=" in statement and "PRAGMA" in statement]
        assert pragmas == [
            "PRAGMA synchronous = EXTRA",
            f"PRAGMA application_id = {0x4C4F434B}",
            "PRAGMA user_version = 1",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
        ]
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert asked(file, "PRAGMA journal_mode") == [("wal",)]
    strict = asked(file, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    assert len(strict) == 9
    assert all(each for _, each in strict)


def test_an_open_file_is_not_made_again(file: Path) -> None:
    SqliteSink(file).close()
    connection = told(file)
    with closing(SqliteSink(file, given(connection))):
        assert not [statement for statement in connection.statements if "CREATE" in statement]


def test_a_creation_cut_off_anywhere_is_begun_again(file: Path) -> None:
    whole = told(file.with_name("whole.db"))
    SqliteSink(file.with_name("whole.db"), given(whole)).close()
    assert len(whole.statements) > 15
    for dies_at in range(len(whole.statements)):
        connection = told(file)
        connection.dies_at = dies_at
        with pytest.raises(SinkError, match="disk I/O error"):
            SqliteSink(file, given(connection))
        connection.close()
        with closing(SqliteSink(file)) as sink:
            assert sink.watermark("A03", "e1") == Watermark()
        for left in file.parent.glob("facts.db*"):
            left.unlink()


def test_a_flush_cut_off_anywhere_leaves_nothing_behind(file: Path) -> None:
    cabinet = Cabinet()
    cabinet.borrow("00000018")
    cabinet.write(b"nonsense")
    whole = told(file.with_name("whole.db"))
    with closing(SqliteSink(file.with_name("whole.db"), given(whole))) as sink:
        before = len(whole.statements)
        sink.flush([batch(cabinet, 1, 2)])
        statements = len(whole.statements) - before
    connection = told(file)
    with closing(SqliteSink(file, given(connection))) as sink:
        for dies_at in range(statements):
            connection.dies_at = len(connection.statements) + dies_at
            with pytest.raises(SinkError):
                sink.flush([batch(cabinet, 1, 2)])
            connection.dies_at = None
            if connection.in_transaction:  # even the rollback failed: the next start does it
                connection.rollback()
            for table in ("line", "parked", "watermark", "happening", "loan", "item"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), (dies_at, table)
        sink.flush([batch(cabinet, 1, 2)])
        assert sink.watermark("A03", cabinet.epoch).w == 2


def test_the_words_of_an_error_say_what_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"nowhere/facts\.db: unable to open database file\. .*Check that this"):
        SqliteSink(tmp_path / "nowhere" / "facts.db")


def test_somebody_elses_database_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE diary (day TEXT)")
    with pytest.raises(SinkError, match="a database, but not of this locker-ingest"):
        SqliteSink(file)
    assert asked(file, "SELECT name FROM sqlite_schema") == [("diary",)]


def test_a_database_of_a_later_version_is_left_alone(file: Path) -> None:
    SqliteSink(file).close()
    with closing(sqlite3.connect(file)) as later:
        later.execute(f"PRAGMA user_version = {tables.VERSION + 1}")
    with pytest.raises(SinkError, match=r"version: 0x4c4f434b, 2; expected 0x4c4f434b, 1"):
        SqliteSink(file)


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    file.write_bytes(b"shopping list\n" * 100)
    with pytest.raises(SinkError, match="file is not a database"):
        SqliteSink(file)
    assert file.read_bytes() == b"shopping list\n" * 100


def test_a_place_without_a_write_ahead_log_is_refused() -> None:
    with pytest.raises(SinkError, match=r"journal mode memory"):
        SqliteSink(Path("facts.db"), lambda _: sqlite3.connect(":memory:", isolation_level=None))


def test_open_loans_are_read_while_the_sink_writes(file: Path) -> None:
    cabinet = Cabinet()
    cabinet.borrow("00000026", "bbbbbbbbbbbb", NOON_MS + 60_000)
    cabinet.borrow("00000018", "aaaaaaaaaaaa", NOON_MS)
    cabinet.borrow("00000034", "cccccccccccc", None)
    cabinet.borrow("00000042", "dddddddddddd", NOON_MS)
    cabinet.give_back("00000042", NOON_MS + 1)
    with closing(SqliteSink(file)) as sink:
        sink.flush([batch(cabinet, 1, 5)])
        loans = open_loans(file)
    assert loans == open_loans(file)
    assert loans[0] == OpenLoan(
        item="00000034",
        resident="cccccccccccc",
        cabinet="A03",
        door=2,
        borrowed_ms=None,
        due="2026-01-15",
        over_limit=False,
        interrupted=False,
        time_unsure=True,
    )
    assert [(loan.item, loan.borrowed_ms) for loan in loans[1:]] == [
        ("00000018", NOON_MS),
        ("00000026", NOON_MS + 60_000),
    ]


def test_reading_loans_never_makes_a_file(file: Path) -> None:
    with pytest.raises(SinkError):
        open_loans(file)
    assert not file.exists()
