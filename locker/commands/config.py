"""`locker config`: looks at a cabinet's configuration before the cabinet does."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locker.config import WrongConfig

DESCRIPTION = """\
Reads FILE and all that it names. Exits 0 and says what the cabinet is made of, or exits 78 and says on stderr, for each
problem, FILE:LINE: key: what is wrong; what is allowed. Where a file's own keys are wrong, what hangs on them is looked
at only when they are mended; the last line says so.
"""
UNFINISHED = """\
Further checks come after these are mended: run it again.
    改正以上问题后才能继续检查，请再检查一次。"""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `config check` to the command tree."""
    help_ = "look at a cabinet's configuration"
    verbs = commands.add_parser("config", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    check = verbs.add_parser("check", help="say everything that is wrong in a configuration", description=DESCRIPTION)
    check.add_argument("file", metavar="FILE", type=Path, help="the cabinet's TOML file")
    check.set_defaults(act=_check)


def report(wrong: "WrongConfig") -> None:
    """Say every problem on stderr, two lines each, and whether there may be more."""
    for problem in wrong.problems:
        print(problem, file=sys.stderr)
    if wrong.unfinished:
        print(UNFINISHED, file=sys.stderr)


def _check(asked: argparse.Namespace) -> int:
    from locker.config import WrongConfig, load

    config = load(asked.file)
    if isinstance(config, WrongConfig):
        report(config)
        return os.EX_CONFIG
    boards = sum(len(bus.boards) for bus in config.buses)
    print(f"OK: cabinet {config.cabinet} (boards: {boards}, doors: {len(config.doors)}, items: {len(config.items)})")
    return os.EX_OK
