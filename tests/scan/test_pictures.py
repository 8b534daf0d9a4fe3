import os
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from locker.scan.camera import Gone, NothingNew
from locker.scan.decode import decode
from locker.scan.pictures import MAX_FILE_BYTES, PictureRoll, Unreadable, load, pictures_in
from tests.scan.drawn import of_code, save

GREY = of_code(segno.make_qr("LC1:ABC"))


def test_a_folder_gives_its_pictures_sorted_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.PNG", "manifest.json", "notes.txt", ".hidden.jpg", "z/c.pgm", ".thumbs/d.jpg", "MANIFEST"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "round").symlink_to(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in pictures_in(tmp_path)] == ["a.PNG", "b.jpg", "z/c.pgm"]


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    assert list(pictures_in(tmp_path / "scan.dat")) == [tmp_path / "scan.dat"]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".pgm", ".webp", ".tif"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    picture = load(save(GREY, tmp_path / f"code{suffix}"))
    assert isinstance(picture, np.ndarray)
    assert [scan.text for scan in decode(picture)] == ["LC1:ABC"]


def test_sixteen_bits_and_colour_become_grey(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "deep.png"), GREY.astype(np.uint16) * 257)
    assert cv2.imwrite(str(tmp_path / "colour.png"), cv2.cvtColor(GREY, cv2.COLOR_GRAY2BGR))
    for name in ("deep.png", "colour.png"):
        picture = load(tmp_path / name)
        assert isinstance(picture, np.ndarray)
        assert picture.dtype == np.uint8
        assert [scan.text for scan in decode(picture)] == ["LC1:ABC"]


def unreadable(path: Path) -> str:
    picture = load(path)
    assert isinstance(picture, Unreadable)
    return picture.why


NO_PICTURE = "not a whole picture of at most 50 megapixels: save it again as JPEG or PNG"


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff\xe0", b"P5\n9 9\n255\n", bytes(1000)])
def test_what_is_no_picture_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "text.jpg").write_bytes(content)
    assert unreadable(tmp_path / "text.jpg") == NO_PICTURE


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert unreadable(tmp_path / "huge.jpg") == "larger than 64 MiB: save it smaller"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert unreadable(tmp_path / "pipe.jpg") == "not a file: give a picture or a folder"
    assert unreadable(tmp_path / "gone.jpg") == "not a file: give a picture or a folder"


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.6, 0.95])
def test_a_truncated_jpeg_is_no_exception(tmp_path: Path, keep: float) -> None:
    whole = save(GREY, tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: int(len(whole) * keep)])
    picture = load(tmp_path / "cut.jpg")
    if isinstance(picture, np.ndarray):
        decode(picture)
    else:
        assert picture.why == NO_PICTURE


def test_a_roll_plays_each_picture_once(tmp_path: Path) -> None:
    for number in range(3):
        save(np.full((48, 64), number * 50, np.uint8), tmp_path / f"{number}.png")
    (tmp_path / "1.txt.png").write_text("no picture")
    roll = PictureRoll(tmp_path)
    assert roll.open() is None
    assert played(roll) == [0, 50, 100]
    assert played(roll) == []


def test_a_roll_waits_for_new_names(tmp_path: Path) -> None:
    roll = PictureRoll(tmp_path)
    assert roll.open() is None
    assert played(roll) == []
    shade(30, tmp_path / "b.png")
    assert played(roll) == [30]
    shade(20, tmp_path / "a.png")
    shade(40, tmp_path / "b.png")
    assert played(roll) == [20]
    (tmp_path / "b.png").unlink()
    assert played(roll) == []
    shade(40, tmp_path / "b.png")
    assert played(roll) == [40]


def test_a_roll_plays_a_picture_when_it_has_been_written_to_its_end(tmp_path: Path) -> None:
    whole = shade(70, tmp_path / "elsewhere" / "a.png").read_bytes()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(whole[:20])
    roll = PictureRoll(tmp_path / "pictures")
    assert played(roll) == []
    (tmp_path / "pictures" / "a.png").write_bytes(whole)
    assert played(roll) == [70]
    assert played(roll) == []


def test_a_folder_that_was_away_is_not_played_again(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    shade(10, folder / "a.png")
    roll = PictureRoll(folder)
    assert played(roll) == [10]
    folder.rename(tmp_path / "away")
    assert roll.newest(0.0) == Gone(f"{folder} is not there")
    roll.close()
    (tmp_path / "away").rename(folder)
    assert roll.open() is None
    assert played(roll) == []


def test_a_single_picture_is_played_once(tmp_path: Path) -> None:
    roll = PictureRoll(shade(10, tmp_path / "a.png"))
    assert roll.open() is None
    assert played(roll) == [10]
    assert played(roll) == []


def shade(brightness: int, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return save(np.full((48, 64), brightness, np.uint8), path)


def played(roll: PictureRoll) -> list[int]:
    """The shades of what a roll plays until it has nothing new."""
    shades = []
    for _ in range(20):
        frame = roll.newest(0.0)
        if isinstance(frame, np.ndarray):
            shades.append(int(frame[0, 0]))
        elif frame is not None:
            assert frame == NothingNew()
            return shades
    raise AssertionError("a roll that never comes to rest")


def test_a_roll_that_is_not_there(tmp_path: Path) -> None:
    assert PictureRoll(tmp_path / "gone").open() == Gone(f"{tmp_path / 'gone'} is not there")
