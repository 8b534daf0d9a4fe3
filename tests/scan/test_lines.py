import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.scan.alphabet import ALPHANUMERIC
from locker.scan.lines import MAX_LINE_BYTES, Line, LineCutter, ReaderState, Strange, understood, written

CODES = st.text(alphabet=sorted(ALPHANUMERIC), min_size=1, max_size=300)


@given(CODES, st.integers(1, 50))
def test_a_code_arrives_as_it_was_sent(code: str, together: int) -> None:
    line = Line(code=code, together=together)
    raw = written(line)
    assert raw.endswith(b"\n")
    assert len(raw) <= MAX_LINE_BYTES
    assert understood(raw) == line


@pytest.mark.parametrize(
    ("line", "as_json"),
    [
        (Line(code="LC1:A", together=1), {"code": "LC1:A", "together": 1}),
        (Line(strange=Strange(length=18, hash="0f3a")), {"strange": {"length": 18, "hash": "0f3a"}}),
        (Line(health=ReaderState.OK), {"health": "ok"}),
        (Line(health=ReaderState.NO_CAMERA, why="cable"), {"health": "no_camera", "why": "cable"}),
        (Line(frame=0), {"frame": 0}),
    ],
)
def test_each_kind_of_line(line: Line, as_json: dict[str, object]) -> None:
    assert json.loads(written(line)) == as_json
    assert understood(written(line)) == line


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"hello",
        b"\xff\xfe\x00",
        b'{"code": "lower case"}',
        b'{"code": ""}',
        b'{"code": 7}',
        b'{"code": "%s"}' % (b"A" * 301),
        b'{"code": "A", "frame": 1}',
        b'{"code": "A", "together": 0}',
        b'{"code": "A", "extra": 1}',
        b'{"strange": {"length": -1, "hash": "00"}}',
        b'{"strange": {"length": 1, "hash": "LC1:ABC"}}',
        b'{"health": "splendid"}',
        b'{"health": "restarting"}',
        b'{"health": "ok", "why": "%s"}' % (b"x" * 201),
        b'{"frame": -1}',
        b"[" * 4000,
    ],
)
def test_what_is_not_ours_is_not_understood(raw: bytes) -> None:
    assert understood(raw) is None


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_an_error(raw: bytes) -> None:
    understood(raw)


def test_a_line_never_shows_its_code() -> None:
    assert repr(Line(code="SECRET")) == f"{Line(code='SECRET')}" == "<a line with code>"


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.data())
def test_lines_come_whole_however_the_stream_is_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cut = data.draw(st.integers(0, len(stream)))
    cutter = LineCutter()
    assert cutter.feed(stream[:cut]) + cutter.feed(stream[cut:]) == lines


@pytest.mark.parametrize("chunk", [1, 100, MAX_LINE_BYTES, 100_000])
def test_a_line_that_is_too_long_is_one_loss_and_little_is_kept(chunk: int) -> None:
    stream = b"before\n" + b"x" * 20_000 + b"\nafter\n"
    cutter = LineCutter()
    got: list[bytes | None] = []
    for start in range(0, len(stream), chunk):
        got += cutter.feed(stream[start : start + chunk])
        assert len(cutter._rest) <= MAX_LINE_BYTES  # noqa: SLF001  the bound is the point
    assert got == [b"before", None, b"after"]
