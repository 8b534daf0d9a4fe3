import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segno

from simulator.camera import Pose, draw
from tests.scan.drawn import PASS, finder_wall, of_code, on_wall, save, save_bomb

PAYMENT = "https://pay.example/6222021234567890"


def locker_scan(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.scan.command", "scan", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"},
    )


def objects(*arguments: str, cwd: Path) -> list[dict[str, Any]]:
    done = locker_scan(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        assert line.pop("ms") >= 0
    return lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "later").mkdir(parents=True)
    save(draw(PASS, Pose(tilt_deg=20), seed=1), folder / "pass.jpg")
    save(of_code(segno.make_qr(PAYMENT)), folder / "stranger.png")
    save(on_wall(*(of_code(segno.make_qr(text)) for text in ("IT:12345678", "MC:3"))), folder / "later" / "two.pgm")
    save(np.full((48, 64), 200, np.uint8), folder / "empty.png")
    (folder / "text.jpg").write_text("not a picture")
    (folder / "manifest.json").write_text("{}")
    return folder


NO_PICTURE = "not a whole picture of at most 50 megapixels: save it again as JPEG or PNG"


def test_one_object_a_picture_and_strangers_only_as_a_length(folder: Path) -> None:
    got = {line.pop("file"): line for line in objects("pictures", cwd=folder.parent)}
    two = got.pop("pictures/later/two.pgm")
    assert sorted(two.pop("texts")) == ["IT:12345678", "MC:3"]
    assert two == {}
    assert got == {
        "pictures/empty.png": {"texts": []},
        "pictures/pass.jpg": {"texts": [PASS]},
        "pictures/stranger.png": {"texts": [], "not_ours": [len(PAYMENT)]},
        "pictures/text.jpg": {"texts": [], "error": NO_PICTURE},
    }


def test_raw_shows_every_text(folder: Path) -> None:
    assert objects("pictures/stranger.png", "--raw", cwd=folder.parent) == [
        {"file": "pictures/stranger.png", "texts": [PAYMENT]}
    ]


@pytest.mark.parametrize("given", ["pictures", "pictures/", "./pictures", "../{name}/pictures"])
def test_files_are_named_as_the_folder_was_given(folder: Path, given: str) -> None:
    given = given.format(name=folder.parent.name)
    names = [line["file"] for line in objects(given, cwd=folder.parent)]
    assert names == [
        f"{given.rstrip('/')}/{name}" for name in ("empty.png", "pass.jpg", "stranger.png", "text.jpg", "later/two.pgm")
    ]


def test_for_people(folder: Path) -> None:
    done = locker_scan("pictures", cwd=folder.parent)
    assert done.returncode == 0
    empty, ours, stranger, text, _ = done.stdout.splitlines()
    assert empty.startswith("pictures/empty.png: nothing read (")
    assert ours.startswith(f"pictures/pass.jpg: {PASS} (")
    assert stranger.startswith(f"pictures/stranger.png: not our code, {len(PAYMENT)} characters (")
    assert text.startswith(f"pictures/text.jpg: {NO_PICTURE} (")
    assert "pay.example" not in done.stdout + done.stderr


def test_a_text_cannot_steer_the_terminal_or_fake_a_line(tmp_path: Path) -> None:
    save(of_code(segno.make_qr(b"\x1b[2J\nfake.png: LC1:A", mode="byte")), tmp_path / "evil\nname.png")
    done = locker_scan(".", "--raw", cwd=tmp_path)
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert line.startswith(r"./evil\nname.png: \x1b[2J\nfake.png: LC1:A (")


def test_a_path_that_does_not_exist_is_said_and_the_others_are_read(folder: Path) -> None:
    done = locker_scan("gone.jpg", "pictures/pass.jpg", "--json", cwd=folder.parent)
    assert done.returncode == 66
    assert done.stderr == "locker scan: gone.jpg does not exist: check the path\n"
    assert [json.loads(line)["texts"] for line in done.stdout.splitlines()] == [[PASS]]


def test_hostile_pictures_are_no_exception_and_none_of_ours(tmp_path: Path) -> None:
    save(finder_wall(1280, 720, 2), tmp_path / "wall.png")
    save(of_code(segno.make_qr("A" * 4000, error="l"), px_per_module=3), tmp_path / "4000.png")
    save(on_wall(*(of_code(part) for part in segno.make_sequence("X" * 200, symbol_count=3))), tmp_path / "set.png")
    save(of_code(segno.make_qr("漢字", mode="kanji")), tmp_path / "kanji.png")
    save(of_code(segno.make_qr("LC1:é", eci=True, encoding="utf-8")), tmp_path / "eci.png")
    save_bomb(tmp_path / "bomb.png", 8000)
    save_bomb(tmp_path / "wide.png", 7000)  # 49 megapixels: allowed, and empty
    whole = save(of_code(segno.make_qr(PASS)), tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "whole.jpg").unlink()
    (tmp_path / "cut.jpg").write_bytes(whole[:400])
    (tmp_path / "nothing.jpg").touch()
    got = {line.pop("file"): line for line in objects(".", cwd=tmp_path)}
    assert got.pop("./set.png")["texts"] == []
    assert got == {
        "./wall.png": {"texts": []},
        "./4000.png": {"texts": [], "not_ours": [4000]},
        "./kanji.png": {"texts": [], "not_ours": [2]},
        "./eci.png": {"texts": [], "not_ours": [5]},
        "./bomb.png": {"texts": [], "error": NO_PICTURE},
        "./wide.png": {"texts": []},
        "./cut.jpg": {"texts": [], "error": NO_PICTURE},
        "./nothing.jpg": {"texts": [], "error": NO_PICTURE},
    }


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    argv = [sys.executable, "-m", "tests.scan.command", "scan", *["pictures/empty.png"] * 200]
    with subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.parent,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith(b"pictures/empty.png: nothing read")
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(timeout=60) == 0


def test_help_waits_for_no_decoder(tmp_path: Path) -> None:
    asked = "import sys; import locker.commands.scan; print(sorted({'cv2', 'numpy', 'zxingcpp'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout == "[]\n"


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    for number in range(1000):  # reading them takes much longer than a signal
        save(np.full((480, 640), 128, np.uint8), tmp_path / f"{number}.pgm")
    argv = [sys.executable, "-W", "error", "-m", "locker", "scan", str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as scan:
        assert scan.stdout is not None
        assert scan.stdout.readline().endswith(b" ms)\n")
        scan.send_signal(signal.SIGINT)
        _, complaint = scan.communicate(timeout=60)
    assert complaint == b""
    assert scan.returncode == 130
