from pathlib import Path

import pytest

from tests.locker.commands.desk import Desk
from tests.locker.example_cabinet import change, furnish


def test_a_good_file_is_one_line(desk: Desk, tmp_path: Path) -> None:
    assert desk("config", "check", furnish(tmp_path)) == (0, "OK: cabinet A03 (boards: 1, doors: 3, items: 2)\n", "")


def test_a_wrong_file_is_two_lines_a_problem_and_exits_78(desk: Desk, tmp_path: Path) -> None:
    file = furnish(tmp_path)
    change(file, "lock = 2", "lock = 25")
    change(file, "id = 9", "id = 1")
    said = (
        f"{file}:41: door.lock: the board has no 25; allowed: 1 to 24\n"
        "    锁控板没有 25；应为：1 到 24\n"
        f"{file}:44: door.id: 1 is taken already in line 30; allowed: each one once\n"
        "    1 在第 30 行已用过；应为：每个只用一次\n"
    )
    assert desk("config", "check", file) == (78, "", said)


LAST = "Further checks come after these are mended: run it again.\n    改正以上问题后才能继续检查，请再检查一次。\n"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("cabinet.toml", 'id = "A03"', "id = 3"),
        ("cabinet.toml", "[limits]", "[cabinet]"),
        ("cabinet.toml", '"catalogue.toml"', '"nowhere.toml"'),
        ("catalogue.toml", '"kit"', '"toy"'),
    ],
)
def test_what_could_not_be_checked_yet_is_told_last(desk: Desk, tmp_path: Path, name: str, old: str, new: str) -> None:
    file = furnish(tmp_path)
    change(tmp_path / name, old, new)
    answer = desk("config", "check", file)
    assert answer.code == 78
    assert answer.err.endswith(LAST)
    assert answer.err.count("\n") == 4


def test_chinese_is_set_as_chinese(desk: Desk, tmp_path: Path) -> None:
    file = furnish(tmp_path)
    change(file, "lock = 2", "lock = 1")
    change(tmp_path / "catalogue.toml", "door = 2", "door = 3")
    chinese = desk("config", "check", file).err.splitlines()[1::2]
    assert chinese == [
        "    锁控板 main 的 1 号锁在第 33 行已用过；应为：每个只用一次",
        "    没有 3 号门；应为：1、2",
    ]
