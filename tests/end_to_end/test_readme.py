"""Every command of the README, run as it stands there."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from simulator.camera import Pose, draw
from simulator.furnish import TOWN_LIMITS, Wiring, furnish
from simulator.town import CABINET
from tests.end_to_end.programs import PATIENCE_S, ROOT, run
from tests.real import Mosquitto

BIN = Path(sys.executable).parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_of(document: str) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", document, re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]


COMMANDS = commands_of(README)
VERBS = [command[1] for command in COMMANDS if command[0] == "./run"]
AT_A_CABINET = [command for command in COMMANDS if command[0] != "./run"]
DAEMONS = {"run": b'"screen":"idle"', "--sink": b"ready"}
"""What a command that goes on says first, by its first word."""


def test_the_two_commands_are_verbs_of_run() -> None:
    assert VERBS == ["demo", "test"]
    told = subprocess.run((ROOT / "run", "help"), capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout
    assert all(verb in told for verb in VERBS)


def test_both_languages_give_the_same_commands() -> None:
    assert commands_of((ROOT / "README.zh.md").read_text(encoding="utf-8")) == COMMANDS


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "./run test" in (ROOT / ".ci" / "run").read_text()


def test_every_command_at_a_cabinet_does_what_it_says(tmp_path: Path, mosquitto: Mosquitto) -> None:
    wiring = Wiring(CABINET, mosquitto.url, "/dev/nothing-here", "socket://127.0.0.1:1", TOWN_LIMITS)
    example = furnish(tmp_path / "example", wiring, people=1, seed=1).folder
    for name in ("cabinet.toml", "catalogue.toml"):
        shutil.copy(example / name, tmp_path)
    cv2.imwrite(str(tmp_path / "photo.jpg"), draw("IT:00000013", Pose(), seed=1))
    for program, *words in AT_A_CABINET:
        here = [word.replace("mqtt://127.0.0.1:1883", mosquitto.url) for word in words]
        if words[0] in DAEMONS:
            goes_on_until_asked(program, here, tmp_path, DAEMONS[words[0]])
            continue
        done = subprocess.run(
            (BIN / program if (BIN / program).exists() else program, *here),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, (words, done.stderr)
        assert done.stdout.strip() or program in {"mkdir", "cp"}, words
    assert (tmp_path / "card.svg").read_text(encoding="utf-8").startswith("<svg ")


def goes_on_until_asked(program: str, words: list[str], cwd: Path, first_words: bytes) -> None:
    with subprocess.Popen(
        (BIN / program, *words), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as started:
        assert started.stdout is not None
        try:
            assert any(first_words in line for line in started.stdout)
            started.send_signal(signal.SIGTERM)
            assert started.wait(PATIENCE_S) == 0
        finally:
            started.kill()


@pytest.mark.parametrize("document", ["README.md", "README.zh.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md"])
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    rooms = re.findall(r"`((?:locker|firmware_bridge|sync|simulator|tests)/[\w./]*)`", text)
    assert [path for path in {*linked, *rooms} if not (ROOT / path).exists()] == []


def test_the_last_line_that_the_readme_shows_has_the_figures_of_the_demo() -> None:
    from tests.end_to_end.test_demo import FIGURES  # noqa: PLC0415  one list of figures, and no circle at import

    (shown,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    assert set(re.findall(r'"(\w+)":', shown)) == FIGURES


def test_the_programs_say_what_they_are_for() -> None:
    for module in ("locker", "sync.ingest", "simulator"):
        assert run("-m", module, "--help").returncode == 0
