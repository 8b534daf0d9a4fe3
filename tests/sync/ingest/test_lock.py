"""A database has one server."""

import os
from pathlib import Path

import pytest

from sync.ingest.lock import InUseError, sole_server
from sync.ingest.sink import SinkError


def test_a_second_server_is_told_who_is_there(tmp_path: Path) -> None:
    database = tmp_path / "facts.db"
    with (
        sole_server(database),
        pytest.raises(InUseError, match=rf"already served by process {os.getpid()}: stop"),
        sole_server(database),
    ):
        pass
    with sole_server(database):
        pass


def test_two_databases_have_two_servers(tmp_path: Path) -> None:
    with sole_server(tmp_path / "one.db"), sole_server(tmp_path / "other.db"):
        pass


def test_a_place_where_nobody_may_write_is_said(tmp_path: Path) -> None:
    (tmp_path / "facts.db.lock").mkdir()
    with pytest.raises(SinkError, match=r"facts\.db\.lock: Is a directory"), sole_server(tmp_path / "facts.db"):
        pass
