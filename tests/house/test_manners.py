"""House rules that no linter knows, read off the source itself; each rule is also shown something that breaks it."""

import ast
import re
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, PRODUCTION, ROOT, modules, name_of

LONGEST_MODULE = 300  # lines: what a reader keeps in mind at one sitting
PURE = (
    *("locker/core", "firmware_bridge/codec", "firmware_bridge/budget.py"),
    *("sync/facts.py", "sync/wire.py", "sync/topics.py", "sync/signature.py", "sync/credential.py"),
    *("sync/cabinet/session.py", "sync/ingest/ledger.py"),
)
TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".json", ".yaml", ".conf", ".service", ".lock", ".tcss"}

Finder = Callable[[ast.AST], bool]


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for such an expression, "" for any other."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def is_broad_except(node: ast.AST) -> bool:
    """Bare, or Exception or wider, alone or among others; contextlib.suppress is an except by another name."""
    wide = {"Exception", "BaseException"}
    if isinstance(node, ast.ExceptHandler):
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        return any(kind is None or dotted(kind) in wide for kind in kinds)
    return (
        isinstance(node, ast.Call)
        and dotted(node.func).endswith("suppress")
        and wide & set(map(dotted, node.args)) != set()
    )


def is_sleep(node: ast.AST) -> bool:
    """A pause of fixed length: too short on a slow machine, too long on every other."""
    if isinstance(node, ast.ImportFrom):
        return node.module in {"time", "asyncio"} and any(name.name == "sleep" for name in node.names)
    return dotted(node) in {"time.sleep", "asyncio.sleep"}


def is_mock(node: ast.AST) -> bool:
    """A fake of our own classes: our fakes imitate the world."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("unittest") or any(name.name == "mock" for name in node.names)
    return isinstance(node, ast.Import) and any(name.name.startswith(("unittest", "mock")) for name in node.names)


def is_back_door(node: ast.AST) -> bool:
    """A way out of a pure room that needs no import of a forbidden module."""
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    return name in {"open", "input", "print", "__import__", "exec", "eval"} or name.endswith(
        (".now", ".utcnow", ".today")
    )


def sinners(paths: list[Path], finder: Finder) -> list[str]:
    """Return `file:line` of everything that a finder finds."""
    trees = ((path, ast.parse(path.read_text())) for path in paths)
    return [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
        for path, tree in trees
        for node in ast.walk(tree)
        if finder(node)
    ]


def functions(paths: list[Path]) -> Iterator[int]:
    """Yield the length of every function, in lines."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1


def texts() -> list[Path]:
    """Return every text file that the project hands on."""
    inside = (path for package in (*PACKAGES, ".ci") for path in (ROOT / package).rglob("*"))
    return sorted(
        path
        for path in (*ROOT.iterdir(), *inside)
        if path.is_file() and (path.suffix in TEXT or path.name in {"run", ".gitignore"})
    )


@pytest.mark.parametrize(
    ("finder", "sins"),
    [
        (is_broad_except, "try:\n  f()\nexcept:\n  pass\ntry:\n  f()\nexcept (OSError, Exception):\n  pass"),
        (is_broad_except, "with contextlib.suppress(Exception): f()\nwith suppress(BaseException): f()"),
        (is_sleep, "from time import sleep\ntime.sleep(1)"),
        (is_mock, "from unittest.mock import patch\nfrom unittest import mock"),
        (is_back_door, "datetime.now()\nopen('x')"),
    ],
)
def test_the_finders_find(finder: Finder, sins: str) -> None:
    assert sum(map(finder, ast.walk(ast.parse(sins)))) == 2


def test_one_broad_except_in_the_tree() -> None:
    found = sinners([*modules(*PACKAGES), ROOT / "run"], is_broad_except)
    assert [place for place in found if not place.startswith("locker/worker.py:")] == []
    assert len(found) <= 1


def test_tests_never_sleep() -> None:
    assert sinners(modules("tests"), is_sleep) == []


def test_tests_fake_the_world_not_our_classes() -> None:
    assert sinners(modules("tests"), is_mock) == []


def test_pure_rooms_have_no_back_door() -> None:
    files = [path for path in modules(*PRODUCTION) if name_of(path).startswith(PURE)]
    assert sinners(files, is_back_door) == []


def test_no_module_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in [*modules(*PACKAGES), ROOT / "run"]}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_nine_functions_of_ten_fit_in_25_lines() -> None:
    assert statistics.quantiles(functions(modules(*PRODUCTION, "simulator")), n=10)[-1] <= 25


def test_names_say_what_a_thing_is() -> None:
    empty = re.compile(r"(Manager|Helper|Util|Utils|Handler|Service|Info|Data)$")
    classes = [
        f"{name_of(path)}: {node.name}"
        for path in modules(*PRODUCTION, "simulator")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and empty.search(node.name)
    ]
    files = [
        name_of(path)
        for path in modules(*PRODUCTION, "simulator")
        if re.fullmatch(r"utils?|helpers?|misc|common|info|data", path.stem)
    ]
    assert classes + files == []


def test_a_silenced_rule_says_why() -> None:
    bare = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, ?[A-Z]+\d+)*  \S)|#\s*type: ignore\[[\w, -]+\](?!  #)(?!\s*$)")
    lines = (
        f"{name_of(path)}:{number}"
        for path in [*modules(*PACKAGES), ROOT / "run"]
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    )
    assert list(lines) == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # Put together here, or this file would find itself. CI alone may look beside the checkout, for pictures.
    places = re.compile("|".join(("/" + "work/", r"\.\./" + "shared", "/" + "root/", "/" + "opt/(pypi|wheels)")))
    found = [name_of(path) for path in texts() if places.search(path.read_text())]
    assert [name for name in found if name != ".ci/run"] == []
