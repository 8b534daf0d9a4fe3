from pathlib import Path

import pytest

from sync.credential import read_label
from tests.locker.commands.desk import Desk
from tests.locker.paper import codes, printed


def test_each_number_gets_its_check_digit(desk: Desk) -> None:
    answer = desk("label", "make", "1", "0000002", "9999999")
    assert (answer.code, answer.err) == (0, "")
    assert [read_label(line)[:7] for line in answer.out.splitlines()] == ["0000001", "0000002", "9999999"]
    assert answer.out.splitlines()[:2] == ["IT:00000013", "IT:00000021"]


def test_the_sheet_has_the_same_labels(desk: Desk, tmp_path: Path) -> None:
    answer = desk("label", "make", "1", "2", "--svg", tmp_path / "sheet.svg")
    paper = printed((tmp_path / "sheet.svg").read_text(encoding="utf-8"))
    assert sorted(codes(paper[:370])) == answer.out.splitlines()


@pytest.mark.parametrize("number", ["-1", "10000000", "00000013", "x", "1.0"])
def test_what_is_no_items_number_is_refused(desk: Desk, number: str) -> None:
    answer = desk("label", "make", number)
    assert (answer.code, answer.out) == (2, "")


def test_a_sheet_that_is_full_is_told_and_nothing_is_made(desk: Desk, tmp_path: Path) -> None:
    answer = desk("label", "make", *range(25), "--svg", tmp_path / "sheet.svg")
    assert answer == (2, "", "locker: 25 labels; one sheet holds 24\n")
    assert list(tmp_path.iterdir()) == []


def test_a_number_given_twice_is_printed_once(desk: Desk) -> None:
    note = "locker: a number given more than once is printed once\n"
    assert desk("label", "make", "1", "2", "0000001") == (0, "IT:00000013\nIT:00000021\n", note)
