from pathlib import Path

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
