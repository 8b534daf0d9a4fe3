"""./run on a machine that lacks a system package: who installs it, who is asked, who goes on without."""

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.house.door import run


class Machine:
    """A Debian machine that lacks one package, and whose apt-get brings it or fails."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
        self.bin, self.log = folder / "bin", folder / "log"
        self.bin.mkdir()
        (self.bin / "sh").symlink_to("/bin/sh")
        (self.bin / "touch").symlink_to(shutil.which("touch") or "touch")
        self.program("sudo", '[ "$1" = -n ] && shift; exec "$@"')
        self.program("apt-get", f'echo "$@" >> {self.log}; touch {self.bin}/hovercraft')
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.setattr(run, "SBIN", ())
        monkeypatch.setattr(run, "LIBRARIES", ())
        monkeypatch.setattr(run, "PIECES", (run.Piece("hovercraft", "hover", "hovercraft", "full of eels"),))
        monkeypatch.setattr(run, "ROOT", checkout)
        monkeypatch.setattr(run, "VENV", checkout / ".venv")

    def program(self, name: str, script: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"), monkeypatch, checkout)


@pytest.mark.parametrize("user", [0, 1000])
def test_ci_brings_what_is_missing(machine: Machine, monkeypatch: pytest.MonkeyPatch, user: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    run.prepare("test", ci=True)
    assert machine.log.read_text() == "update\ninstall -y --no-install-recommends hovercraft\n"


def test_ci_does_not_go_on_without_it(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.program("apt-get", "echo E: no such thing; exit 100")
    with pytest.raises(SystemExit, match="hovercraft"):
        run.prepare("test", ci=True)
    assert "E: no such thing" in capsys.readouterr().err


def test_a_person_is_told_the_line_once_and_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))  # a pipe, not a person
    run.prepare("demo", ci=False)
    said = capsys.readouterr().err
    assert "full of eels" in said
    assert "sudo apt-get update; sudo apt-get install -y --no-install-recommends hovercraft\n" in said
    run.prepare("demo", ci=False)
    assert capsys.readouterr().err == ""
    assert not machine.log.exists()


def test_root_is_not_asked_and_goes_on_where_apt_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.program("apt-get", f"echo $1 >> {machine.log}; exit 100")
    run.prepare("demo", ci=False)
    run.prepare("demo", ci=False)
    assert machine.log.read_text() == "update\ninstall\n"


def test_linting_needs_no_system_package(machine: Machine) -> None:
    run.prepare("lint", ci=True)
    assert not machine.log.exists()
