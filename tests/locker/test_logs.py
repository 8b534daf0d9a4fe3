import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker import logs

A_PASS = "LC1:W506C1PN1:Y1300BG0FO05 RF887S3ID0LS3U0F937T59NL1UW685KE*C%Z4L/MO9QTLKEEPIG5AZBQ"
A_KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAA\n-----END PRIVATE KEY-----"
AT_S = 1793370665.12


def record(message: str, level: int = logging.INFO, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("locker.loop", level, "loop.py", 1, message, None, None)
    made.created = AT_S
    if fields:
        made.fields = fields
    return made


def line(message: str, level: int = logging.INFO, **fields: object) -> str:
    return logs.LineFormatter(journal=True).format(record(message, level, **fields))


def failure(error: BaseException) -> str:
    try:
        raise error
    except type(error) as raised:
        told = record("worker died", logging.ERROR)
        told.exc_info = (type(raised), raised, raised.__traceback__)
        return logs.LineFormatter(journal=True).format(told)


@pytest.fixture
def quiet_root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_begins_with_the_time_in_utc() -> None:
    told = logs.LineFormatter(journal=False).format(record("door unknown", logging.WARNING, door=3))
    assert told == "2026-10-30T14:31:05.120Z WARNING locker.loop: door unknown door=3"


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7)],
)
def test_the_journal_gets_the_priority_instead(level: int, priority: int) -> None:
    assert line("bus silent", level) == f"<{priority}>locker.loop: bus silent"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"),
        (None, "None"),
        ("main", "main"),
        ("书柜", "书柜"),
        ("", '""'),
        ("two words", '"two words"'),
        ("a=b", '"a=b"'),
        ('say "x"', '"say \\"x\\""'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31m", '"\\u001b[31m"'),
        ("\u2028", '"\\u2028"'),
        ("x" * 301, "x" * 300 + "…"),
    ],
)
def test_a_value_cannot_be_mistaken_for_another_word_or_line(value: object, shown: str) -> None:
    assert line("said", value=value) == f"<6>locker.loop: said value={shown}"


def test_a_message_of_a_library_cannot_forge_a_line() -> None:
    assert line("GET /\n<2>locker: all doors open") == '<6>locker.loop: "GET /\\n<2>locker: all doors open"'


@given(st.text(), st.text())
def test_whatever_is_said_stays_on_its_line(message: str, value: str) -> None:
    told = line(message, value=value)
    assert told.startswith("<6>locker.loop: ")
    assert told.isprintable()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"cannot use {A_PASS}", "cannot use LC1:…"),
        (f"{A_PASS} twice {A_PASS}", "LC1:…twice LC1:…"),
        (f"read {A_KEY} here", "read (private key) here"),
        (A_KEY[:50], "(private key)"),
        ("mqtt://A03:secret@broker:1883", "mqtt://…@broker:1883"),
        ("write to help@example.org", "write to help@example.org"),
        ("LC1: is the prefix", "LC1: is the prefix"),
    ],
)
def test_secrets_never_get_into_a_line(text: str, left: str) -> None:
    assert logs.hidden(text) == left


def test_fields_and_messages_are_hidden_alike() -> None:
    assert line(f"read {A_PASS}", code=A_PASS) == "<6>locker.loop: read LC1:… code=LC1:…"


def test_an_error_is_told_frame_by_frame_each_with_its_priority() -> None:
    first, frame, last = failure(ValueError("bad frame")).split("\n")
    assert first == "<3>locker.loop: worker died"
    assert frame.startswith("<3>  ")
    assert frame.endswith("in failure: raise error")
    assert last == "<3>  ValueError: bad frame"


def test_an_error_shows_nobodys_code_but_names_the_device() -> None:
    assert failure(KeyError("wxp://f2f0strangers")).endswith("<3>  KeyError: '…'")
    assert failure(FileNotFoundError(2, "No such file", "/dev/video0")).endswith(
        "<3>  FileNotFoundError: [Errno 2] No such file: '/dev/video0'"
    )


def test_causes_come_before_what_they_caused_and_end_somewhere() -> None:
    error: Exception = ValueError("cause 0")
    for number in range(1, 9):
        caused = ValueError(f"cause {number}")
        caused.__cause__ = error
        error = caused
    told = [said.split("cause ")[1] for said in failure(error).split("\n") if "cause " in said]
    assert told == ["4", "5", "6", "7", "8"]


def test_a_context_that_was_set_aside_is_not_told() -> None:
    error = ValueError("shown")
    error.__context__ = KeyError("not shown")
    assert "KeyError" in failure(error)
    error.__suppress_context__ = True
    assert "KeyError" not in failure(error)


def test_the_journal_is_known_by_its_device_and_inode(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        status = os.fstat(stream.fileno())
        ours = f"{status.st_dev}:{status.st_ino}"
        assert logs.under_journal(stream, {"JOURNAL_STREAM": ours})
        assert not logs.under_journal(stream, {"JOURNAL_STREAM": "8:1"})
        assert not logs.under_journal(stream, {})
    assert not logs.under_journal(io.StringIO(), {"JOURNAL_STREAM": ours})


def test_what_begins_goes_to_one_stream_only(quiet_root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.begin(stream, journal=True, level=logging.WARNING)
    assert len(quiet_root.handlers) == 1
    log = logging.getLogger("locker.post")
    logs.note(log, logging.INFO, "not told")
    logs.note(log, logging.WARNING, "broker away", since_s=12, broker="mqtt://A03:pw@b")
    assert stream.getvalue() == "<4>locker.post: broker away since_s=12 broker=mqtt://…@b\n"


def test_a_note_is_placed_where_it_was_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logs.note(logging.getLogger("locker.post"), logging.INFO, "sent", facts=2)
    assert [told.funcName for told in caplog.records] == ["test_a_note_is_placed_where_it_was_said"]
