import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.scan.pgm import MAX_PICTURE_BYTES, PgmCutter, Picture


def pgm(columns: int, rows: int, shade: int = 0) -> bytes:
    return b"P5\n%d %d\n255\n" % (columns, rows) + bytes([shade]) * (columns * rows)


def test_a_picture() -> None:
    assert PgmCutter().feed(b"P5\n3 2\n255\nabcdef") == [Picture(3, 2, b"abcdef")]


@pytest.mark.parametrize(
    "header", [b"P5 3 2 255 ", b"P5\n# by hand\n3 2\n255\n", b"P5\r\n3\t2\r\n255\n", b"P5\n03 002 255\n"]
)
def test_headers_that_the_format_allows(header: bytes) -> None:
    assert PgmCutter().feed(header + b"abcdef") == [Picture(3, 2, b"abcdef")]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.data())
def test_pictures_come_whole_however_the_stream_is_cut(sides: list[int], data: st.DataObject) -> None:
    stream = b"".join(pgm(side, side, shade) for shade, side in enumerate(sides))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    cutter = PgmCutter()
    got = [
        picture
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)
        for picture in cutter.feed(stream[start:end])
    ]
    assert got == [Picture(side, side, bytes([shade]) * side * side) for shade, side in enumerate(sides)]
    assert cutter.rubbish_bytes == 0


@given(st.binary(max_size=400).filter(lambda rubbish: b"P" not in rubbish))
def test_rubbish_before_a_picture_is_passed_over(rubbish: bytes) -> None:
    assert PgmCutter().feed(rubbish + pgm(4, 4, 7)) == [Picture(4, 4, bytes([7]) * 16)]


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_no_bytes_whatever_are_an_error_and_little_is_kept(chunks: list[bytes]) -> None:
    cutter = PgmCutter()
    for chunk in chunks:
        cutter.feed(b"P5 " + chunk)
    assert len(cutter._rest) <= MAX_PICTURE_BYTES + 64  # noqa: SLF001  the bound is the point


@pytest.mark.parametrize(
    "header",
    [
        b"P5\n4097 2\n255\n",
        b"P5\n2 4097\n255\n",
        b"P5\n0 2\n255\n",
        b"P5\n99999 9\n255\n",
        b"P5\n2 2\n65535\n",  # 16 bits
        b"P6\n2 2\n255\n",  # colour
        b"P5\n" + b"#" * 70 + b"\n2 2\n255\n",  # a header that does not end
    ],
)
def test_what_is_too_large_or_not_grey_is_passed_over(header: bytes) -> None:
    cutter = PgmCutter()
    assert cutter.feed(header + b"abcd") == []
    assert cutter.feed(pgm(9, 9, 7)) == [Picture(9, 9, bytes([7]) * 81)]


def test_rubbish_is_counted_until_a_picture_comes() -> None:
    cutter = PgmCutter()
    cutter.feed(b"x" * 1000)
    assert cutter.rubbish_bytes == 1000
    cutter.feed(pgm(2, 2))
    assert cutter.rubbish_bytes == 0
