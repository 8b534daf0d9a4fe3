import argparse
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from locker import cli

ROOT = Path(__file__).parents[2]
SLOW_TO_IMPORT = ("cryptography", "cv2", "msgspec", "numpy", "paho", "segno", "serial", "zxingcpp")
PATIENCE_S = 60


def verbs(
    tree: argparse.ArgumentParser, name: str = "locker"
) -> Iterator[tuple[str, str | None, argparse.ArgumentParser]]:
    """Each command below, with the line that the list of commands has for it."""
    for action in tree._actions:  # noqa: SLF001  argparse has no other way to walk a tree
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  the same
            lines = {choice.dest: choice.help for choice in action._choices_actions}  # noqa: SLF001  the same
            for word, below in action.choices.items():
                yield f"{name} {word}", lines.get(word), below
                yield from verbs(below, f"{name} {word}")


def test_every_command_and_every_argument_says_what_it_is() -> None:
    found = list(verbs(cli.parser()))
    assert {"locker config check", "locker keys make", "locker pass issue", "locker run"} <= {
        name for name, _, _ in found
    }
    for name, line, parser in found:
        assert line, name
        assert parser.description, name
        assert [action.dest for action in parser._actions if not action.help and action.metavar != "VERB"] == [], name  # noqa: SLF001  as above


def test_every_verb_can_be_asked_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name, _, _ in verbs(cli.parser()):
        with pytest.raises(SystemExit) as ended:
            cli.main([*name.split()[1:], "--help"])
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: {name} ")


@pytest.mark.parametrize("argv", [[], ["keys"], ["dance"], ["keys", "make"], ["keys", "make", "f", "--ver"]])
def test_a_senseless_command_exits_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: locker")


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"community-locker {version('community-locker')}\n"


def test_help_waits_for_no_library() -> None:
    program = f"import sys, locker.cli; locker.cli.parser(); print([m for m in {SLOW_TO_IMPORT} if m in sys.modules])"
    assert run([sys.executable, "-c", program]).stdout == "[]\n"


def test_python_dash_m_is_the_same_command(tmp_path: Path) -> None:
    ended = run([sys.executable, "-m", "locker", "config", "check", str(tmp_path / "nowhere.toml")])
    assert (ended.returncode, ended.stdout) == (78, "")
    assert ended.stderr.startswith(f"{tmp_path}/nowhere.toml:1: file: cannot be read (No such file or directory); ")


def test_output_that_nobody_takes_ends_without_a_traceback() -> None:
    make_labels = f"{sys.executable} -m locker label make {' '.join(map(str, range(1, 9001)))}"
    cut = run(["bash", "-c", f"{make_labels} | head -1; exit ${{PIPESTATUS[0]}}"])
    assert (cut.returncode, cut.stdout, cut.stderr) == (0, "IT:00000013\n", "")
    full = run(["bash", "-c", f"{make_labels} > /dev/full"])
    assert full.returncode == 74
    assert full.stderr == "locker: cannot write what was asked for: No space left on device\n"


def run(argv: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
