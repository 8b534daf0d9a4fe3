"""./run: what it refuses, when it makes .venv anew, what it says where something is missing."""

import ast
import fcntl
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.door import run
from tests.house.tree import ROOT

KEYS = ("packages-key", "project-key")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A folder as ./run leaves it: an interpreter, two packages, the stamp."""
    folder = tmp_path / ".venv"
    site = folder / "lib/python3.11/site-packages"
    for name in ("msgspec-1.0.dist-info", "pytest-9.0.dist-info"):
        (site / name).mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin/python").symlink_to(sys.executable)
    (folder / run.STAMP).write_text("\n".join((*KEYS, *run.installed(folder))) + "\n")
    return folder


def test_it_refuses_an_old_python() -> None:
    assert "Python 3.11" in run.refusal((3, 9, 2), 2**63, "linux")
    assert run.refusal((3, 11, 0), 2**63, "linux") == ""


def test_it_refuses_32_bits_as_a_64_bit_kernel_with_a_32_bit_python_has_them() -> None:
    assert "64-bit" in run.refusal((3, 11, 2), 2**31 - 1, "linux")


def test_on_windows_it_says_wsl() -> None:
    assert "WSL" in run.refusal((3, 12, 0), 2**63, "win32")
    assert run.refusal((3, 12, 0), 2**63, "darwin") == ""


def test_an_old_python_can_read_it_and_is_refused_before_anything_it_cannot_do() -> None:
    tree = ast.parse((ROOT / "run").read_text(), feature_version=(3, 7))
    first = next(at for at, node in enumerate(tree.body) if isinstance(node, ast.If))
    before = [type(node) for node in tree.body[:first] if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
    assert before == [ast.FunctionDef]


def test_it_needs_the_standard_library_alone() -> None:
    nodes = list(ast.walk(ast.parse((ROOT / "run").read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_prepared_environment_is_left_alone(venv: Path) -> None:
    assert run.due(venv, *KEYS) == "nothing"


def test_no_environment_or_a_half_made_one_is_made(venv: Path) -> None:
    assert run.due(venv.parent / "nowhere", *KEYS) == "everything"
    (venv / run.STAMP).unlink()
    assert run.due(venv, *KEYS) == "everything"


@pytest.mark.parametrize("text", ["", "packages-key", "\n\n\n"])
def test_a_damaged_stamp_counts_for_nothing(venv: Path, text: str) -> None:
    (venv / run.STAMP).write_text(text)
    assert run.due(venv, *KEYS) == "everything"


def test_other_packages_mean_everything_anew_and_other_settings_only_the_project(venv: Path) -> None:
    assert run.due(venv, "other", KEYS[1]) == "everything"
    assert run.due(venv, KEYS[0], "other") == "project"


def test_an_interpreter_that_went_away_means_everything_anew(venv: Path) -> None:
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to("/nowhere/python3.11")
    assert run.due(venv, *KEYS) == "everything"


def test_a_package_that_went_away_means_everything_anew(venv: Path) -> None:
    next(venv.glob("lib/*/site-packages/pytest-*")).rmdir()
    assert run.due(venv, *KEYS) == "everything"


def test_a_package_that_a_person_added_is_theirs(venv: Path) -> None:
    (venv / "lib/python3.11/site-packages/ipython-8.dist-info").mkdir()
    assert run.due(venv, *KEYS) == "nothing"


def test_the_keys_hang_on_lock_python_place_and_settings(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "requirements.lock").write_text("a==1")
        (folder / "pyproject.toml").write_text("[project]")
    packages, project = run.keys(here, "cpython 3.11")
    assert run.keys(here, "cpython 3.11") == (packages, project)
    assert run.keys(here, "cpython 3.12")[0] != packages
    assert run.keys(there, "cpython 3.11") == (run.keys(there, "cpython 3.11")[0], project)
    assert run.keys(there, "cpython 3.11")[0] != packages
    (here / "requirements.lock").write_text("a==2")
    assert run.keys(here, "cpython 3.11")[0] != packages
    (here / "pyproject.toml").write_text("[project]\n")
    assert run.keys(here, "cpython 3.11")[1] != project


def test_a_piece_is_found_where_a_daemon_or_a_library_lies(tmp_path: Path) -> None:
    (tmp_path / "sbin").mkdir()
    (tmp_path / "lib/aarch64-linux-gnu").mkdir(parents=True)
    folders = [str(tmp_path / "sbin"), str(tmp_path / "lib/*-linux-gnu")]
    assert [piece.apt for piece in run.missing(run.PIECES, folders)] == ["mosquitto", "libzbar0"]
    (tmp_path / "sbin/mosquitto").touch()
    assert [piece.apt for piece in run.missing(run.PIECES, folders)] == ["libzbar0"]
    (tmp_path / "lib/aarch64-linux-gnu/libzbar.so.0").touch()
    assert run.missing(run.PIECES, folders) == []


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt", "sudo apt-get update; sudo apt-get install -y --no-install-recommends python3-venv mosquitto libzbar0"),
        ("brew", "brew install python3 mosquitto zbar"),
        ("", "# with this system's own package manager: python3-venv mosquitto libzbar0"),
    ],
)
def test_the_line_that_brings_what_is_missing_can_be_pasted(manager: str, line: str) -> None:
    assert run.bringing_line([run.PYTHON_VENV, *run.PIECES], manager, "sudo ") == line


# A Python that loads ./run and prints what a person's answer meant.
ASKING = (
    "import importlib.machinery as m, sys; sys.dont_write_bytecode = True;"
    f"run = m.SourceFileLoader('run', {str(ROOT / 'run')!r}).load_module(); print(run.wants('Install? '))"
)


@pytest.mark.parametrize(("answer", "meant"), [("\n", "True"), ("Y\n", "True"), ("n\n", "False"), ("\x04", "False")])
def test_a_person_is_asked_on_a_terminal(answer: str, meant: str) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-W", "ignore", "-c", ASKING]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True) as asking:
        os.write(ours, answer.encode())
        said, _ = asking.communicate(timeout=30)
    terminal = b""
    while b"Install? " not in terminal:  # the echo of the answer may come alone, and first
        terminal += os.read(ours, 1000)
    os.close(ours)
    os.close(theirs)
    assert said == f"{meant}\n"


def test_without_a_terminal_nobody_is_there_to_say_yes() -> None:
    command = [sys.executable, "-W", "ignore", "-c", ASKING]
    said = subprocess.run(command, input="y\n", capture_output=True, text=True, check=True, timeout=30)
    assert (said.stdout, said.stderr) == ("False\n", "")


def start(*arguments: str, folder: Path = ROOT, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Start ./run without a terminal and wait for it."""
    return subprocess.run(
        [sys.executable, str(folder / "run"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
    )


def test_an_unknown_verb_is_named_and_so_are_the_known_ones() -> None:
    said = start("dmeo")
    assert said.returncode == 2
    assert "'dmeo'" in said.stderr
    for verb in ("demo", "test", "lint", "bench", "help"):
        assert verb in said.stderr


def test_an_unknown_bench_is_named_before_anything_is_prepared() -> None:
    said = start("bench", "nope")
    assert said.returncode == 2
    assert "'nope'" in said.stderr
    assert "start" in said.stderr


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)])
def test_help_prepares_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    shutil.copy(ROOT / "run", tmp_path / "run")
    said = start(*arguments, folder=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert "bench" in said.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_second_start_waits_while_the_first_prepares(tmp_path: Path) -> None:
    for name in ("run", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    with (tmp_path / "run").open("rb") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        command = [sys.executable, str(tmp_path / "run"), "lint"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr is not None
            assert "waiting" in second.stderr.readline()
            second.kill()
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("arguments", "became"),
    [
        (("demo", "--once", "--lang", "zh"), "{here} -m simulator demo --once --lang zh"),
        (("test", "--slow", "-k", "a or b", "--", "x"), "{root} -m pytest -n auto --slow -k a or b -- x"),
        (("bench", "start", "--json"), "{root} -m tests.bench.start --json"),
        (("bench", "--json", "start"), "{root} -m tests.bench.start --json"),
    ],
)
def test_a_verb_becomes_its_program(checkout: Path, arguments: tuple[str, ...], became: str) -> None:
    (checkout / "tests/bench").mkdir(parents=True)
    (checkout / "tests/bench/start.py").touch()
    (checkout / "elsewhere").mkdir()
    said = start(*arguments, folder=checkout, cwd=checkout / "elsewhere")
    assert said.stdout == became.format(here=checkout / "elsewhere", root=checkout) + "\n"
