"""What `locker-ingest` says to the person who starts it."""

import os
from pathlib import Path

import pytest

from sync.ingest.__main__ import main
from tests.sync.ingest.running import command


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], os.EX_USAGE, "the following arguments are required: --sink, --broker"),
        (["loans"], os.EX_USAGE, "the following arguments are required: --sink"),
        (["--sink", "postgresql://x", "--broker", "mqtt://h"], os.EX_CONFIG, "only sqlite:///PATH is spoken"),
        (["--sink", "sqlite:///", "--broker", "mqtt://h"], os.EX_CONFIG, "only sqlite:///PATH is spoken"),
        (["--sink", "sqlite:///a.db", "--broker", "http://h"], os.EX_CONFIG, "--broker 'http://h' is not mqtt://"),
        (["--sink", "sqlite:///a.db", "--broker", "mqtt://h", "--tenant", "A/+"], os.EX_CONFIG, "--tenant 'A/+': 2 to"),
        (["--sink", "sqlite:///no/a.db", "--broker", "mqtt://h"], os.EX_CONFIG, "there is no folder /"),
        (["--sink", "sqlite:///diary.db", "--broker", "mqtt://h"], os.EX_CONFIG, "diary.db: file is not a database"),
        (["--sink", "sqlite:///a.db", "--broker", "mqtt://h", "--key", "diary.db"], os.EX_CONFIG, "chmod 600"),
        (["--sink", "sqlite:///a.db", "--broker", "mqtt://h", "--cabinets", "no"], os.EX_NOINPUT, "No such file"),
        (["loans", "--sink", "sqlite:///a.db"], os.EX_NOINPUT, "there is no database /"),
        (["loans", "--sink", "sqlite:///diary.db"], os.EX_NOINPUT, "diary.db: file is not a database"),
    ],
)
def test_what_only_a_person_can_put_right_is_said_and_ends_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "diary.db").write_bytes(b"dear diary\n" * 1000)
    (tmp_path / "diary.db").chmod(0o644)
    try:
        found: int | str | None = main(words)
    except SystemExit as ended:
        found = ended.code
    assert found == code
    assert said in capsys.readouterr().err


def test_an_exit_code_is_the_processs_own(tmp_path: Path) -> None:
    code, shown, errors = command("loans", "--sink", "sqlite:///a.db", cwd=tmp_path)
    assert (code, shown) == (os.EX_NOINPUT, "")
    assert errors == f"locker-ingest: --sink: there is no database {tmp_path}/a.db\n"


@pytest.mark.parametrize("words", [["--help"], ["loans", "--help"]])
def test_help_is_help(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(words)
    assert "--sink URL" in capsys.readouterr().out
