"""The frame that every bench stands in: the last line is JSON, and a target that is not met is named."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from tests.bench.report import TARGETS, Target, missed, report, targets_of

BENCHES = [path.stem for path in sorted(TARGETS.parent.glob("[!_]*.py")) if path.stem != "report"]


def test_a_bound_itself_is_still_good() -> None:
    assert Target(max=1.0).met(1.0)
    assert not Target(max=1.0).met(1.0000001)
    assert Target(min=0.84).met(0.84)
    assert not Target(min=0.84).met(0.8399)
    assert not Target(min=1, max=2).met(3)


@pytest.mark.parametrize("figure", [None, "fast", float("nan")])
def test_what_was_not_measured_is_not_met(figure: float | str | None) -> None:
    assert not Target(max=1.0).met(figure)


def test_what_is_missed_is_named_in_the_order_of_the_targets() -> None:
    targets = {"slow_s": Target(max=1), "fine_s": Target(max=1), "absent_s": Target(max=1), "share": Target(min=0.5)}
    assert missed({"share": 0.4, "fine_s": 0.5, "slow_s": 2, "more": 9}, targets) == ["slow_s", "absent_s", "share"]


def test_a_misspelt_bound_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text("[start]\noverhead_s = { maximum = 1 }\n")
    with pytest.raises(msgspec.ValidationError):
        targets_of("start", tmp_path / "targets.toml")


def test_every_bench_has_its_table_of_targets_and_every_table_its_bench() -> None:
    assert sorted(tomllib.loads(TARGETS.read_text())) == BENCHES


@pytest.mark.parametrize("bench", BENCHES)
def test_every_table_of_targets_can_be_read(bench: str) -> None:
    assert all(target != Target() for target in targets_of(bench).values())


def test_people_get_lines_and_programs_the_last_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["start"])
    report("start", {"overhead_s": 1.5, "rounds": 3, "machine": "pi", "cold_s": None})
    *lines, last = capsys.readouterr().out.splitlines()
    figures = {"overhead_s": 1.5, "rounds": 3, "machine": "pi", "cold_s": None}
    assert json.loads(last) == {**figures, "missed": ["overhead_s"]}
    assert [line.split()[0] for line in lines] == list(figures)
    assert "MISSED: at most 1" in lines[0]


def test_with_json_there_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["start", "--json"])
    report("start", {"overhead_s": 0.1})
    assert capsys.readouterr().out == '{"overhead_s": 0.1, "missed": []}\n'


def test_a_target_without_a_figure_is_shown_and_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["start"])
    report("start", {})
    line, last = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == ["overhead_s", "not", "measured"]
    assert json.loads(last) == {"missed": ["overhead_s"]}


@pytest.mark.parametrize("bench", BENCHES)
def test_every_bench_can_be_loaded(bench: str) -> None:
    command = [sys.executable, "-c", f"import tests.bench.{bench} as bench; bench.main"]
    subprocess.run(command, check=True, cwd=TARGETS.parents[2], timeout=60)
