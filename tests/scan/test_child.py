"""The reading child as a real process, spoken to through its pipes only."""

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segno

from tests.scan.drawn import PASS, of_code, on_wall, save

EXIT_WAIT_S = 30
"""Only a test that fails waits so long."""

Child = subprocess.Popen[bytes]


@contextmanager
def child(source: str) -> Iterator[Child]:
    argv = [sys.executable, "-m", "locker.scan", source, "--name", "test"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: Child) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for raw in process.stdout:
        yield json.loads(raw)


def until(process: Child, last: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything but heartbeats that a child says before it says `last`."""
    said = itertools.takewhile(lambda line: line != last, lines(process))
    return [line for line in said if "frame" not in line]


def news(folder: Path, pictures: int) -> list[dict[str, Any]]:
    """Everything but heartbeats that a child says about a folder of so many pictures, which it plays once."""
    with child(str(folder)) as process:
        said = until(process, {"frame": pictures})
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=EXIT_WAIT_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
    return said


def test_codes_and_strangers_and_health(tmp_path: Path) -> None:
    stranger = of_code(segno.make_qr("https://pay.example/6222"))
    save(np.full((480, 640), 128, np.uint8), tmp_path / "1.png")
    save(on_wall(of_code(segno.make_qr(PASS)), stranger), tmp_path / "2.png")
    save(on_wall(of_code(segno.make_qr("IT:12345678")), of_code(segno.make_qr(PASS))), tmp_path / "3.png")
    health, *rest = news(tmp_path, 3)
    assert health == {"health": "ok"}
    (strange,) = (line["strange"] for line in rest if "strange" in line)
    assert strange["length"] == len("https://pay.example/6222")
    codes = [line for line in rest if "strange" not in line]
    assert codes == [{"code": PASS, "together": 1}, {"code": "IT:12345678", "together": 2}]


def test_a_strangers_hash_is_salted_anew_in_every_child(tmp_path: Path) -> None:
    save(of_code(segno.make_qr("https://pay.example/6222")), tmp_path / "1.png")
    first, second = (news(tmp_path, 1)[1]["strange"]["hash"] for _ in range(2))
    assert first != second


def test_hostile_pictures_end_nobody_and_a_pass_after_them_is_read(tmp_path: Path) -> None:
    save(of_code(segno.make_qr("A" * 4000, error="l"), px_per_module=3), tmp_path / "1.png")
    save(of_code(segno.make_qr("漢字", mode="kanji")), tmp_path / "2.png")
    (tmp_path / "3.png").write_text("no picture")
    save(np.full((1, 5000), 128, np.uint8), tmp_path / "4.png")
    save(of_code(segno.make_qr(PASS)), tmp_path / "5.png")
    said = news(tmp_path, 4)
    assert [line["code"] for line in said if "code" in line] == [PASS]
    assert [line["strange"]["length"] for line in said if "strange" in line] == [4000, 2]


@pytest.mark.parametrize("single", [False, True])
def test_pictures_that_have_been_shown_end_nobody(tmp_path: Path, *, single: bool) -> None:
    picture = save(of_code(segno.make_qr(PASS)), tmp_path / "1.png")
    with child(str(picture if single else tmp_path)) as process:
        said = lines(process)
        assert [next(said) for _ in range(5)] == [
            {"health": "ok"},
            {"code": PASS, "together": 1},
            {"frame": 1},
            {"frame": 1},
            {"frame": 1},
        ]


def test_new_pictures_are_waited_for_also_while_the_folder_is_away(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    with child(str(folder)) as process:
        assert until(process, {"frame": 0}) == [{"health": "ok"}]
        save(of_code(segno.make_qr(PASS)), folder / "2.png")
        assert until(process, {"frame": 1}) == [{"code": PASS, "together": 1}]
        folder.rename(tmp_path / "away")
        gone = {"health": "no_camera", "why": f"{folder} is not there"}
        assert until(process, gone) == []
        save(of_code(segno.make_qr("IT:12345678")), tmp_path / "away" / "1.png")
        (tmp_path / "away").rename(folder)
        assert until(process, {"frame": 2}) == [{"health": "ok"}, {"code": "IT:12345678", "together": 1}]


def test_a_heart_beats_without_a_camera() -> None:
    with child("/dev/video-of-nobody") as process:
        said = lines(process)
        assert next(said) == {
            "health": "no_camera",
            "why": "/dev/video-of-nobody is not there: is the camera plugged in?",
        }
        assert [next(said), next(said)] == [{"frame": 0}, {"frame": 0}]


def test_it_ends_when_its_stdin_is_closed() -> None:
    with child("/dev/video-of-nobody") as process:
        next(lines(process))
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=EXIT_WAIT_S) == 0


def test_it_ends_when_nobody_reads_its_stdout() -> None:
    with child("/dev/video-of-nobody") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=EXIT_WAIT_S) == -signal.SIGPIPE


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "locker.scan", "/dev/video-of-nobody"], stdin=int(sys.argv[1]))
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_it_dies_with_a_parent_that_is_killed() -> None:
    stays_open, never_written = os.pipe()  # so that only the kernel's word can end the child, not a closed stdin
    argv = [sys.executable, "-c", PARENT, str(stays_open)]
    try:
        with subprocess.Popen(argv, stdout=subprocess.PIPE, pass_fds=[stays_open]) as parent:
            assert parent.stdout is not None
            assert b"no_camera" in parent.stdout.readline()
            parent.kill()
            parent.stdout.read()  # ends when the child, which holds the other end, is gone
    finally:
        os.close(stays_open)
        os.close(never_written)


@pytest.mark.parametrize("source", ["", "socket://10.0.0.7:9000"])
def test_a_wrong_source_is_said(source: str) -> None:
    with child(source) as process:
        assert process.stderr is not None
        assert b"socket://127.0.0.1:PORT" in process.stderr.read()
        assert process.wait(timeout=EXIT_WAIT_S) == 2


FAULT = """
from locker.scan.leash import tie_to_parent
tie_to_parent()
text = "LC1:" + "SECRET"
raise ValueError(text)
"""


def test_a_fault_is_told_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "fault.py").write_text(FAULT)
    argv = [sys.executable, str(tmp_path / "fault.py")]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(argv, capture_output=True, timeout=60, check=False, env=environment)
    assert done.returncode == 1
    assert b"ValueError" in done.stderr
    assert b"raise ValueError(text)" in done.stderr
    assert b"LC1:SECRET" not in done.stderr


LATE = """
from locker.scan.leash import deadline, tie_to_parent
tie_to_parent()
with deadline(5.0):
    pass
print("in time", flush=True)
with deadline(0.05):
    while True:
        pass
"""


def test_a_missed_deadline_ends_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, timeout=60, check=False)
    assert done.stdout == b"in time\n"
    assert done.returncode == -signal.SIGPROF
