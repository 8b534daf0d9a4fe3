import numpy as np
import pytest
import segno

from locker.scan.alphabet import alphanumeric, ours
from locker.scan.decode import decode
from locker.scan.ladder import read_still
from locker.scan.step import Grey, Step
from simulator.camera import Pose, draw
from tests.scan.drawn import PASS, finder_wall, of_code, on_wall

EVERY_STEP = pytest.mark.parametrize("step", Step)


def texts(grey: Grey, step: Step = Step.PLAIN) -> list[str]:
    return [scan.text for scan in decode(grey, step)]


@EVERY_STEP
def test_every_step_reads_an_easy_picture(step: Step) -> None:
    assert texts(draw(PASS, Pose(), seed=1), step) == [PASS]


@EVERY_STEP
def test_the_box_is_where_the_code_is(step: Step) -> None:
    (scan,) = decode(on_wall(of_code(segno.make_qr("LC1:ABC"), px_per_module=4)), step)
    left, top, right, bottom = 20 + 16, 20 + 16, 20 + 16 + 84, 20 + 16 + 84  # 21 modules behind 4 of border
    expected = (left, top, right, top, right, bottom, left, bottom)
    assert max(abs(got - want) for got, want in zip(scan.box, expected, strict=True)) <= 2


def test_slack_is_all_there_on_a_clean_code_and_less_on_a_soiled_one() -> None:
    picture = of_code(segno.make_qr(PASS, error="m"))
    (clean,) = decode(picture)
    picture[80:92, 80:92] = 128
    (soiled,) = decode(picture)
    assert clean.slack == 1.0
    assert soiled.slack is not None
    assert soiled.slack < 1.0


def test_a_scan_never_shows_its_text() -> None:
    (scan,) = decode(of_code(segno.make_qr("6222021234567890")))
    assert scan.text == "6222021234567890"
    assert "6222" not in repr(scan)


@pytest.mark.parametrize("slice_of", [np.s_[::2, ::2], np.s_[:, ::-1], np.s_[::-1, :]])
@EVERY_STEP
def test_views_with_gaps_are_read(slice_of: tuple[slice, slice], step: Step) -> None:
    picture = of_code(segno.make_qr("LC1:ABC"), px_per_module=8)
    assert texts(picture[slice_of], step) == ["LC1:ABC"]


@EVERY_STEP
def test_one_plane_of_an_interleaved_frame_is_read(step: Step) -> None:
    grey = of_code(segno.make_qr("LC1:ABC"))
    yuyv = np.dstack([grey, np.full_like(grey, 128)])
    assert texts(yuyv[:, :, 0], step) == ["LC1:ABC"]


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((0, 0), np.uint8),
        np.zeros((480, 0), np.uint8),
        np.zeros((0, 640), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 4096), np.uint8),
        np.zeros(640, np.uint8),
        np.zeros((480, 640, 3), np.uint8),
        np.zeros((2, 2, 2, 2), np.uint8),
        np.zeros((480, 640), np.uint16),
        np.zeros((480, 640), np.float32),
        np.zeros((480, 640), np.bool_),
        np.zeros((4097, 4), np.uint8),
        np.zeros((9_000, 9_000), np.uint8),
    ],
    ids=lambda picture: f"{picture.shape}{picture.dtype}",
)
def test_a_frame_that_is_no_picture_reads_as_empty(picture: Grey) -> None:
    assert [decode(picture, step) for step in Step] == [[]] * len(Step)
    assert read_still(picture) == []


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)], ids=["VGA", "720p"])
@pytest.mark.parametrize("module_px", [1, 4])
@EVERY_STEP
def test_walls_of_finder_patterns_hold_no_code(size: tuple[int, int], module_px: int, step: Step) -> None:
    assert decode(finder_wall(*size, module_px), step) == []


def test_a_code_of_4000_characters_may_not_be_passed_on() -> None:
    (text,) = texts(of_code(segno.make_qr("A" * 4000, error="l"), px_per_module=3))
    assert len(text) == 4000
    assert not alphanumeric(text)


def test_a_part_of_a_set_does_not_hold_the_whole() -> None:
    parts = segno.make_sequence(PASS, symbol_count=3, error="m")
    got = [text for part in parts for text in texts(of_code(part))]
    assert len(got) == 3
    assert PASS not in got
    assert "".join(got) == PASS


@pytest.mark.parametrize(
    "code",
    [
        segno.make_qr("漢字テスト", mode="kanji"),
        segno.make_qr("汉字测试", mode="hanzi"),
        segno.make_qr("LC1:é", eci=True, encoding="utf-8"),
        segno.make_qr("LC1:Ж", eci=True, encoding="iso-8859-5"),
        segno.make_qr(bytes(range(128, 256)), mode="byte"),
        segno.make_qr(b"LC1:\xff\xfe", mode="byte"),
        segno.make_qr(b"LC1:A\x00B", mode="byte"),
        segno.make_qr(b"\x1b[2J\x07\r\n", mode="byte"),
    ],
    ids=["kanji", "hanzi", "ECI UTF-8", "ECI Cyrillic", "high bytes", "not UTF-8", "NUL", "terminal controls"],
)
def test_texts_beyond_the_alphabet_may_not_be_passed_on(code: segno.QRCode) -> None:
    got = texts(of_code(code))
    assert len(got) == 1
    assert not alphanumeric(got[0])
    assert not ours(got[0])


def test_micro_codes_are_left_alone() -> None:
    assert decode(of_code(segno.make_micro("25"), px_per_module=8)) == []


def test_several_codes_in_one_picture() -> None:
    pictures = [of_code(segno.make_qr(text)) for text in ("IT:12345678", "HTTPS://X.CN", PASS)]
    assert set(texts(on_wall(*pictures))) == {"IT:12345678", "HTTPS://X.CN", PASS}
