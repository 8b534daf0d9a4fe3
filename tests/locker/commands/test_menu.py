from pathlib import Path

import pytest

from locker.core.codes import meaning
from locker.core.signals import DoorChosen, KeyPressed
from tests.locker.commands.desk import Desk
from tests.locker.example_cabinet import change, furnish
from tests.locker.paper import codes, printed, words

SAID = "MC:D01  书柜 bookcase\nMC:D02\nMC:YES  是 yes\nMC:NO  否 no\n"


def test_each_door_that_something_is_lent_from_has_a_code(desk: Desk, tmp_path: Path) -> None:
    answer = desk("menu", "make", "--config", furnish(tmp_path))
    assert answer == (0, SAID, "")
    meant = [meaning(line.split("  ")[0]) for line in answer.out.splitlines()]
    assert meant == [DoorChosen(1), DoorChosen(2), KeyPressed("yes"), KeyPressed("no")]


def test_the_sheet_has_the_same_codes_with_words_beside_them(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "menu.svg"
    assert desk("menu", "make", "--config", furnish(tmp_path), "--svg", sheet).out == SAID
    svg = sheet.read_text(encoding="utf-8")
    read = codes(printed(svg))
    assert sorted(read) == ["MC:D01", "MC:D02", "MC:NO", "MC:YES"]
    assert min(read.values()) >= 25
    assert [word for word in words(svg) if word] == [
        *("1", "书柜", "bookcase"),
        "2",
        *("✓", "是", "yes"),
        *("✗", "否", "no"),
    ]


def test_a_sheet_that_is_there_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "menu.svg"
    sheet.write_text("old")
    answer = desk("menu", "make", "--config", furnish(tmp_path), "--svg", sheet)
    assert answer == (73, "", f"locker: {sheet} is there already and is not overwritten\n")


@pytest.mark.parametrize("doors", [22, 23])
def test_one_sheet_holds_22_doors(desk: Desk, tmp_path: Path, doors: int) -> None:
    file = furnish(tmp_path)
    more = "".join(
        f'[[door]]\nid = {id_}\nkind = "shelf"\nboard = "main"\nlock = {id_ - 7}\n' for id_ in range(10, doors + 8)
    )
    change(file, "[limits]", f"{more}[limits]")
    answer = desk("menu", "make", "--config", file, "--svg", tmp_path / "menu.svg")
    if doors == 22:
        assert (answer.code, answer.out.count("MC:D"), answer.err) == (0, 22, "")
    else:
        assert answer == (65, "", "locker: 25 codes; one sheet holds 24\n")


def test_a_wrong_configuration_makes_no_menu(desk: Desk, tmp_path: Path) -> None:
    file = furnish(tmp_path)
    change(file, "id = 9", "id = 1")
    answer = desk("menu", "make", "--config", file, "--svg", tmp_path / "menu.svg")
    assert (answer.code, answer.out) == (78, "")
    assert answer.err.startswith(f"{file}:44: door.id: 1 is taken already in line 30; ")
    assert not (tmp_path / "menu.svg").exists()
