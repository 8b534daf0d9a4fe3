"""`python -m simulator board` as another program meets it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware_bridge.line import open_line

PATIENCE_S = 20


@pytest.mark.parametrize(("end", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_board_prints_its_path_first_then_what_its_doors_do(end: signal.Signals, status: int, tmp_path: Path) -> None:
    link = tmp_path / "adapter"
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", "board", "--protocol", "8a", "--channels", "8", "--link", str(link)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as board:
        assert board.stdout is not None
        path = board.stdout.readline().strip()
        assert path == str(link)
        line = open_line(path, 9600)
        line.write(bytes.fromhex("8A 01 03 11 99"))
        assert board.stdout.readline().endswith(" lock 3: coil on\n")
        assert board.stdout.readline().endswith(" lock 3: leaf open\n")
        line.close()
        board.send_signal(end)
        assert board.wait(PATIENCE_S) == status
        assert board.stderr is not None
        assert board.stderr.read() == ""
    assert not link.is_symlink()


@pytest.mark.parametrize("wrong", [["--address", "33"], ["--channels", "0"], ["--protocol", "9z"], ["--baud", "x"]])
def test_a_board_nobody_sells_is_refused(wrong: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "simulator", "board", *wrong],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert said.returncode == 2
    assert wrong[0] in said.stderr


@contextmanager
def typed_to() -> Iterator["subprocess.Popen[str]"]:
    """A board of two locks that has told its path, with pipes to all that it says and hears."""
    argv = [sys.executable, "-W", "error", "-m", "simulator", "board", "--channels", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1) as board:
        try:
            assert board.stdout is not None
            assert board.stdout.readline().startswith("/dev/")
            yield board
        finally:
            board.kill()


def test_a_person_can_be_typed() -> None:
    with typed_to() as board:
        assert board.stdin is not None
        assert board.stdout is not None
        answers = {
            "key 2": "lock 2: leaf open",
            "key 2 ": "lock 2: leaf stays open",
            "close 2": "lock 2: leaf closed",
            "close 2 ": "lock 2: leaf stays closed",
            "pull 2": "lock 2: leaf stays closed",
        }
        for command, answer in answers.items():
            board.stdin.write(f"{command}\n")
            assert board.stdout.readline().rstrip().endswith(answer)
        board.stdin.write("quit\n")
        assert board.wait(PATIENCE_S) == 0
        assert board.stderr is not None
        assert board.stderr.read() == ""


@pytest.mark.parametrize("words", ["open 1", "close", "close 0", "close 3", "close one", "quit now", "\N{BULLET}"])
def test_what_is_no_command_is_told_what_is(words: str) -> None:
    with typed_to() as board:
        assert board.stdin is not None
        assert board.stderr is not None
        board.stdin.write(f"\n{words}\n")
        assert board.stderr.readline() == "understood: close N, pull N, key N (N from 1 to 2), quit\n"
        board.stdin.write("quit\n")
        assert board.wait(PATIENCE_S) == 0
        assert board.stderr.read() == ""


def test_the_end_of_its_input_is_not_its_end() -> None:
    with typed_to() as board:
        assert board.stdin is not None
        assert board.stdout is not None
        board.stdin.write("key 1\n")
        board.stdin.close()
        assert board.stdout.readline().endswith(" lock 1: leaf open\n")
        board.send_signal(signal.SIGINT)
        assert board.wait(PATIENCE_S) == 130  # ended by the signal, so it was still there


def simulator(*words: str) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "simulator", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def test_a_link_over_a_file_is_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text("dear")
    done = simulator("board", "--link", str(notes))
    assert done.returncode == 73
    assert done.stdout == ""
    assert done.stderr == (
        f"python -m simulator board: {notes} is there already and is no link to a PTY: name another path\n"
    )
    assert notes.read_text() == "dear"


def test_a_link_into_no_folder_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "nowhere" / "adapter"
    done = simulator("board", "--link", str(link))
    assert done.returncode == 73
    assert done.stderr == f"python -m simulator board: {link}: No such file or directory\n"


def test_the_commands_stand_in_the_help() -> None:
    said = simulator("board", "--help").stdout
    assert all(f"\n  {command} " in said for command in ("close N", "pull N", "key N", "quit"))


INTERRUPTED = """
import runpy, signal, sys
def hook(event, arguments):
    if event == "import" and arguments[0] == "simulator.demo":
        signal.raise_signal(signal.SIGINT)
sys.addaudithook(hook)
sys.argv = ["simulator", "demo"]
runpy.run_module("simulator", run_name="__main__")
"""


def test_ctrl_c_before_a_verb_awaits_it_is_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
