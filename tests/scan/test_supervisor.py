import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from locker.scan.lines import ReaderState
from locker.scan.supervisor import CodeSeen, Patience, ReaderHealth, ScanReport, StrangeSeen, reading_argv
from simulator.camera import Camera, Pose
from tests.scan.conftest import REPORT_WAIT_S, Read, Reading
from tests.scan.drawn import PASS

OK = ReaderHealth("window", ReaderState.OK, "")


def stand_in(program: str) -> list[str]:
    """A program in the child's place. `input()` hangs it for good: the parent never writes."""
    return [sys.executable, "-c", program]


def restarting(why: str) -> ReaderHealth:
    return ReaderHealth("window", ReaderState.RESTARTING, why)


def until(reading: Reading, wanted: ScanReport) -> None:
    """Take reports until `wanted` comes; the wait for each is bounded."""
    while reading.next() != wanted:
        pass


def test_a_pass_before_the_camera_is_seen_once_and_another_after_it(read: Read) -> None:
    with Camera(seed=1) as camera:
        reading = read(reading_argv(camera.source, "window"))
        assert reading.next() == OK
        assert camera.show(PASS, Pose(tilt_deg=20, turn_deg=10)).wait_sent(REPORT_WAIT_S) is not None
        assert reading.next() == CodeSeen("window", PASS, together=1)
        camera.show("IT:12345678")
        assert reading.next() == CodeSeen("window", "IT:12345678", together=1)
    assert reading.child.restarts == 0
    assert reading.child.garbage_lines == 0


def test_a_strangers_text_never_comes_through(read: Read) -> None:
    with Camera(seed=2) as camera:
        reading = read(reading_argv(camera.source, "window"))
        assert reading.next() == OK
        camera.show("https://pay.example/6222")
        strange = reading.next()
        assert isinstance(strange, StrangeSeen)
        assert strange.length == len("https://pay.example/6222")
        assert "pay" not in repr(strange)


def test_a_camera_that_goes_and_comes_back(read: Read) -> None:
    with Camera(seed=3) as camera:
        reading = read(reading_argv(camera.source, "window"))
        assert reading.next() == OK
        port = int(camera.source.rpartition(":")[2])
    gone = reading.next()
    assert isinstance(gone, ReaderHealth)
    assert gone.state is ReaderState.NO_CAMERA
    with Camera(seed=4, port=port) as camera:
        assert reading.next() == OK
        camera.show(PASS)
        assert reading.next() == CodeSeen("window", PASS, together=1)
    assert reading.child.restarts == 0


def test_a_killed_child_is_replaced_and_counted(read: Read) -> None:
    with Camera(seed=5) as camera:
        reading = read(reading_argv(camera.source, "window"))
        assert reading.next() == OK
        first = reading.child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert reading.next() == restarting("ended by signal 9")
        assert reading.next() == OK
        assert reading.child.restarts == 1
        assert reading.child.pid not in (None, first)
        camera.show(PASS)
        assert reading.next() == CodeSeen("window", PASS, together=1)


def test_a_child_that_hangs_is_killed_and_replaced(read: Read) -> None:
    with Camera(seed=6) as camera:
        reading = read(reading_argv(camera.source, "window"))
        assert reading.next() == OK
        hung = reading.child.pid
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        assert reading.next() == restarting("killed: silent for 3 s")
        assert reading.next() == OK
        with pytest.raises(ProcessLookupError):
            os.kill(hung, 0)


def test_a_program_that_never_says_a_word_is_killed(read: Read) -> None:
    patience = Patience(first_line_s=0.5, silence_s=60.0)
    reading = read(stand_in("input()"), patience)
    assert [reading.next(), reading.next()] == [restarting("killed: silent for 0.5 s")] * 2


def test_garbage_is_no_sign_of_life(read: Read) -> None:
    reading = read(stand_in("while True: print('x' * 100_000, end='')"), Patience(first_line_s=0.5, silence_s=60.0))
    assert reading.next() == restarting("killed: silent for 0.5 s")


GARBAGE = r"""
import sys
out = sys.stdout.buffer
out.write(b'\x00\xff\xfe\n')                          # binary
out.write(b'{"code": "lower case"}\n')                # a code that may not be passed on
out.write(b'{"code": "LC1:A", "door": 3}\n')          # not our language
out.write(b'x' * 100_000 + b'\n')                     # too long
out.write(b'\n')                                      # nothing
out.write(b'{"code": "LC1:ABC", "together": 2}\n')
out.write(b'{"strange": {"length": 18, "hash": "0f"}}\n')
out.flush()
input()
"""


def test_garbage_is_counted_and_what_is_ours_comes_through(read: Read) -> None:
    reading = read(stand_in(GARBAGE))
    assert reading.next() == CodeSeen("window", "LC1:ABC", together=2)
    assert reading.next() == StrangeSeen("window", length=18, hash="0f")
    assert reading.child.garbage_lines == 5
    assert reading.child.restarts == 0


def test_endless_nonsense_is_killed(read: Read) -> None:
    reading = read(stand_in("while True: print('nonsense', flush=True)"))
    assert reading.next() == restarting("killed: it writes nonsense")
    assert reading.child.garbage_lines > 1000


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("raise SystemExit(3)", "ended with status 3"),
        ("import os; os.abort()", "ended by signal 6"),
        ("import os; os.close(1); input()", "killed: it closed its output and stayed"),
        (
            "from locker.scan.leash import *\ntie_to_parent()\nwith deadline(0.05):\n  while True: pass",
            "ended: one frame took longer than 1 s",
        ),
    ],
)
def test_how_a_child_ended_is_told(read: Read, program: str, why: str) -> None:
    assert read(stand_in(program)).next() == restarting(why)


def test_a_program_that_cannot_be_started_is_told(read: Read, tmp_path: Path) -> None:
    reading = read([str(tmp_path / "nothing")])
    until(reading, restarting("cannot be started: No such file or directory"))
    until(reading, restarting("cannot be started: No such file or directory"))
    assert reading.child.restarts >= 2


def test_a_code_is_never_shown_by_accident() -> None:
    assert "SECRET" not in repr(CodeSeen("window", "LC1:SECRET", together=1))


def test_the_parent_loads_no_decoder() -> None:
    asked = "import sys; import locker.scan.supervisor; print(sorted({'cv2', 'numpy', 'zxingcpp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
