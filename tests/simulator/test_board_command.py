"""`python -m simulator board` as another program meets it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge.line import open_line

PATIENCE_S = 20


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_board_prints_its_path_first_then_what_its_doors_do(end: signal.Signals, tmp_path: Path) -> None:
    link = tmp_path / "adapter"
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", "board", "--protocol", "8a", "--channels", "8", "--link", str(link)],
        stdout=subprocess.PIPE,
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
        assert board.wait(PATIENCE_S) == 0
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
